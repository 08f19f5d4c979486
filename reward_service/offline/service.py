"""Scores through a running service instead of an engine in this process."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from reward_service.client import AsyncRewardClient, RewardClientError
from reward_service.offline.errors import ServiceAwayError
from reward_service.problems import problem_of
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.schema import ScoredItem
from reward_verifiers.specs import Spec

# The client's own word for "nobody answered"; such items are not written down as unscored.
_UNREACHABLE = "unreachable"


class ServiceScorer:
    """A client with the engine's manners; broken items never leave this process."""

    def __init__(self, client: AsyncRewardClient, url: str) -> None:
        self._client = client
        self._url = url

    async def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield (index, scored item) for every item of ``batch``, each as soon as it is judged.

        Raises:
            ServiceAwayError: the service does not answer, refuses the token, or is none.
        """
        sent: list[tuple[int, ReadItem]] = []
        for index, item in enumerate(batch.items):
            if isinstance(item, ReadItem):
                sent.append((index, item))
            else:
                yield index, _broken(item)
        if not sent:
            return
        answers = self._ask([item for _, item in sent], batch)
        async with aclosing(answers):
            async for position, scored in answers:
                yield sent[position][0], scored

    async def _ask(
        self, items: list[ReadItem], batch: Batch
    ) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        names: dict[int, str] = {}
        specs: dict[str, Spec] = {}
        wire: list[dict[str, Any]] = []
        for item in items:
            # The completions of a line share their spec object: it travels once.
            name = names.setdefault(id(item.spec), str(len(names)))
            specs[name] = item.spec
            wire.append({"id": item.id, "completion": item.completion, "spec": name})
        shaping = {str(outcome): value for outcome, value in batch.shaping.items()}
        answers = self._client.stream(wire, specs=specs, shaping=shaping or None)
        try:
            async with aclosing(answers):
                async for position, scored in answers:
                    if scored.problem is not None and scored.problem.code == _UNREACHABLE:
                        raise ServiceAwayError(f"{self._url}: {scored.problem.message}")
                    yield position, scored
        except RewardClientError as error:
            raise ServiceAwayError(str(error)) from error


def _broken(item: ReadItem | BrokenItem) -> ScoredItem:
    assert isinstance(item, BrokenItem)
    return ScoredItem(id=item.id, problem=problem_of(item.error))
