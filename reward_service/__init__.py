"""Says how right a rollout of a language model is, so that training can trust the number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reward_service.client import AsyncRewardClient, RewardClient

__version__ = "0.1.0"

__all__ = ["AsyncRewardClient", "RewardClient", "__version__"]


def __getattr__(name: str) -> Any:
    # The clients are loaded when they are asked for: whoever imports a submodule of this package,
    # or its version, does not pay for them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reward_service import client

    return getattr(client, name)
