"""What waits for a sandbox: questions in the order they were asked."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from reward_service.lanes import Judged
from reward_service.sandbox_lane.driver import Driven
from reward_verifiers.specs import Spec


@dataclass(eq=False, slots=True)
class Question:
    """One program to judge. Holds references alone: thousands may wait about one heavy spec."""

    domain: str
    spec: Spec
    answer: str
    future: asyncio.Future[Judged]
    asked_at: float = field(default_factory=time.monotonic)
    task: asyncio.Task[Driven] | None = None
    """What judges it, once it has left the queue."""


class Backlog:
    """Questions that wait; one that nobody waits for any more is dropped at once."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Question, None] = OrderedDict()

    def __len__(self) -> int:
        """Questions that wait."""
        return len(self._waiting)

    def add(self, question: Question) -> None:
        """Queue ``question`` at the end."""
        self._waiting[question] = None

    def take(self) -> Question:
        """Return the question that has waited longest; there must be one."""
        return self._waiting.popitem(last=False)[0]

    def drop(self, question: Question) -> None:
        """Forget ``question``, if it waits."""
        self._waiting.pop(question, None)

    def drain(self) -> list[Question]:
        """Remove and return everything that waits."""
        questions = list(self._waiting)
        self._waiting.clear()
        return questions
