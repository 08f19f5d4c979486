"""What IFBench's instructions take.

Upstream draws at random what is missing, negative or, for texts, empty. All of that is the spec's
fault here, as is a position that counts from 1 and is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from reward_verifiers.ifeval.arguments import Argument, text, whole

MAX_KEYWORD_CHARS = 200
"""Keywords are words: the bound keeps a search for one linear in the text."""


def _at_least(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = whole(value)
        if number < least:
            raise ValueError(f"expected {least} or more, got {number}")
        return number

    return read


def _percentage(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < inf:
        raise ValueError(f"expected a percentage, got {value!r:.60}")
    percentage: float = value
    return percentage


def _written(value: Any) -> str:
    read = text(value)
    if not read.strip():
        raise ValueError("expected text, got none")
    return read


def _exact_keyword(value: Any) -> str:
    keyword = _written(value)
    if len(keyword) > MAX_KEYWORD_CHARS:
        raise ValueError(f"longer than {MAX_KEYWORD_CHARS} characters")
    return keyword


def _keyword(value: Any) -> str:
    return _exact_keyword(value).strip()


COUNT = Argument(_at_least(0))
POSITION = Argument(_at_least(1))
"""Which one, counted from 1."""
PERCENTAGE = Argument(_percentage)
WRITTEN = Argument(_written)
"""A text that is not blank."""
KEYWORD = Argument(_keyword)
"""A word or phrase, less the blanks around it."""
EXACT_KEYWORD = Argument(_exact_keyword)
"""A word or phrase as it stands."""
