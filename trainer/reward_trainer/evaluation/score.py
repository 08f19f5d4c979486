"""Generations to scores: what the reward service says of them, kept line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Protocol

from reward_service.client import RewardClientError
from reward_trainer.errors import TrainerError
from reward_trainer.evaluation.failures import first_of
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.journal import Journal
from reward_trainer.evaluation.writer import Written

_AT_ONCE = 64
"""Prompts whose completions are judged at a time; generation waits when there are more."""


class Client(Protocol):
    """What is needed of ``AsyncRewardClient``."""

    async def score(self, items: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        """Return one scored item per item, in order."""
        ...

    async def check(self, items: Sequence[Mapping[str, Any]]) -> Any:
        """Return whether each item, which has no completion, can be judged."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """What the completions of one item earned."""

    key: str
    id: str
    part: str | None
    """The task of Reasoning Gym that it is of."""
    rewards: tuple[float | None, ...]
    """None: unknown."""
    outcomes: tuple[str | None, ...]
    problems: tuple[str | None, ...]
    """Why a reward is unknown."""
    finished: tuple[bool, ...]
    n_tokens: int | None

    @property
    def complete(self) -> bool:
        """Whether every reward is known."""
        return None not in self.rewards


def scores_in(journal: Journal) -> dict[str, Scores]:
    """Return what was scored before, by the item's key; what came last counts."""
    found = {}
    for line in journal.lines():
        try:
            lists = ("rewards", "outcomes", "problems", "finished")
            scores = Scores(**line | {name: tuple(line[name]) for name in lists})
        except (KeyError, TypeError):
            continue
        found[scores.key] = scores
    return found


class Scorer:
    """Has completions judged, beside whatever else goes on."""

    def __init__(self, client: Client, journal: Journal) -> None:
        """Ask ``client``, and write to ``journal``."""
        self._client = client
        self._journal = journal
        self._tasks: asyncio.TaskGroup | None = None
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.scores: dict[str, Scores] = scores_in(journal)

    async def __aenter__(self) -> Scorer:
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._tasks is not None
        try:
            # Where the writer gave up, what it wrote is still judged before that is told.
            if isinstance(error, TrainerError):
                await self._tasks.__aexit__(None, None, None)
            else:
                await self._tasks.__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            raise first_of(group) from None

    async def start(self, item: Item, written: Written) -> None:
        """Begin to judge; wait only while too much is being judged."""
        assert self._tasks is not None
        await self._places.acquire()
        self._tasks.create_task(self._score(item, written))

    async def _score(self, item: Item, written: Written) -> None:
        try:
            self.scores[item.key] = scores = await self._scored(item, written)
            self._journal.append(asdict(scores))
        finally:
            self._places.release()

    async def _scored(self, item: Item, written: Written) -> Scores:
        asked = [
            {**item.judged_by, "id": str(at), "completion": completion}
            for at, completion in enumerate(written.completions)
        ]
        n = len(asked)
        rewards: list[float | None] = [None] * n
        outcomes: list[str | None] = [None] * n
        problems: list[str | None]
        try:
            answers = await self._client.score(asked)
        except (RewardClientError, ValueError) as error:
            problems = [type(error).__name__] * n
        else:
            rewards = [answer.reward for answer in answers]
            outcomes = [answer.verdict and str(answer.verdict.outcome) for answer in answers]
            problems = [answer.problem and answer.problem.code for answer in answers]
        return Scores(
            key=item.key,
            id=item.id,
            part=item.part,
            rewards=tuple(rewards),
            outcomes=tuple(outcomes),
            problems=tuple(problems),
            finished=written.finished,
            n_tokens=written.n_tokens,
        )
