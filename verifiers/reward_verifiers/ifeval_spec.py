"""What the instruction following verifier needs: which instructions, and how they count."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from reward_verifiers.plain_json import check_json
from reward_verifiers.spec import Spec, at_most

MAX_INSTRUCTIONS = 100
MAX_ARGUMENTS = 100
MAX_PROMPT_CHARS = 200_000


class Family(StrEnum):
    """Whose instructions: the same id means different rules elsewhere."""

    IFEVAL = "ifeval"
    """Google's IFEval: 25 ids."""
    IFTRAIN = "iftrain"
    """open-instruct's IFEvalG: those, and 29 more for training."""
    IFBENCH = "ifbench"
    """IFBench: IFEval's, and 58 more; in two versions."""
    RLVR = "rlvr"
    """RLVR-IFeval's 25 functions, which have rules of their own."""


class FollowMode(StrEnum):
    """What an instruction is checked on."""

    STRICT = "strict"
    """The completion as it stands."""
    LOOSE = "loose"
    """Also without its first line, its last line, both, and without asterisks: any may pass."""


class FollowReward(StrEnum):
    """How the instructions of an item make its score."""

    FRACTION = "fraction"
    """The share of instructions that are followed."""
    ALL = "all"
    """1 when every instruction is followed, else 0."""


class FollowProfile(StrEnum):
    """Whose verdicts."""

    PARITY = "parity"
    """The official checker's, its quirks included."""
    FIXED = "fixed"
    """With what are known as its bugs repaired; ``docs/ifeval.md`` lists them."""


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    check_json(arguments)
    return arguments


Arguments = Annotated[
    dict[str, Any], Field(max_length=MAX_ARGUMENTS), at_most(MAX_ARGUMENTS), AfterValidator(_plain)
]
"""What one instruction takes, by name. Nulls count as absent, whole floats as integers."""


class IfevalSpec(Spec):
    """Instructions whose following can be checked, such as a number of words."""

    domain: Literal["ifeval"] = Field(default="ifeval", examples=["ifeval"])
    """Says that this is an instruction following spec."""
    family: Family = Field(default=Family.IFEVAL, examples=["ifeval"])
    """Whose instructions: ifeval (default), iftrain, ifbench or rlvr."""
    version: str | None = Field(default=None, max_length=40, examples=[None])
    """The version of the family's rules; null means the newest. IFBench has ``head`` and
    ``2025-11``."""
    instruction_id_list: list[Annotated[str, Field(max_length=200)]] = Field(
        min_length=1, max_length=MAX_INSTRUCTIONS, examples=[["punctuation:no_comma"]]
    )
    """The ids of the instructions, such as ``punctuation:no_comma``."""
    kwargs: list[Arguments | None] = Field(
        default_factory=list, max_length=MAX_INSTRUCTIONS, examples=[[{}]]
    )
    """What each instruction takes, in the same order; may be left out where none takes anything."""
    prompt: str = Field(default="", max_length=MAX_PROMPT_CHARS, examples=[""])
    """What the model was asked; some instructions are checked against it."""
    mode: FollowMode = Field(default=FollowMode.STRICT, examples=["strict"])
    """strict (default), or loose."""
    reward: FollowReward = Field(default=FollowReward.FRACTION, examples=["fraction"])
    """fraction (default): the share of instructions that are followed; or all."""
    profile: FollowProfile = Field(default=FollowProfile.PARITY, examples=["parity"])
    """parity (default): the official checker's verdicts; or fixed."""

    @model_validator(mode="after")
    def _arguments_for_every_instruction(self) -> Self:
        if self.kwargs and len(self.kwargs) != len(self.instruction_id_list):
            raise ValueError(
                f"kwargs has {len(self.kwargs)} entries for "
                f"{len(self.instruction_id_list)} instructions"
            )
        return self
