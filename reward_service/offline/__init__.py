"""Files in, files out: score or check any number of lines, in bounded memory, whatever happens.

``score_file`` is the library's door; ``offline.local.open_engine`` makes an engine in this process.
"""

from __future__ import annotations

from reward_service.offline.errors import (
    OfflineError,
    RefusedError,
    ServiceAwayError,
    SourceError,
)
from reward_service.offline.files import score_file, score_file_async
from reward_service.offline.options import ScoreOptions

__all__ = [
    "OfflineError",
    "RefusedError",
    "ScoreOptions",
    "ServiceAwayError",
    "SourceError",
    "score_file",
    "score_file_async",
]
