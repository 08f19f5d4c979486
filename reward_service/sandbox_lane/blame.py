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


def told(error: BaseException) -> BaseException:
    """Return ``error`` as the lane tells it: a sandbox's as the service's, any other as it is."""
    if not isinstance(error, SandboxError):
        return error
    for kind, meaning in _TOLD:
        if isinstance(error, kind):
            return meaning(str(error))
    return SandboxDownError(str(error))
