"""Instructions about single words: how often, where, and beside which others.

Source: ``KeywordFrequencyOnceChecker``, ``CountIncrementWordChecker``,
``ExcludeWordHarderChecker``, ``KeywordSpecificPositionChecker``, ``AdjacentLetterChecker``,
``PalindromeBasicChecker`` and ``StartEndChecker`` of allenai/open-instruct,
``open_instruct/IFEvalG/instructions.py``.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reward_verifiers.ifeval.iftrain.words import first_words
from reward_verifiers.ifeval.keyword import Keyword
from reward_verifiers.ifeval.text.sentences import split_by_rules
from reward_verifiers.ifeval.text.text import Text

_MIN_PALINDROME = 3
_SIGNS = re.compile(r"[\W_]+")


def once(text: Text, *, keyword: Keyword) -> bool:
    """Whether the keyword is there once, in a longer word too, however it is capitalised."""
    return keyword.count(text) == 1


def once_and_twice(text: Text, *, keyword1: Keyword, keyword2: Keyword) -> bool:
    """Whether one keyword is there once and the other twice."""
    return keyword1.count(text) == 1 and keyword2.count(text) == 2


def excluded(text: Text, *, keyword: str, instruction: str = "") -> bool:
    """Whether the word, with a blank before and behind it, is nowhere.

    ``instruction`` is what open-instruct draws a word from where none is given; here one always is.
    """
    return f" {keyword} " not in text.raw


def excluded_word(text: Text, *, keyword: Keyword, instruction: str = "") -> bool:
    """Whether the word is nowhere, in any case: signs and the ends of the text part words too."""
    return not keyword.within(text)


def at_position(text: Text, *, keyword: str, n: int, m: int) -> bool:
    """Whether the n-th sentence has the keyword as its m-th word; signs count as words."""
    sentences = split_by_rules(text.raw)
    if len(sentences) < n:
        return False
    words = first_words(sentences[n - 1], m)
    return len(words) == m and words[-1] == keyword


def no_letter_and_its_next(text: Text) -> bool:
    """Whether no word begins with the character that follows the one before it began with."""
    initials = [word[0].lower() for word in text.raw.split()]
    # A few letters become two when lowered; the official checker takes them for a failure.
    if len(initials) > 1 and any(len(initial) != 1 for initial in initials):
        return False
    return all(ord(other) - ord(one) != 1 for one, other in pairwise(initials))


def palindrome(text: Text) -> bool:
    """Whether there is a word that reads the same backwards, be it of one letter."""
    return any(word == word[::-1] for word in text.raw.split())


def palindrome_word(text: Text) -> bool:
    """Whether a word of three letters or more, signs and capitals aside, reads so backwards."""
    words = (_SIGNS.sub("", word).lower() for word in set(text.raw.split()))
    return any(len(word) >= _MIN_PALINDROME and word == word[::-1] for word in words)


def same_ends(text: Text) -> bool:
    """Whether the first word is the last one too; signs count as words."""
    words = text.words
    return len(words) > 1 and words[0].lower() == words[-1].lower()
