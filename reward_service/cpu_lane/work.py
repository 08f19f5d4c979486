"""What waits for a worker: questions, in groups that share a spec."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from reward_service.cpu_lane.death import Blame
from reward_service.lanes import Judged
from reward_verifiers.registry import Domain


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """What all questions of a group are about."""

    domain: Domain
    spec: str
    """The spec as JSON."""


@dataclass(eq=False, slots=True)
class Question:
    """One answer to judge."""

    id: int
    subject: Subject
    answer: str
    future: asyncio.Future[Judged]
    asked_at: float = field(default_factory=time.monotonic)
    n_holders: int = 0
    """Workers that have been sent it and have not answered."""
    queued: bool = False
    """Whether it waits in the backlog."""
    n_deaths: Counter[Blame] = field(default_factory=Counter)
    """Workers that died while they judged it, by whose doing that was."""
    n_losses: int = 0
    """Workers that were lost before they began it."""
    n_stalls: int = 0
    """Workers that stood still over it."""

    @property
    def open(self) -> bool:
        """Whether somebody still waits for it."""
        return not self.future.done()


class Backlog:
    """Questions in the order they were asked; those to be judged again come first."""

    def __init__(self) -> None:
        self._groups: deque[deque[Question]] = deque()
        self._alone: deque[Question] = deque()
        self._n_questions = 0

    def __len__(self) -> int:
        """Questions that wait for any worker; those settled meanwhile count until skipped."""
        return self._n_questions

    @property
    def n_alone(self) -> int:
        """Questions that wait for a fresh worker."""
        return len(self._alone)

    def add(self, group: Iterable[Question]) -> None:
        """Queue ``group``, all about one subject, at the end."""
        questions = deque(group)
        for question in questions:
            question.queued = True
        self._groups.append(questions)
        self._n_questions += len(questions)

    def put_back(self, questions: Iterable[Question]) -> None:
        """Queue questions, of any subjects, at the front, keeping their order.

        Those that are settled, or wait here already, are left out.
        """
        for question in reversed(list(questions)):
            if question.queued or not question.open:
                continue
            question.queued = True
            if self._groups and self._groups[0] and self._groups[0][0].subject is question.subject:
                self._groups[0].appendleft(question)
            else:
                self._groups.appendleft(deque([question]))
            self._n_questions += 1

    def put_alone(self, question: Question) -> None:
        """Queue a question that has to be judged by a fresh worker, before anything else."""
        if not question.queued:
            question.queued = True
            self._alone.append(question)

    def take_alone(self) -> Question | None:
        """Return the next question for a fresh worker, if any is still open."""
        while self._alone:
            question = self._alone.popleft()
            question.queued = False
            if question.open:
                return question
        return None

    def take(self, at_most: int) -> list[Question]:
        """Return up to ``at_most`` open questions about one subject; none when nothing waits."""
        taken: list[Question] = []
        while self._groups and not taken:
            group = self._groups[0]
            while group and len(taken) < at_most:
                question = group.popleft()
                question.queued = False
                self._n_questions -= 1
                if question.open:
                    taken.append(question)
            if not group:
                self._groups.popleft()
        return taken

    def drain(self) -> list[Question]:
        """Remove and return everything that waits."""
        questions = [*self._alone, *(question for group in self._groups for question in group)]
        self._alone.clear()
        self._groups.clear()
        self._n_questions = 0
        return questions


def group_frame(questions: list[Question]) -> bytes:
    """Return the request that asks a worker ``questions``, all about one subject."""
    subject = questions[0].subject
    request = {
        "domain": subject.domain.name,
        "spec": subject.spec,
        "questions": [(question.id, question.answer) for question in questions],
    }
    return json.dumps(request).encode()
