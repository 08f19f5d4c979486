"""One entry with what it is scored by, as rules see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from reward_verifiers.errors import BadSpecError
from reward_verifiers.reasoning_gym.exact.table import EXACT
from reward_verifiers.reasoning_gym_entries import WITHOUT_ORACLE
from reward_verifiers.reasoning_gym_spec import ReasoningGymSpec

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Task:
    """A puzzle: trusted to have what its data set's rules read (``reasoning_gym_entries``)."""

    dataset: str
    question: str
    gold: str
    """The entry's own answer; empty where it has none."""
    metadata: Mapping[str, Any]
    entry: Mapping[str, Any]
    config: Mapping[str, Any]

    @classmethod
    def of(cls, spec: ReasoningGymSpec) -> Task:
        """Return the task of ``spec``."""
        entry = spec.entry
        return cls(
            dataset=spec.dataset,
            question=entry.get("question") or "",
            gold=entry.get("answer") or "",
            metadata=entry.get("metadata") or {},
            entry=entry,
            config=spec.config or {},
        )

    @property
    def example(self) -> str | None:
        """A right answer: the entry's own, else what its metadata show as one, else None."""
        if self.dataset in EXACT:
            with in_spec():
                return EXACT[self.dataset].oracle(self.entry)
        if self.gold or self.dataset not in WITHOUT_ORACLE:
            return self.gold
        if self.dataset == "graph_color":
            return _as_json(self.metadata.get("possible_answer"))
        shown = self.metadata.get(_EXAMPLES.get(self.dataset, ""))
        return shown if isinstance(shown, str) and shown else None


_EXAMPLES = {
    "propositional_logic": "example_answer",
    "rubiks_cube": "example_correct_answer",
}


def _as_json(value: Any) -> str | None:
    return json.dumps(value) if isinstance(value, Mapping) else None


Rule = Callable[[str, Task], float]
"""Scores an answer, from 0 to 1."""


@contextmanager
def in_spec() -> Iterator[None]:
    """Name fields of the entry by their path in the spec."""
    try:
        yield
    except BadSpecError as error:
        raise BadSpecError(f"spec.{error}") from error


def gold_read(task: Task, read: Callable[[str], Value]) -> Value:
    """Return the entry's own answer as ``read`` reads it.

    Raises:
        BadSpecError: it cannot be read.
    """
    try:
        return read(task.gold)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadSpecError(f"spec.entry.answer: not what {task.dataset} has: {error}") from error
