"""Instructions about counts of letters, words and signs.

Source: ``LowercaseCountingChecker``, ``LetterCountingChecker``, ``CountUniqueChecker``,
``PunctuationDotChecker`` and ``PunctuationExclamationChecker`` of
allenai/open-instruct, ``open_instruct/IFEvalG/instructions.py``.
"""

from __future__ import annotations

import re

from reward_verifiers.ifeval.iftrain.words import real_words
from reward_verifiers.ifeval.relation import holds
from reward_verifiers.ifeval.text.text import Text

_LOWER_CASE_WORD = re.compile(r"\b[a-z]+\b")
_NO_LETTERS = re.compile(r"[^A-Za-z]+")


def few_lower_case_words(text: Text, *, N: int) -> bool:
    """Whether at most N words are made of the letters a to z alone."""
    return sum(1 for _ in _LOWER_CASE_WORD.finditer(text.raw)) <= N


def letters(text: Text, *, N: int, relation: str) -> bool:
    """Whether there are less than, or at least, N letters a to z or A to Z."""
    return holds(len(_NO_LETTERS.sub("", text.raw)), relation, N)


def unique_words(text: Text) -> bool:
    """Whether no word is there twice; signs count as words, capitals make another word."""
    return len(text.words) == len(set(text.words))


def unique_real_words(text: Text) -> bool:
    """Whether no word, however it is capitalised, is there twice; signs may be."""
    words = [word.lower() for word in real_words(list(text.words))]
    return len(words) == len(set(words))


def no_dot(text: Text) -> bool:
    """Whether there is no dot."""
    return "." not in text.raw


def no_exclamation_mark(text: Text) -> bool:
    """Whether there is no exclamation mark."""
    return "!" not in text.raw
