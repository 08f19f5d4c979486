"""Everything that can go wrong with a request, and whose fault it is.

RewardServiceError
+-- BadItemError          the data's: an item that cannot be read
|   +-- UnusableSpecError     its spec cannot be judged against
+-- RequestError          the caller's: the request itself cannot be read
+-- UnscoredError         ours: the item is fine, but we could not judge it
    +-- OverloadedError       the queue is full
    +-- DeadlineError         the caller's time ran out before a verdict
    +-- WorkerDiedError       a worker process died of something the item did not do
    +-- VerifierCrashedError  a verifier raised something unexpected
    +-- SandboxDownError      no sandbox could be had
    +-- BusyHostError         the host gave a program too little time to say anything about it
    +-- NoLanguageError       the program's language cannot be run here
    +-- NoLaneError           the service was started without the lane that the domain needs
    +-- ShuttingDownError     the service is going away

A model's wrong, missing or unaffordable answer is not an error; it is a ``Verdict``.

To add one: subclass the branch that says whose fault it is, set ``code`` and ``retryable``, and
leave ``__init__`` alone.
"""

from __future__ import annotations

from typing import ClassVar


class RewardServiceError(Exception):
    """Base of this service's errors."""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False


class BadItemError(RewardServiceError):
    """The item cannot be read: a missing completion, an unknown field, a row of no known format."""

    code = "bad_item"


class UnusableSpecError(BadItemError):
    """The item's spec cannot be judged against."""

    code = "bad_spec"


class RequestError(RewardServiceError):
    """The request itself cannot be read; ``field`` names the part that is wrong."""

    code = "bad_request"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class UnscoredError(RewardServiceError):
    """The item is fine, but the service could not judge it."""

    retryable = True


class OverloadedError(UnscoredError):
    """The queue is full."""

    code = "overloaded"


class DeadlineError(UnscoredError):
    """The caller's deadline passed before there was a verdict."""

    code = "deadline"


class WorkerDiedError(UnscoredError):
    """A worker process died, and not of this item's doing."""

    code = "worker_died"


class VerifierCrashedError(UnscoredError):
    """A verifier raised something nobody expected: a bug of ours."""

    code = "verifier_crashed"
    retryable = False


class SandboxDownError(UnscoredError):
    """No sandbox could be had."""

    code = "sandbox_down"


class BusyHostError(UnscoredError):
    """The host gave a program too little CPU time to say anything about it, even alone."""

    code = "host_busy"


class NoLanguageError(UnscoredError):
    """The language is known, but this service cannot run it; the message says what it needs."""

    code = "no_language"
    retryable = False


class NoLaneError(UnscoredError):
    """The service was started without the lane that the domain needs."""

    code = "no_lane"
    retryable = False


class ShuttingDownError(UnscoredError):
    """The service is going away; another replica, or this one after its restart, can judge."""

    code = "shutting_down"
