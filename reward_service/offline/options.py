"""How the lines of a generations file are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reward_verifiers.verdict import Outcome

COMPLETION_FIELDS = ("completion", "completions")
"""Where a line's text stands unless the caller says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreOptions:
    """What changes the output of a run; a run goes on only with the options it began with."""

    completion_field: str | None = None
    """Field that holds the completion, or a list of them; None: ``COMPLETION_FIELDS``."""
    spec_defaults: Mapping[str, Any] = field(default_factory=dict)
    """Fields for the specs that lack them."""
    row_format: str | None = None
    """Name of the format of the rows; None: recognised."""
    carry: tuple[str, ...] | None = None
    """Input fields that go into the output as they are; None: all that are not ours."""
    keep_completion: bool = False
    """Whether the output repeats the completion."""
    shaping: Mapping[Outcome, float] = field(default_factory=dict)
    """Reward by outcome; outcomes not named keep their score."""

    @property
    def completion_fields(self) -> tuple[str, ...]:
        """The fields a completion may stand in."""
        return COMPLETION_FIELDS if self.completion_field is None else (self.completion_field,)

    def as_json(self) -> dict[str, Any]:
        """Return the options as JSON values, to compare with those a run began with."""
        return {
            "completion_field": self.completion_field,
            "spec_defaults": dict(self.spec_defaults),
            "row_format": self.row_format,
            "carry": None if self.carry is None else list(self.carry),
            "keep_completion": self.keep_completion,
            "shaping": {str(outcome): value for outcome, value in self.shaping.items()},
        }
