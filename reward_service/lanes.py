"""What the engine needs of a lane: a place where verifiers run and may be killed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A lane's answer to one question."""

    verdict: Verdict
    queue_s: float
    """Seconds from asking to the start of judging."""
    exec_s: float
    """Seconds of judging."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What a lane has counted since its start, for ``/metrics``."""

    name: str
    """Of the metric, without prefix and unit suffix."""
    text: str
    """What it counts."""
    label: str
    """By what it is told apart."""
    values: Mapping[str, float]
    """The count by the label's value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneStatus:
    """Whether a lane can judge, for ``/readyz`` and ``doctor``."""

    ready: bool
    reason: str = ""
    """What is missing, when it is not ready."""
    details: dict[str, Any] = field(default_factory=dict)
    """Worker counts, the protections in force; JSON values."""
    counted: Sequence[Counted] = ()
    """What it has counted, beside the numbers in ``details``."""


class LaneRunner(Protocol):
    """A lane."""

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        """Queue one question per answer, all about one spec; return a future for each, in order.

        A future raises a ``RewardServiceError`` where the lane failed, or ``BadSpecError``.
        Cancelling a future takes its question out of the queue if it has not begun.
        """
        ...

    def status(self) -> LaneStatus:
        """Say whether the lane can judge now."""
        ...

    async def start(self) -> None:
        """Make the lane ready; returns when the first question can be judged."""
        ...

    async def close(self) -> None:
        """End every process of the lane; questions still open raise ``ShuttingDownError``."""
        ...
