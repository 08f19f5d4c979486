"""Files in, files out: score or check any number of lines, in bounded memory, whatever happens.

``score_file`` is the library's door; ``offline.local.open_engine`` makes an engine in this process.
Importing this package loads none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reward_service.offline.errors import (
    OfflineError,
    RefusedError,
    ServiceAwayError,
    SourceError,
    StalledError,
    WriteError,
)

if TYPE_CHECKING:
    from reward_service.offline.files import score_file, score_file_async
    from reward_service.offline.options import ScoreOptions

__all__ = [
    "OfflineError",
    "RefusedError",
    "ScoreOptions",
    "ServiceAwayError",
    "SourceError",
    "StalledError",
    "WriteError",
    "score_file",
    "score_file_async",
]

_LAZY = {
    "ScoreOptions": "reward_service.offline.options",
    "score_file": "reward_service.offline.files",
    "score_file_async": "reward_service.offline.files",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
