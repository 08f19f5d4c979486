"""What can go wrong with one attempt, inside the client. None of it reaches a caller as it is."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """Why an attempt brought no result; also the code of the problem that a caller is told."""

    UNREACHABLE = "unreachable"
    """No connection, a broken one, or only a gateway that answered."""
    OVERLOADED = "overloaded"
    """The service has no room."""
    SHUTTING_DOWN = "shutting_down"
    """The service is going away; another replica, or itself after its restart, may answer."""
    DEADLINE = "deadline"
    """The caller's time ran out."""


class AttemptFailedError(Exception):
    """This attempt failed; another may not."""

    def __init__(
        self,
        cause: str,
        kind: Failure = Failure.UNREACHABLE,
        *,
        asked_delay_s: float | None = None,
    ) -> None:
        super().__init__(cause)
        self.kind = kind
        self.asked_delay_s = asked_delay_s


class RefusedError(Exception):
    """The service cannot take this request because of the items in it, or of one of them."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} (HTTP {status})")


class NotOurAnswerError(Exception):
    """An answer came that no reward service gives."""
