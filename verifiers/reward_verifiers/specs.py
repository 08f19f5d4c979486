"""What each domain needs to judge a completion. One model per domain, tagged by ``domain``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.ifeval_spec import IfevalSpec
from reward_verifiers.reasoning_gym_spec import ReasoningGymSpec
from reward_verifiers.spec import (
    MAX_WHOLE_BITS,
    Gold,
    Golds,
    Option,
    Spec,
    Thinking,
    at_most,
    together,
)

__all__ = [
    "MAX_WHOLE_BITS",
    "Accept",
    "AnswerType",
    "AnySpec",
    "CodeSpec",
    "Gold",
    "Golds",
    "IfevalSpec",
    "MathMode",
    "MathSpec",
    "ReasoningGymSpec",
    "Spec",
    "StemSpec",
    "Thinking",
    "Units",
    "at_most",
]


class MathMode(StrEnum):
    """Where a math answer may stand."""

    STRICT = "strict"
    """In a box alone."""
    STANDARD = "standard"
    """In a box, else after a phrase such as "the final answer is"."""
    LENIENT = "lenient"
    """As standard, else the last number or formula of the completion."""


class Accept(StrEnum):
    """Whose yes makes a math answer right."""

    SYMBOLIC = "symbolic"
    """The symbolic verifier's."""
    ANY_VERIFIER = "any_verifier"
    """The symbolic verifier's or the string-rule verifier's, as ProRL counted."""


class MathSpec(Spec):
    """A question with a mathematical answer."""

    domain: Literal["math"] = Field(default="math", examples=["math"])
    """Says that this is a math spec."""
    gold: Golds = Field(examples=["\\frac{1}{2}"])
    """The reference answer: LaTeX or plain, boxed or bare. A list means that any of them is
    right. At most 20,000 characters each, and 50,000 together."""
    mode: MathMode = Field(default=MathMode.STANDARD, examples=["standard"])
    """Where the answer may stand: strict (box), standard (box, else an anchored phrase), lenient
    (else the last number)."""
    tolerance: float | None = Field(default=None, gt=0, lt=1, examples=[0.001])
    """Relative error allowed between numbers; null means by the rules of exactness alone."""
    accept: Accept = Field(default=Accept.SYMBOLIC, examples=["symbolic"])
    """symbolic (default), or any_verifier: a second, string-rule verifier may say yes too."""

    @property
    def golds(self) -> tuple[str, ...]:
        """The reference answers, always as a tuple."""
        return (self.gold,) if isinstance(self.gold, str) else tuple(self.gold)


class AnswerType(StrEnum):
    """What a free STEM answer is."""

    VALUE = "value"
    """A number or expression, judged by the rules of math."""
    QUANTITY = "quantity"
    """A number with a unit: converted, and compared within the tolerance."""
    FORMULA = "formula"
    """A symbolic expression, a chemical formula or a reaction equation."""
    TEXT = "text"
    """Words, compared after normalising."""


class Units(StrEnum):
    """How the unit of a quantity counts."""

    CONVERT = "convert"
    """An answer in another unit of the same dimension is converted; one without a unit is read in
    the gold's unit."""
    REQUIRE = "require"
    """As convert, but an answer without a unit is wrong where the gold has one."""
    IGNORE = "ignore"
    """Only the numbers are compared."""


_LETTER = re.compile(r"[A-Z]\Z")


class StemSpec(Spec):
    """A science question: lettered options with one right, or a short free answer."""

    domain: Literal["stem"] = Field(default="stem", examples=["stem"])
    """Says that this is a STEM spec."""
    gold: Golds = Field(examples=["B"])
    """With options: the letter of the right one. Without: the reference answer, or a list of them,
    any being right, of at most 20,000 characters each and 50,000 together."""
    options: (
        Annotated[dict[str, Option], Field(min_length=2, max_length=26), at_most(26)] | None
    ) = Field(default=None, examples=[{"A": "iron", "B": "gold"}])
    """Option text by letter, A to Z, as shown to the model; makes this multiple choice. At most
    10,000 characters each."""
    answer_type: AnswerType | None = Field(default=None, examples=[None])
    """What a free answer is: value, quantity, formula or text; needed when there are no options."""
    tolerance: float | None = Field(default=None, ge=0, lt=1, examples=[None])
    """Relative error allowed; null means 1 % for a quantity and exactness for a value."""
    units: Units = Field(default=Units.CONVERT, examples=["convert"])
    """How the unit of a quantity counts: convert, require or ignore."""
    significant_figures: int | None = Field(default=None, ge=1, le=30, examples=[None])
    """When set, the answer must agree with the gold rounded to this many significant figures."""
    aliases: Annotated[list[Gold], Field(max_length=1000), together(100_000)] = Field(
        default_factory=list, examples=[[]]
    )
    """Other wordings that count as the gold (answer type text): at most 20,000 characters each, and
    100,000 together."""

    @model_validator(mode="after")
    def _choice_or_free(self) -> Self:
        if self.options is None:
            if self.answer_type is None:
                raise ValueError(
                    "either options (multiple choice) or answer_type (free answer) must be given"
                )
            return self
        if self.answer_type is not None:
            raise ValueError("options and answer_type exclude each other")
        bad = [letter for letter in self.options if not _LETTER.match(letter)]
        if bad:
            raise ValueError(f"option keys must be upper-case letters A to Z, not {bad[0]!r}")
        if not isinstance(self.gold, str) or self.gold not in self.options:
            raise ValueError(f"gold {self.gold!r} is not one of the options {sorted(self.options)}")
        return self

    @property
    def golds(self) -> tuple[str, ...]:
        """The reference answers, always as a tuple."""
        return (self.gold,) if isinstance(self.gold, str) else tuple(self.gold)


AnySpec = Annotated[
    MathSpec | StemSpec | CodeSpec | ReasoningGymSpec | IfevalSpec, Field(discriminator="domain")
]
"""What an item may carry; ``domain`` says which."""
