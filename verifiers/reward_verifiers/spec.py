"""What every spec has: its base, how thinking counts, and the types of reference answers.

A spec comes from outside, so it is checked here and trusted everywhere else.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
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


def together(max_chars: int) -> AfterValidator:
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
    | Annotated[list[Gold], Field(min_length=1, max_length=100), together(50_000), Tag("[list]")],
    Discriminator(
        _one_or_list,
        custom_error_type="golds_type",
        custom_error_message="expected text, a number or a list of them",
    ),
]
"""One reference answer, or a list of them of which any is right."""
