"""The datasets that are scored here, and what each scorer needs of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.arithmetic import countdown, puzzle24
from reward_verifiers.reasoning_gym.exact.bits import bitwise_arithmetic
from reward_verifiers.reasoning_gym.exact.closed_form import closed_form
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.grids import (
    binary_matrix,
    n_queens,
    spiral_matrix,
    string_insertion,
)
from reward_verifiers.reasoning_gym.exact.integrals import integration
from reward_verifiers.reasoning_gym.exact.polynomials import polynomial_multiplication
from reward_verifiers.reasoning_gym.exact.sorting import number_sorting


class Rule(Protocol):
    """What decides about an answer to one dataset."""

    def __call__(self, answer: str, entry: Entry, *, fixed: bool) -> float:
        """Return the score of ``answer``."""
        ...


@dataclass(frozen=True, slots=True)
class ExactScorer:
    """Scores answers to one dataset without evaluating any text."""

    rule: Rule
    fields: tuple[str, ...]
    """What of the entry it needs, parts joined by dots."""

    def score(self, answer: str, entry: Entry, *, fixed: bool) -> float:
        """Return the score of ``answer``, from 0 to 1.

        Args:
            answer: what the model answered, without its tags.
            entry: the item as it was exported.
            fixed: pay for right answers alone; else what the package's own scorer pays.

        Raises:
            BadSpecError: the entry lacks a field, or has something else there.
            OverLimitError: the answer is too large, or would cost too much, to judge.
        """
        return self.rule(answer, entry, fixed=fixed)

    def oracle(self, entry: Entry) -> str:
        """Return a right answer: the entry's own, or one that says more than the question.

        Raises:
            BadSpecError: the entry has none.
        """
        return closed_form(entry) or fields.text(entry, "answer")


_INTEGRAL = ("metadata.integrand", "metadata.variable")

EXACT: Mapping[str, ExactScorer] = MappingProxyType(
    {
        "binary_matrix": ExactScorer(binary_matrix, ("answer",)),
        "bitwise_arithmetic": ExactScorer(bitwise_arithmetic, ("metadata.problem",)),
        "countdown": ExactScorer(countdown, ("metadata.numbers", "metadata.target")),
        "intermediate_integration": ExactScorer(integration, _INTEGRAL),
        "n_queens": ExactScorer(n_queens, ("metadata.valid_answers",)),
        "number_sorting": ExactScorer(number_sorting, ("answer", "metadata.direction")),
        "polynomial_multiplication": ExactScorer(polynomial_multiplication, ("answer",)),
        "puzzle24": ExactScorer(puzzle24, ("metadata.numbers",)),
        "simple_integration": ExactScorer(integration, _INTEGRAL),
        "spiral_matrix": ExactScorer(spiral_matrix, ("answer",)),
        "string_insertion": ExactScorer(string_insertion, ("answer",)),
    }
)
"""The scorer of each dataset, by its name."""
