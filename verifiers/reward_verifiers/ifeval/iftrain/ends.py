"""Instructions about the first or last word, of the text or of every sentence.

Source: ``FirstWordSentChecker``, ``FirstWordAnswerChecker``, ``LastWordSentChecker`` and
``LastWordAnswerChecker`` of allenai/open-instruct, ``open_instruct/IFEvalG/instructions.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from reward_verifiers.ifeval.text.sentences import split_by_rules
from reward_verifiers.ifeval.text.text import Text

_SIGNS = re.compile(r"[^\w\s]")


def first_of_text(text: Text, *, first_word: str) -> bool:
    """Whether the text begins with the word; a sign at the word makes it another."""
    return _begins(text.raw, first_word)


def first_of_sentences(text: Text, *, first_word: str) -> bool:
    """Whether every sentence begins with the word."""
    return _every_sentence(text, first_word, _begins)


def last_of_text(text: Text, *, last_word: str) -> bool:
    """Whether the text ends with the word, signs in the text left out: ``can't`` is never there."""
    return _ends(text.raw, last_word)


def last_of_sentences(text: Text, *, last_word: str) -> bool:
    """Whether every sentence ends with the word."""
    return _every_sentence(text, last_word, _ends)


def first_of_text_bare(text: Text, *, first_word: str) -> bool:
    """Whether the text begins with the word, signs left out on both sides."""
    return _begins_bare(text.raw, first_word)


def first_of_sentences_bare(text: Text, *, first_word: str) -> bool:
    """Whether every sentence begins with the word, signs left out on both sides."""
    return _every_sentence(text, first_word, _begins_bare)


def last_of_text_bare(text: Text, *, last_word: str) -> bool:
    """Whether the text ends with the word, signs left out on both sides."""
    return _ends(text.raw, _bare(last_word))


def last_of_sentences_bare(text: Text, *, last_word: str) -> bool:
    """Whether every sentence ends with the word, signs left out on both sides."""
    return _every_sentence(text, _bare(last_word), _ends)


def _every_sentence(text: Text, word: str, has: Callable[[str, str], bool]) -> bool:
    """Whether every sentence has the word; a sentence with nothing in it has none."""
    return all(has(sentence, word) for sentence in set(split_by_rules(text.raw)))


def _begins(text: str, word: str) -> bool:
    words = text.split(maxsplit=1)
    return bool(words) and words[0].lower() == word.lower()


def _begins_bare(text: str, word: str) -> bool:
    words = text.split(maxsplit=1)
    return bool(words) and _bare(words[0]).lower() == _bare(word).lower()


def _ends(text: str, word: str) -> bool:
    words = text.rsplit(maxsplit=1)
    return bool(words) and _bare(words[-1]).lower() == word.lower()


def _bare(word: str) -> str:
    return _SIGNS.sub("", word)
