"""What the training instructions take: readers that IFEval's own do not need."""

from __future__ import annotations

import re
from typing import Any

from reward_verifiers.ifeval.arguments import Argument, text, whole

_FLAGS = re.IGNORECASE


def count(value: Any) -> int:
    """Read a whole number that is not negative.

    Raises:
        ValueError: it is none.
    """
    number = whole(value)
    if number < 0:
        raise ValueError(f"expected at least 0, got {number}")
    return number


def position(value: Any) -> int:
    """Read a position; they count from 1.

    Raises:
        ValueError: it is none.
    """
    number = whole(value)
    if number < 1:
        raise ValueError(f"expected a position from 1, got {number}")
    return number


def written(value: Any) -> str:
    """Read a text that is not empty.

    Raises:
        ValueError: it is.
    """
    if not text(value):
        raise ValueError("empty")
    return text(value)


def character(value: Any) -> str:
    """Read one character.

    Raises:
        ValueError: it is none. The official function raises then.
    """
    if len(text(value)) != 1:
        raise ValueError(f"expected one character, got {len(value)}")
    return text(value)


def request(value: Any) -> str:
    """Read a text with something in it, every blank of it kept.

    Raises:
        ValueError: it is none.
    """
    if not text(value).strip():
        raise ValueError("empty")
    return text(value)


def phrase(value: Any) -> str:
    """Read a text with something in it, without the blanks around it.

    Raises:
        ValueError: it is none.
    """
    return request(value).strip()


def phrase_or_list(value: Any) -> str:
    """Read a phrase, or a list of one: open-instruct's data has both.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, list | tuple):
        if len(value) != 1:
            raise ValueError(f"expected one text, got {len(value)}")
        return phrase(value[0])
    return phrase(value)


def letter(value: Any) -> str:
    """Read one letter, a to z or A to Z, as its lower case.

    Raises:
        ValueError: it is none. The official checker draws a letter by chance in its place.
    """
    lowered = phrase(value).lower()
    if len(lowered) != 1 or not "a" <= lowered <= "z":
        raise ValueError("expected one letter, a to z")
    return lowered


def pattern(value: Any) -> re.Pattern[str]:
    """Read a keyword, which is a regular expression to the official checker.

    Raises:
        ValueError: it is none.
    """
    try:
        return re.compile(phrase(value), _FLAGS)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


COUNT = Argument(count)
POSITION = Argument(position)
LETTER = Argument(letter)
CHARACTER = Argument(character)
WRITTEN = Argument(written)
REQUEST = Argument(request)
PHRASE = Argument(phrase)
PHRASE_OR_LIST = Argument(phrase_or_list)
PATTERN = Argument(pattern)
