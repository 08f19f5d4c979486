"""RLVR-IFeval's functions about words, letters, sentences and the language.

Source: ``open_instruct/if_functions.py`` of allenai/open-instruct.
"""

from __future__ import annotations

import re

from reward_verifiers.ifeval.text.text import Text

_WORD = re.compile(r"\b\w+\b")
_CAPITAL_WORD = re.compile(r"\b[A-Z]+\b")

# A blank after a full stop, a question mark or an exclamation mark, but not after "e.g." or "Mr.".
_SENTENCE_BREAK = re.compile(r"(?<!\w\.\w.)(?<![A-Z][a-z]\.)(?<=[.?!])\s")


def has_keywords(text: Text, *, keyword_list: tuple[str, ...]) -> bool:
    """Whether every keyword is there, in a longer word too, however it is capitalised."""
    return all(keyword.lower() in text.lower for keyword in keyword_list)


def lacks_words(text: Text, *, forbidden_words: tuple[str, ...]) -> bool:
    """Whether none of the words is there, in a longer word neither."""
    return not any(word.lower() in text.lower for word in forbidden_words)


def word_n_times(text: Text, *, word: str, N: int) -> bool:
    """Whether exactly N of the runs of word characters are the word; no phrase ever is."""
    wanted = word.lower()
    return sum(1 for found in _WORD.findall(text.lower) if found == wanted) == N


def phrase_n_times(text: Text, *, word: str, N: int) -> bool:
    """Whether the word or phrase is there exactly N times, in no longer word."""
    wanted = rf"(?<!\w){re.escape(word.lower())}(?!\w)"
    return sum(1 for _ in re.finditer(wanted, text.lower)) == N


def letter_n_times(text: Text, *, letter: str, N: int) -> bool:
    """Whether the character, of this case, is there exactly N times."""
    return text.raw.count(letter) == N


def in_language(text: Text, *, language: str) -> bool:
    """Whether langdetect says this language; where it cannot say any, the text is in none."""
    return text.language == language


def number_of_words(text: Text, *, N: int, quantifier: str) -> bool:
    """Whether there are so many words, which blanks part; around means within a tenth, or one."""
    return _meets(len(text.raw.split()), quantifier, N, _tenth(N))


def number_of_sentences(
    text: Text,
    *,
    N: int,
    quantifier: str,
) -> bool:
    """Whether there are so many sentences, as one regular expression cuts them."""
    return _meets(len(_SENTENCE_BREAK.split(text.raw)), quantifier, N, 1)


def number_of_capital_words(
    text: Text,
    *,
    N: int,
    quantifier: str,
) -> bool:
    """Whether there are so many words of the letters A to Z alone, one letter being enough."""
    return _meets(len(_CAPITAL_WORD.findall(text.raw)), quantifier, N, _tenth(N))


def _tenth(number: int) -> int:
    return max(round(number * 0.1), 1)


def _meets(number: int, quantifier: str, wanted: int, tolerance: int) -> bool:
    if quantifier == "at least":
        return number >= wanted
    if quantifier == "at most":
        return number <= wanted
    return abs(number - wanted) <= tolerance
