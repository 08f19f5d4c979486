"""How a trainer calls the service: batches, retries and deadlines under the hood.

Importing this package loads neither httpx nor pydantic, so that a trainer which only sometimes
scores over HTTP pays nothing for it. The first client made loads both.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reward_service.client.errors import (
    AuthenticationError,
    ClientClosedError,
    RequestRejectedError,
    RewardClientError,
    ServiceUnavailableError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from reward_service.client.asynchronous import AsyncRewardClient
    from reward_service.client.options import Readiness
    from reward_service.client.synchronous import RewardClient
    from reward_service.schema import ScoredItem

__all__ = [
    "AsyncRewardClient",
    "AuthenticationError",
    "ClientClosedError",
    "Readiness",
    "RequestRejectedError",
    "RewardClient",
    "RewardClientError",
    "ScoredItem",
    "ServiceUnavailableError",
    "UnexpectedAnswerError",
]

_LAZY = {
    "AsyncRewardClient": "reward_service.client.asynchronous",
    "Readiness": "reward_service.client.options",
    "RewardClient": "reward_service.client.synchronous",
    "ScoredItem": "reward_service.schema",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
