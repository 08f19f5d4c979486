"""What a comparison of two values came to, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """The four things a comparison can come to."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    """The rules here do not reach; a computer algebra system may."""
    OVER_LIMIT = "over_limit"
    """The answer is too costly to compare."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A finding with the rule that made it."""

    finding: Finding
    rule: str
    """Short name, stable: ``exact``, ``rounded``, ``sampled`` ..."""
    reason: str
    """One short sentence for a person."""

    @property
    def equal(self) -> bool:
        """Whether the two are equal."""
        return self.finding is Finding.EQUAL


def equal(rule: str, reason: str) -> Decision:
    """They are equal."""
    return Decision(Finding.EQUAL, rule, reason)


def different(rule: str, reason: str) -> Decision:
    """They differ."""
    return Decision(Finding.DIFFERENT, rule, reason)


def undecided(rule: str, reason: str) -> Decision:
    """The rules here do not reach."""
    return Decision(Finding.UNDECIDED, rule, reason)


def over_limit(reason: str) -> Decision:
    """The answer is too costly to compare."""
    return Decision(Finding.OVER_LIMIT, "over_limit", reason)
