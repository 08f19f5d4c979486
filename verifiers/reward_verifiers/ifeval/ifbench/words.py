"""What each word must be, or how it must go with its neighbours."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from itertools import cycle, islice, pairwise

import syllapy  # type: ignore[import-untyped]  # it has no types

from reward_verifiers.ifeval.ifbench.punctuation import AROUND, bare_words, without_punctuation
from reward_verifiers.ifeval.ifbench.tokens import first_words, may_hold, with_letters
from reward_verifiers.ifeval.text.tagger import first_tag
from reward_verifiers.ifeval.text.text import Text

_ALPHABET = string.ascii_lowercase
_CLUSTER = re.compile(r"[b-df-hj-np-tv-z]{2}")
_PRIMES = frozenset(
    (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
)


def alphabet(text: Text) -> bool:
    """Whether each word starts with the letter after that of the word before, ``a`` after ``z``."""
    firsts = [word[0].lower() for word in without_punctuation(text.raw).split()]
    if not firsts or firsts[0] not in _ALPHABET:
        return False
    letters = islice(cycle(_ALPHABET), _ALPHABET.index(firsts[0]), None)
    # A lower-cased letter may be two characters, of which the first counts.
    return all(first[0] == letter for first, letter in zip(firsts, letters, strict=False))


def vowel(text: Text) -> bool:
    """Whether there is one line, with at most three of the five vowels."""
    return "\n" not in text.stripped and _three_vowels(text)


def vowel_in_paragraph(text: Text) -> bool:
    """The same where lines are one paragraph unless a blank one parts them."""
    return all(map(str.strip, text.stripped.split("\n"))) and _three_vowels(text)


def _three_vowels(text: Text) -> bool:
    return len(set("aeiou").intersection(text.lower)) <= 3


def consonants(text: Text) -> bool:
    """Whether each word has two consonants in a row."""
    return all(map(_CLUSTER.search, text.lower.split()))


def palindrome(text: Text) -> bool:
    """Whether there are at least ten palindromes of five or more characters, repeated or not."""
    return sum(len(word) >= 5 and word == word[::-1] for word in bare_words(text.raw)) >= 10


def prime_lengths(text: Text) -> bool:
    """Whether each word is as long as a prime below 100."""
    return all(len(word) in _PRIMES for word in without_punctuation(text.raw).split())


def start_verb(text: Text) -> bool:
    """Whether the tagger calls the first token a verb."""
    words = first_words(text)
    return bool(words) and "VB" in first_tag(words)


def repeats(text: Text, *, small_n: int) -> bool:
    """Whether no word occurs more than ``small_n`` times."""
    return all(times <= small_n for times in Counter(bare_words(text.raw)).values())


def odd_even_syllables(text: Text) -> bool:
    """Whether words with an odd and an even number of syllables take turns."""
    odd: dict[str, bool] = {}
    before = None
    for word in bare_words(text.raw):
        if word not in odd:
            odd[word] = syllapy.count(word) % 2 == 1
        if odd[word] is before:
            return False
        before = odd[word]
    return True


def paragraph_last_first(text: Text) -> bool:
    """Whether each line ends with the word that it starts with; mere punctuation is no line."""
    for line in text.lower.split("\n"):
        words = line.strip().strip(AROUND).split()
        if words and words[0] != words[-1]:
            return False
    return True


def no_consecutive(text: Text) -> bool:
    """Whether no word starts with the same character as the one before."""
    return _no_same_start(bare_words(text.raw))


def no_consecutive_in_line(text: Text) -> bool:
    """The same where a line break parts words."""
    return all(_no_same_start(bare_words(line)) for line in set(text.lines))


def _no_same_start(words: Sequence[str]) -> bool:
    return all(word[0] != after[0] for word, after in pairwise(words))


def keywords_position(text: Text, *, keyword: str) -> bool:
    """Whether the second token and the last but one, signs included, are the keyword, case kept."""
    if not may_hold(text.raw, keyword):
        return False
    words = text.words
    return len(words) >= 2 and words[1] == words[-2] == keyword


def keywords_position_before_mark(text: Text, *, keyword: str) -> bool:
    """The same in any case, where a final punctuation mark does not count.

    Other marks do, and two at the end count as one word.
    """
    if not may_hold(text.raw, keyword):
        return False
    words = text.words
    # As upstream asks it: any stretch of the 32 marks is one, and few tokens of two are.
    if words and words[-1] in string.punctuation:
        words = words[:-1]
    return len(words) >= 2 and _is(keyword, words[1], words[-2])


def keywords_position_of_words(text: Text, *, keyword: str) -> bool:
    """The same where no punctuation counts."""
    if not may_hold(text.raw, keyword):
        return False
    words = with_letters(text.words)
    return len(words) >= 2 and _is(keyword, words[1], words[-2])


def _is(keyword: str, *words: str) -> bool:
    return all(word.lower() == keyword.lower() for word in words)
