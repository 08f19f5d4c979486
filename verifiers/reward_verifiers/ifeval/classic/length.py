"""How long the text is: sentences, paragraphs, words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reward_verifiers.ifeval.arguments import filled
from reward_verifiers.ifeval.relation import holds
from reward_verifiers.ifeval.text.text import Text

_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_ENDS_WORD = re.compile(r"[.,?!'\"]")


def number_sentences(text: Text, *, num_sentences: int, relation: str) -> bool:
    """Whether there are so many sentences."""
    return holds(text.n_sentences, relation, num_sentences)


def number_words(text: Text, *, num_words: int, relation: str) -> bool:
    """Whether there are so many runs of word characters."""
    return holds(text.n_word_runs, relation, num_words)


def number_paragraphs(text: Text, *, num_paragraphs: int) -> bool:
    """Whether ``***`` divides the text into so many; only the outermost pieces may be blank."""
    pieces = _DIVIDER.split(text.raw) if "***" in text.raw else [text.raw]
    filled = [bool(piece.strip()) for piece in pieces]
    return all(filled[1:-1]) and sum(filled) == num_paragraphs


def nth_paragraph_first_word(
    text: Text, *, num_paragraphs: int, nth_paragraph: int, first_word: str
) -> bool:
    """Whether there are so many paragraphs, and the nth begins with the word.

    Blank paragraphs are left out of the number, but not of the counting to the nth.
    """
    paragraphs = text.raw.split("\n\n")
    n_filled = sum(bool(paragraph.strip()) for paragraph in paragraphs)
    return n_filled == num_paragraphs and _begins(paragraphs, nth_paragraph, first_word)


def nth_filled_paragraph_first_word(
    text: Text, *, num_paragraphs: int, nth_paragraph: int, first_word: str
) -> bool:
    """Whether there are so many paragraphs, blank ones apart, and the nth begins with the word."""
    filled = [paragraph for paragraph in text.raw.split("\n\n") if paragraph.strip()]
    return len(filled) == num_paragraphs and _begins(filled, nth_paragraph, first_word)


def _begins(paragraphs: Sequence[str], nth: int, first_word: str) -> bool:
    words = paragraphs[nth - 1].split(maxsplit=1)
    if not words:
        return False
    bare = words[0].lstrip("'").lstrip('"')
    return _lowered(_ENDS_WORD.split(bare, maxsplit=1)[0]) == first_word


def _lowered(word: str) -> str:
    """Return ``word`` in lower case, each letter on its own: a final sigma is as any other."""
    return "".join(map(str.lower, word))


def first_word(value: Any) -> str:
    """Read the word that a paragraph must begin with, as its lower case.

    Raises:
        ValueError: it is no text, or blank.
    """
    return filled(value).lower()


def nth_is_one_of_them(arguments: Mapping[str, Any]) -> None:
    """Refuse a paragraph that is none of those asked for.

    Raises:
        ValueError: it is; the official code then takes a random one.
    """
    nth, count = arguments["nth_paragraph"], arguments["num_paragraphs"]
    if not 1 <= nth <= count:
        raise ValueError(f"nth_paragraph: expected 1 to {count}, got {nth}")
