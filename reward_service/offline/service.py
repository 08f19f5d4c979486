"""Scores through a running service instead of an engine in this process."""

from __future__ import annotations

from typing import Any

from reward_service.client import AsyncRewardClient, RewardClientError
from reward_service.offline.errors import ServiceAwayError
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.schema import Problem, ScoredItem
from reward_verifiers.specs import Spec

# The client's own word for "nobody answered"; such items are not written down as unscored.
_UNREACHABLE = "unreachable"


class ServiceScorer:
    """A client with the engine's manners; broken items never leave this process."""

    def __init__(self, client: AsyncRewardClient, url: str) -> None:
        self._client = client
        self._url = url

    async def score(self, batch: Batch) -> list[ScoredItem]:
        """Return one scored item per item of ``batch``, in its order.

        Raises:
            ServiceAwayError: the service does not answer, refuses the token, or is none.
        """
        sent = [item for item in batch.items if isinstance(item, ReadItem)]
        answered = iter(await self._ask(sent, batch) if sent else [])
        return [
            next(answered) if isinstance(item, ReadItem) else _broken(item) for item in batch.items
        ]

    async def _ask(self, items: list[ReadItem], batch: Batch) -> list[ScoredItem]:
        names: dict[int, str] = {}
        specs: dict[str, Spec] = {}
        wire: list[dict[str, Any]] = []
        for item in items:
            # The completions of a line share their spec object: it travels once.
            name = names.setdefault(id(item.spec), str(len(names)))
            specs[name] = item.spec
            wire.append({"id": item.id, "completion": item.completion, "spec": name})
        shaping = {str(outcome): value for outcome, value in batch.shaping.items()}
        try:
            scored = await self._client.score(wire, specs=specs, shaping=shaping or None)
        except RewardClientError as error:
            raise ServiceAwayError(str(error)) from error
        for result in scored:
            if result.problem is not None and result.problem.code == _UNREACHABLE:
                raise ServiceAwayError(f"{self._url}: {result.problem.message}")
        return scored


def _broken(item: ReadItem | BrokenItem) -> ScoredItem:
    assert isinstance(item, BrokenItem)
    error = item.error
    problem = Problem(code=error.code, message=str(error)[:2000], retryable=error.retryable)
    return ScoredItem(id=item.id, problem=problem)
