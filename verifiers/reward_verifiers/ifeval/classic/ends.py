"""How the text begins and ends."""

from __future__ import annotations

from typing import Any

from reward_verifiers.ifeval.arguments import filled
from reward_verifiers.ifeval.text.text import Text


def end_checker(text: Text, *, end_phrase: str) -> bool:
    """Whether the text ends with the phrase, in any case, double quotes behind it apart."""
    return text.lower.strip().strip('"').endswith(end_phrase)


def quotation(text: Text) -> bool:
    """Whether double quotation marks are around the text."""
    said = text.stripped
    return len(said) > 1 and said[0] == said[-1] == '"'


def phrase(value: Any) -> str:
    """Read a phrase, as its lower case without the blanks around it.

    Raises:
        ValueError: it is no text, or blank.
    """
    return filled(value).strip().lower()
