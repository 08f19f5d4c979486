"""Keywords that must, may not, or must so many times be in the text."""

from __future__ import annotations

from typing import Any

from reward_verifiers.ifeval.arguments import text as read_text
from reward_verifiers.ifeval.keyword import Keyword
from reward_verifiers.ifeval.relation import holds
from reward_verifiers.ifeval.text.text import Text


def existence(text: Text, *, keywords: tuple[Keyword, ...]) -> bool:
    """Whether every keyword occurs, if only as a part of a word."""
    return all(keyword.within(text) for keyword in keywords)


def frequency(text: Text, *, keyword: Keyword, frequency: int, relation: str) -> bool:
    """Whether the keyword occurs so many times, parts of words included."""
    return holds(keyword.count(text), relation, frequency)


def forbidden_words(text: Text, *, forbidden_words: tuple[Keyword, ...]) -> bool:
    """Whether none of the words occurs as a word of its own."""
    return not any(word.within(text) for word in forbidden_words)


def letter_frequency(text: Text, *, letter: str, let_frequency: int, let_relation: str) -> bool:
    """Whether the letter occurs so many times, in either case."""
    return holds(text.lower.count(letter), let_relation, let_frequency)


def letter(value: Any) -> str:
    """Read one character, as its lower case.

    The official data has a "#", which one revision of the official code counts and another
    replaces by a random letter; it is counted.

    Raises:
        ValueError: it is not one character.
    """
    char = read_text(value)
    if len(char) != 1:
        raise ValueError(f"expected one letter, got {char[:20]!r}")
    return char.lower()
