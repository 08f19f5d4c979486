"""What each domain needs to judge a completion. One model per domain, tagged by ``domain``.

A spec comes from outside, so it is checked here and trusted everywhere else.
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticKnownError


class Thinking(StrEnum):
    """What to do with the reasoning before the answer."""

    STRIP = "strip"
    """What stands before the last ``</think>`` is not judged; an unclosed ``<think>`` leaves
    nothing to judge."""
    KEEP = "keep"
    """The whole completion is judged."""
    REQUIRE = "require"
    """As strip, and a completion without ``</think>`` is no answer: for chat templates that open
    the thinking in the prompt, where a truncated completion shows no tag at all."""


class Spec(BaseModel):
    """Base of all specs: immutable, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    domain: str = Field(examples=["math"])
    """Which verifier judges; every concrete spec fixes it."""
    thinking: Thinking = Field(default=Thinking.STRIP, examples=["strip"])
    """Whether the reasoning is cut off before judging: strip, keep or require."""


MAX_WHOLE_BITS = 14_000
"""The most that a whole number may have: Python writes none of more than 4300 digits."""


def _number_as_text(value: Any) -> Any:
    # A dataset's gold is often a JSON number. It is text from here on: its digits count as written.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int) and value.bit_length() > MAX_WHOLE_BITS:
        raise ValueError("a number of too many digits; write it as text")
    if isinstance(value, float) and math.isinf(value):
        raise ValueError("a number too large to read; write it as text")
    return repr(value)


def _together(max_chars: int) -> AfterValidator:
    """Bound the lengths of all texts of a list together."""

    def bounded(texts: list[str]) -> list[str]:
        if sum(map(len, texts)) > max_chars:
            raise ValueError(f"longer than {max_chars} characters together")
        return texts

    return AfterValidator(bounded)


def at_most(n_entries: int) -> BeforeValidator:
    """Refuse an object of more entries before each of them is read and complained about."""

    def bounded(value: Any) -> Any:
        if isinstance(value, dict) and len(value) > n_entries:
            raise PydanticKnownError(
                "too_long",
                {
                    "field_type": "Dictionary",
                    "max_length": n_entries,
                    "actual_length": len(value),
                },
            )
        return value

    return BeforeValidator(bounded)


# A bound on the length of a text refuses lone surrogates too: what cannot be written in UTF-8 could
# reach neither a worker nor an answer.
Gold = Annotated[str, Field(min_length=1, max_length=20_000), BeforeValidator(_number_as_text)]
"""A reference answer as text; a JSON number is taken as its digits."""

Option = Annotated[str, Field(max_length=10_000)]
"""The text of an option."""


def _one_or_list(value: Any) -> str | None:
    # Names the branch, so that a bad gold gets the complaint of its own branch and not of both. The
    # brackets tell ``validation_message`` that the name is no field's.
    if isinstance(value, list | tuple):
        return "[list]"
    is_gold = isinstance(value, str | int | float) and not isinstance(value, bool)
    return "[one]" if is_gold else None


Golds = Annotated[
    Annotated[Gold, Tag("[one]")]
    | Annotated[list[Gold], Field(min_length=1, max_length=100), _together(50_000), Tag("[list]")],
    Discriminator(
        _one_or_list,
        custom_error_type="golds_type",
        custom_error_message="expected text, a number or a list of them",
    ),
]
"""One reference answer, or a list of them of which any is right."""


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
    aliases: Annotated[list[Gold], Field(max_length=1000), _together(100_000)] = Field(
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


AnySpec = Annotated[MathSpec | StemSpec, Field(discriminator="domain")]
"""What an item may carry; ``domain`` says which."""
