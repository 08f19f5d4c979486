"""What each sentence must be, or how it must go with the one before."""

from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import pairwise

import emoji

from reward_verifiers.ifeval.ifbench.counts import whole_word
from reward_verifiers.ifeval.ifbench.punctuation import AROUND, without_punctuation
from reward_verifiers.ifeval.ifbench.tokens import may_hold, with_letters
from reward_verifiers.ifeval.text.words import word_tokenize

_OPENING = string.punctuation + string.whitespace + "\u2018\u2019\u201c\u201d\u00ab\u00bb"


def alliteration_increment(sentences: Sequence[str]) -> bool:
    """Whether each sentence has more alliterating words than the one before.

    Each run of neighbours with the same first character counts with its length.
    """
    counts = map(_n_alliterating, sentences)
    return all(count < after for count, after in pairwise(counts))


def _n_alliterating(sentence: str) -> int:
    bare = (word.lstrip(AROUND) for word in sentence.lower().split())
    firsts = [word[0] for word in bare if word]
    same = [first == after for first, after in pairwise(firsts)]
    n_runs = sum(here and not before for before, here in pairwise([False, *same]))
    return sum(same) + n_runs


def emoji_at_end(sentences: Sequence[str]) -> bool:
    """Whether each sentence ends with an emoji, or the next one starts with it.

    The last character but one may be the emoji too, as many have a second, invisible one. A
    sentence of mere punctuation fails, be it the next one.
    """
    bare = [without_punctuation(sentence).strip() for sentence in sentences]
    for sentence, after in zip(bare, [*bare[1:], ""], strict=True):
        if not sentence:
            return False
        if not any(map(emoji.is_emoji, sentence[-2:])) and not emoji.is_emoji(after[:1]):
            return False
    return True


def keyword(sentences: Sequence[str], *, word: str, N: int) -> bool:
    """Whether the ``N``-th sentence has the word, as a whole, in any case.

    The 0th is the last, as upstream.
    """
    return len(sentences) >= N and bool(whole_word(word).search(sentences[N - 1]))


def keyword_anywhere(sentences: Sequence[str], *, word: str, N: int) -> bool:
    """The same where the word may be in another one."""
    return len(sentences) >= N and word.lower() in sentences[N - 1].lower()


def keyword_position(sentences: Sequence[str], *, keyword: str, n: int, m: int) -> bool:
    """Whether the ``m``-th word of the ``n``-th sentence is the keyword, in any case."""
    if len(sentences) < n or not may_hold(sentences[n - 1], keyword):
        return False
    words = with_letters(word_tokenize(sentences[n - 1]))
    return len(words) >= m and words[m - 1].lower() == keyword.lower()


def keyword_position_of_tokens(sentences: Sequence[str], *, keyword: str, n: int, m: int) -> bool:
    """The same where signs count as words and case does too."""
    if len(sentences) < n or not may_hold(sentences[n - 1], keyword):
        return False
    words = word_tokenize(sentences[n - 1])
    return len(words) >= m and words[m - 1] == keyword


def last_first(sentences: Sequence[str]) -> bool:
    """Whether each sentence starts with the last word of the one before, in any case."""
    for sentence, after in pairwise(sentences):
        last = sentence.rstrip(AROUND).split()[-1:]
        first = after.lstrip(AROUND).split()[:1]
        if not last or not first or last[0].lower() != first[0].lower():
            return False
    return True


def increment(sentences: Sequence[str], *, small_n: int) -> bool:
    """Whether each sentence has exactly ``small_n`` words more than the one before."""
    counts = [len(without_punctuation(sentence).split()) for sentence in sentences]
    return all(after == count + small_n for count, after in pairwise(counts))


def alphabet(sentences: Sequence[str]) -> bool:
    """Whether there are 26 sentences that start with the letters from a to z, in any case."""
    return _starts_are_alphabet([sentence.lstrip()[:1] for sentence in sentences])


def alphabet_after_quotes(sentences: Sequence[str]) -> bool:
    """The same where quotes and other marks before the first word do not count."""
    return _starts_are_alphabet([sentence.lstrip(_OPENING)[:1] for sentence in sentences])


def _starts_are_alphabet(starts: Sequence[str]) -> bool:
    # The first character of what a letter is in lower case, which may be two.
    return [start.lower()[:1] for start in starts] == list(string.ascii_lowercase)
