"""What the training instructions take: readers that IFEval's own do not need."""

from __future__ import annotations

from typing import Any

from reward_verifiers.ifeval.arguments import FILLED, Argument, filled, text, whole


def position(value: Any) -> int:
    """Read a position; they count from 1.

    Raises:
        ValueError: it is none.
    """
    number = whole(value)
    if number < 1:
        raise ValueError(f"expected a position from 1 on, got {number}")
    return number


def phrase(value: Any) -> str:
    """Read a text that is not blank, without the blanks around it.

    Raises:
        ValueError: it is none.
    """
    return filled(value).strip()


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


def written(value: Any) -> str:
    """Read a text that is not empty, but may be blank.

    Raises:
        ValueError: it is none.
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


CHARACTER = Argument(character)
PHRASE = Argument(phrase)
PHRASE_OR_LIST = Argument(phrase_or_list)
POSITION = Argument(position)
REQUEST = FILLED
"""The text to copy, every blank of it kept."""
WRITTEN = Argument(written)
