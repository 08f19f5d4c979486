"""What the rules for kinds of answers need of each other: to compare the parts of a whole."""

from __future__ import annotations

from typing import Protocol

from reward_verifiers.math.decision import Decision, different, equal
from reward_verifiers.math.nodes import Value
from reward_verifiers.math.rounding import Tolerance

OTHER_KIND = different("kind", "another kind of answer than the gold")


class Comparer(Protocol):
    """Compares two values of any kinds."""

    @property
    def tolerance(self) -> Tolerance:
        """How far numbers may lie apart."""
        ...

    def compare(self, gold: Value, answer: Value) -> Decision:
        """Decide whether ``answer`` equals ``gold``."""
        ...


def same(holds: bool, rule: str, why_not: str) -> Decision:
    """Return the decision that a plain fact makes."""
    return equal(rule, "the same") if holds else different(rule, why_not)
