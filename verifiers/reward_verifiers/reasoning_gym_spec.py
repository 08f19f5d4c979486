"""What the Reasoning Gym verifier needs: the data set, and the entry as it was exported."""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS, check_config, check_entry
from reward_verifiers.spec import Spec, at_most


class AnswerMode(StrEnum):
    """Where an answer may stand."""

    STRICT = "strict"
    """In ``<answer>`` tags alone."""
    STANDARD = "standard"
    r"""In ``<answer>`` tags, else in the last ``\boxed{}``."""


class ScoreProfile(StrEnum):
    """Whose scores."""

    FIXED = "fixed"
    """The package's, with its known wrong verdicts repaired; ``docs/reasoning_gym.md`` lists
    them."""
    UPSTREAM = "upstream"
    """The package's own, to reproduce others' runs."""


MAX_ENTRY_FIELDS = 100

Entry = Annotated[dict[str, Any], Field(max_length=MAX_ENTRY_FIELDS), at_most(MAX_ENTRY_FIELDS)]
"""An entry of a data set: ``question``, ``answer`` and ``metadata``."""


class ReasoningGymSpec(Spec):
    """A puzzle of Reasoning Gym, scored by the rules of its data set."""

    domain: Literal["reasoning_gym"] = Field(default="reasoning_gym", examples=["reasoning_gym"])
    """Says that this is a Reasoning Gym spec."""
    dataset: str = Field(min_length=1, max_length=100, examples=["chain_sum"])
    """The name of the data set, such as ``chain_sum``."""
    entry: Entry = Field(
        examples=[{"question": "What is 4 + 3?", "answer": "7", "metadata": {}}],
    )
    """The entry as the package made it: question, answer and metadata, in JSON."""
    config: Annotated[dict[str, Any], at_most(MAX_ENTRY_FIELDS)] | None = Field(
        default=None, examples=[None]
    )
    """What the data set was configured with where that is not the default; some scores depend on
    it."""
    profile: ScoreProfile = Field(default=ScoreProfile.FIXED, examples=["fixed"])
    """fixed (default), or upstream: the package's own scores."""
    mode: AnswerMode = Field(default=AnswerMode.STANDARD, examples=["standard"])
    r"""standard (default): ``<answer>`` tags, else the last ``\boxed{}``; or strict: tags alone."""

    @field_validator("dataset")
    @classmethod
    def _known(cls, dataset: str) -> str:
        if dataset not in CONFIG_FIELDS:
            raise ValueError(_unknown(dataset))
        return dataset

    @field_validator("entry")
    @classmethod
    def _has_what_is_read(cls, entry: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if "dataset" in info.data:
            check_entry(info.data["dataset"], entry)
        return entry

    @field_validator("config")
    @classmethod
    def _is_a_config(
        cls, config: dict[str, Any] | None, info: ValidationInfo
    ) -> dict[str, Any] | None:
        if config is not None and "dataset" in info.data:
            check_config(info.data["dataset"], config)
        return config


def _unknown(dataset: str) -> str:
    near = get_close_matches(dataset, CONFIG_FIELDS, n=3)
    hint = f"; near to it: {', '.join(near)}" if near else ""
    return f"unknown data set {dataset!r}{hint}; `reward-service rg list` shows all"
