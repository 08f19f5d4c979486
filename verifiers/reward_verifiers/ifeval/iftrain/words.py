"""The first words of a text: checks that ask for few need not cut all of it."""

from __future__ import annotations

import re

from reward_verifiers.ifeval.text.sentences import sent_tokenize
from reward_verifiers.ifeval.text.words import treebank

_INK = re.compile(r"[^\W_]")

# What follows a cut can change no word that so many others part from it: the rules that cut words
# look a few characters ahead. A word behind the cut keeps the rules for a sentence's end away.
_MARGIN = 8
_BEHIND = " x"
_CHARS_PER_WORD = 20


def first_words(text: str, number: int) -> list[str]:
    """Return the first words and signs of ``text``, as ``nltk.word_tokenize`` cuts them."""
    words: list[str] = []
    for sentence in sent_tokenize(text):
        if len(words) == number:
            break
        words += _first_of_sentence(sentence, number - len(words))
    return words


def real_words(words: list[str]) -> list[str]:
    """Return those of ``words`` that have a letter or a digit."""
    real = {word for word in set(words) if _INK.search(word)}
    return [word for word in words if word in real]


def _first_of_sentence(sentence: str, number: int) -> list[str]:
    n_chars = (number + _MARGIN) * _CHARS_PER_WORD
    while n_chars < len(sentence):
        words = treebank(sentence[:n_chars] + _BEHIND)
        if len(words) >= number + _MARGIN:
            return words[:number]
        n_chars *= 4
    return treebank(sentence)[:number]
