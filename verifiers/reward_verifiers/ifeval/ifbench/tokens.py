"""NLTK's tokens, and how to get by without cutting a whole text into them."""

from __future__ import annotations

from collections.abc import Sequence

from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.words import treebank

_GLANCE = 1000  # characters of a sentence that hold more than three tokens, but for odd ones


def with_letters(tokens: Sequence[str]) -> list[str]:
    """Return the tokens with a letter or digit in them."""
    lettered = {token for token in set(tokens) if any(map(str.isalnum, token))}
    return [token for token in tokens if token in lettered]


def may_hold(text: str, keyword: str) -> bool:
    """Whether ``keyword`` may be a token of ``text``, in any case.

    Tokens are stretches of the text, but for quotes, which are replaced.
    """
    return keyword.casefold() in text.casefold() or not any(map(str.isalnum, keyword))


def first_words(text: Text) -> Sequence[str]:
    """Return the first three tokens at least, if there are so many."""
    words: list[str] = []
    for sentence in text.sentences:
        words += _first_of(sentence)
        if len(words) >= 3:
            break
    return words


def _first_of(sentence: str) -> list[str]:
    """Return the tokens of ``sentence``, or some ten that a long one begins with.

    How a token is cut depends on its neighbours and on the end of the sentence only, so what is
    well before the end of a glance is the same.
    """
    if len(sentence) > _GLANCE:
        words = treebank(sentence[:_GLANCE])
        if len(words) >= 20:
            return words[:10]
    return treebank(sentence)
