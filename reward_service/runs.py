"""What the engine remembers of a batch while it is on its way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from reward_service.lanes import Judged
from reward_service.reading import Batch
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict


@dataclass(slots=True)
class Question:
    """One (spec, answer) in a lane, and how many batches wait for it."""

    key: bytes
    future: asyncio.Future[Judged]
    waiters: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """An answer that has to be judged in a lane, with the keys of its question and of its spec."""

    answer: str
    key: bytes
    spec_key: bytes


@dataclass(slots=True)
class Group:
    """The answers of one slice of a batch that share a spec and have to be asked."""

    domain: str
    spec: Spec
    answers: dict[bytes, str] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One batch on its way through the engine."""

    batch: Batch
    met: dict[tuple[int, str], Verdict | Need] = field(default_factory=dict)
    """What an answer came to, by the id of its item's spec (the batch holds them) and its text."""
    spec_keys: dict[int, bytes] = field(default_factory=dict)
    """Content keys by the id of the spec: a code spec may be megabytes, and is hashed once."""
    waiting: dict[bytes, list[int]] = field(default_factory=dict)
    """Indices of the items that wait, by the question they wait for."""
    joined: dict[bytes, Question] = field(default_factory=dict)
    settled: asyncio.Queue[Question] = field(default_factory=asyncio.Queue)

    def settle(self, question: Question, _done: asyncio.Future[Judged]) -> None:
        """Note that ``question`` is settled, one way or another."""
        self.settled.put_nowait(question)
