"""Shares and balances: stop words, trigrams, kinds of sentences."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence, Set

from reward_verifiers.ifeval.ifbench.punctuation import bare_words
from reward_verifiers.ifeval.text.stop_words import STOP_WORDS
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.words import word_tokenize

Trigrams = Set[tuple[str, ...]]

_CLOSING = string.whitespace + "\"'`)]}*_\u2019\u201d\u00bb"


def stop_words(text: Text, *, percentage: float) -> bool:
    """Whether at most ``percentage`` of the words are stop words; without words, no."""
    words = text.word_runs
    n_stop_words = sum(word.lower() in STOP_WORDS for word in words)
    return bool(words) and n_stop_words / len(words) * 100 <= percentage


def overlap(text: Text, *, reference_text: str, percentage: float) -> bool:
    """Whether ``percentage``, give or take 2, of the text's character trigrams are the reference's.

    A text of less than three characters has none, and does not follow.
    """
    return _near(_trigrams(text.raw), _trigrams(reference_text), percentage)


def word_overlap(text: Text, *, reference_text: str, percentage: float) -> bool:
    """The same with trigrams of words, as the instruction means it."""
    return _near(_trigrams(text.words), _trigrams(word_tokenize(reference_text)), percentage)


def _trigrams(parts: Sequence[str]) -> Trigrams:
    return set(zip(parts, parts[1:], parts[2:], strict=False))


def _near(own: Trigrams, reference: Trigrams, percentage: float) -> bool:
    if not own:
        return False
    shared = len(own & reference) / len(own) * 100
    return percentage - 2 <= shared <= percentage + 2


def sentence_type(sentences: Sequence[str]) -> bool:
    """Whether twice as many sentences end with a period as with a question mark; 0 and 0 will do.

    A sentence that ends with a quote is of neither kind.
    """
    return _ending(sentences, ".") == 2 * _ending(sentences, "?")


def sentence_type_of_all(sentences: Sequence[str]) -> bool:
    """The same where quoted sentences count, and a question is needed."""
    bare = [sentence.rstrip(_CLOSING) for sentence in sentences]
    n_questions = _ending(bare, "?")
    return n_questions > 0 and _ending(bare, ".") == 2 * n_questions


def sentence_balance(sentences: Sequence[str]) -> bool:
    """Whether as many sentences end with a period as with a question mark and an exclamation mark.

    0 of each will do.
    """
    return _ending(sentences, ".") == _ending(sentences, "?") == _ending(sentences, "!")


def _ending(sentences: Iterable[str], mark: str) -> int:
    return sum(sentence.endswith(mark) for sentence in sentences)


def sentence_words(sentences: Sequence[str]) -> bool:
    """Whether there are three sentences of the same length; words are not looked at."""
    return len(sentences) == 3 and len({len(sentence.strip()) for sentence in sentences}) == 1


def sentence_words_distinct(sentences: Sequence[str]) -> bool:
    """The same where no word, in any case, may occur twice."""
    words = bare_words(" ".join(sentences))
    return sentence_words(sentences) and len(words) == len(set(words))
