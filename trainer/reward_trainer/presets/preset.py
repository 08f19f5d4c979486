"""A recipe: values, and where each is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reward_trainer.config import Config

OURS = "ours"
"""The source of a number that no paper reports."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One number of a recipe."""

    value: Any
    source: str
    """Where it is reported, or ``ours`` and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A recipe by name."""

    name: str
    summary: str
    values: Mapping[str, Value]
    """By the dotted name of the field."""
    stages: tuple[Mapping[str, Any], ...] = ()

    @property
    def config(self) -> Config:
        """The recipe as a configuration."""
        changes = {name: value.value for name, value in self.values.items()}
        return Config().having({**changes, "stages": [dict(stage) for stage in self.stages]})
