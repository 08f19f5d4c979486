"""How one run of the trainer behaves. Presets (``presets/``) are values of ``Config``.

Every field can be set from outside by its dotted name, as in ``--set sampling.temperature=0.9``;
a stage sets the same names from some step on.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from reward_trainer.sections import (
    Algorithm,
    Data,
    Evaluation,
    Kl,
    Lora,
    Model,
    Optimizer,
    Reset,
    Run,
    Sampler,
    Sampling,
    Section,
    Service,
    Shaping,
    Stage,
)


class Config(Section):
    """Everything about a run."""

    model: Model = Model()
    lora: Lora = Lora()
    data: Data = Data()
    sampling: Sampling = Sampling()
    shaping: Shaping = Shaping()
    algorithm: Algorithm = Algorithm()
    kl: Kl = Kl()
    reset: Reset = Reset()
    optimizer: Optimizer = Optimizer()
    service: Service = Service()
    sampler: Sampler = Sampler()
    evaluation: Evaluation = Evaluation()
    stages: list[Stage] = Field(
        default_factory=list,
        examples=[[{"from_step": 500, "set": {"sampling.max_tokens": 16384}, "why": "longer"}]],
    )
    """What changes from some step on, in the order of their steps."""
    run: Run = Run()

    def having(self, changes: Mapping[str, Any]) -> Config:
        """Return this configuration with other values, given by dotted name.

        Raises:
            ValueError: there is no such field (the message names the nearest), or the value is
                none of its.
        """
        raw = self.model_dump()
        for name, value in changes.items():
            *path, last = name.split(".")
            section = raw
            for part in path:
                section = section.get(part, {}) if isinstance(section, dict) else {}
            if not isinstance(section, dict) or last not in section:
                raise ValueError(f"there is no {name!r}{_suggestion(name)}")
            section[last] = value
        return Config.model_validate(raw)

    def at(self, step: int) -> Config:
        """Return the configuration of ``step``: with what the stages until then have set."""
        config = self
        for stage in self.stages:
            if stage.from_step <= step:
                config = config.having(stage.set)
        return config

    @property
    def first_steps(self) -> list[int]:
        """The first step of the run, and that of each stage."""
        return [1, *(stage.from_step for stage in self.stages)]

    @model_validator(mode="after")
    def _stages_in_order_and_of_fields_there_are(self) -> Self:
        steps = [stage.from_step for stage in self.stages]
        if steps != sorted(steps):
            raise ValueError("stages: must be in the order of from_step")
        bare: Config = self.model_copy(update={"stages": []})
        for stage in self.stages:
            fixed = {name.split(".")[0] for name in stage.set} & _FIXED
            if fixed:
                raise ValueError(f"stages: {', '.join(sorted(fixed))} cannot change in a run")
            bare = bare.having(stage.set)
            if bare.optimizer.eight_bit != self.optimizer.eight_bit:
                raise ValueError("stages: optimizer.eight_bit cannot change in a run")
        return self


_FIXED = {"model", "lora", "sampler", "service", "run", "stages"}
"""Sections that no stage can change: what they set up is there for the whole run."""


def names(model: type[BaseModel] = Config, prefix: str = "") -> list[str]:
    """Return every field by its dotted name."""
    found = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            found += names(kind, f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{name}")
    return found


def defaults(model: type[BaseModel] = Config) -> dict[str, Any]:
    """Return every field's default by its dotted name."""
    standard = model().model_dump(mode="json")
    found: dict[str, Any] = {}
    for name in names(model):
        value: Any = standard
        for part in name.split("."):
            value = value[part]
        found[name] = value
    return found


def _suggestion(name: str) -> str:
    known = names()
    close = get_close_matches(name, known, n=1) or [
        other for other in known if other.rpartition(".")[2] == name.rpartition(".")[2]
    ]
    return f"; did you mean {close[0]!r}?" if close else ""
