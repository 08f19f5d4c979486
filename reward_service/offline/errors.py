"""Why a run over a file stops. A line that cannot be read never does; it becomes a problem.

OfflineError
+-- RefusedError     the caller's: starting now would lose or mix up something
+-- SourceError      the file's: its bytes end or break in the middle
+-- ServiceAwayError the service's: it cannot be reached
+-- WriteError       the disk's: the output cannot be written
+-- StalledError     ours: nothing is judged any more
"""

from __future__ import annotations


class OfflineError(Exception):
    """Base of what stops a run; the message names the thing and the fix."""


class RefusedError(OfflineError):
    """The run would lose or mix up something, so it does not start."""


class SourceError(OfflineError):
    """The input breaks off in the middle; what stands before is scored and kept."""


class WriteError(OfflineError):
    """The output cannot be written; what was written before is kept."""


class StalledError(OfflineError):
    """Nothing is judged any more; what was judged before is kept."""


class ServiceAwayError(OfflineError):
    """The service does not answer; what is scored is kept."""
