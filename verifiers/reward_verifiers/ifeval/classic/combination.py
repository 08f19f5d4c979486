"""Instructions about the answer as a whole: given twice, or behind the request repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from reward_verifiers.ifeval.arguments import filled
from reward_verifiers.ifeval.text.text import Text

_SIX = re.compile(r"(?<!\*)\*{6}(?!\*)")


def two_responses(text: Text) -> bool:
    """Whether six asterisks divide two different texts; further dividers only around them."""
    return _are_two(text.raw.split("******"))


def two_responses_apart(text: Text) -> bool:
    """Whether six asterisks, and no more in a row, divide two different texts."""
    return "******" in text.raw and _are_two(_SIX.split(text.raw))


def _are_two(pieces: Sequence[str]) -> bool:
    filled_pieces = [piece.strip() for piece in pieces]
    if not all(filled_pieces[1:-1]):
        return False
    said = [piece for piece in filled_pieces if piece]
    return len(said) == 2 and said[0] != said[1]


def repeat_prompt(text: Text, *, prompt_to_repeat: str) -> bool:
    """Whether the text begins with the request, in any case."""
    return text.lower.strip().startswith(prompt_to_repeat)


def request(value: Any) -> str:
    """Read the request to repeat, as its lower case without the blanks around it.

    Raises:
        ValueError: it is no text, or blank.
    """
    return filled(value).strip().lower()
