"""From what went wrong with a sandbox to what the item's caller is told."""

from __future__ import annotations

from reward_sandboxes.types import (
    HostBusyError,
    LanguageMissingError,
    SandboxError,
    SandboxesFullError,
)
from reward_service.errors import (
    BusyHostError,
    NoLanguageError,
    OverloadedError,
    SandboxDownError,
    UnscoredError,
)

# The first that fits; every other SandboxError is a sandbox that is down.
_TOLD: tuple[tuple[type[SandboxError], type[UnscoredError]], ...] = (
    (SandboxesFullError, OverloadedError),
    (HostBusyError, BusyHostError),
    (LanguageMissingError, NoLanguageError),
)


def in_a_line(error: SandboxError) -> str:
    """Return what ``error`` says, without the middle of what a dead sandbox wrote."""
    first, *rest = str(error).strip().splitlines() or [type(error).__name__]
    return f"{first} ... {rest[-1]}" if rest else first


def told(error: BaseException) -> BaseException:
    """Return ``error`` as the lane tells it: a sandbox's as the service's, any other as it is."""
    if not isinstance(error, SandboxError):
        return error
    for kind, meaning in _TOLD:
        if isinstance(error, kind):
            return meaning(in_a_line(error))
    return SandboxDownError(in_a_line(error))
