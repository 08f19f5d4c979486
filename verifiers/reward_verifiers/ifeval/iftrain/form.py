"""Instructions about the form of the text: hyphens, brackets, paragraphs.

Source: ``SentenceHyphenChecker``, ``SquareBracketChecker``, ``BiGramWrappingChecker``,
``ParagraphBasicChecker``, ``ParagraphBasicChecker2`` and ``CountingCompositionChecker`` of
allenai/open-instruct, ``open_instruct/IFEvalG/instructions.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.ifeval.iftrain.words import first_words, real_words
from reward_verifiers.ifeval.text.sentences import split_by_rules
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.words import word_tokenize

_DIVIDER = re.compile(r"\s?\*\*\*\s?")


def hyphens_between_sentences(text: Text) -> bool:
    """Whether what the hyphens part are the first sentences of the text with blanks for hyphens.

    What is left over, of pieces or of sentences, does not matter.
    """
    pieces, sentences = _pieces_and_sentences(text)
    return all(map(_is_sentence, pieces, sentences))


def hyphens_between_all_sentences(text: Text) -> bool:
    """Whether the hyphens part the text into its sentences, and into nothing else."""
    pieces, sentences = _pieces_and_sentences(text)
    return len(pieces) == len(sentences) and all(map(_is_sentence, pieces, sentences))


def words_in_brackets(text: Text) -> bool:
    """Whether every word begins with ``[`` and ends with ``]``."""
    return all(word.startswith("[") and word.endswith("]") for word in text.raw.split())


def pairs_in_angles(text: Text) -> bool:
    """Whether of every two words the first begins with ``<<`` and the second ends with ``>>``.

    A last word without another does not matter.
    """
    words = text.raw.split()
    return all(map(_is_pair, words[::2], words[1::2]))


def all_pairs_in_angles(text: Text) -> bool:
    """Whether the words come in pairs, and every pair stands in double angles."""
    words = text.raw.split()
    return len(words) % 2 == 0 and all(map(_is_whole_pair, words[::2], words[1::2]))


def two_divided_paragraphs(text: Text) -> bool:
    """Whether ``***`` parts the text into two paragraphs."""
    return _n_paragraphs(_DIVIDER.split(text.raw)) == 2


def two_spaced_paragraphs(text: Text) -> bool:
    """Whether an empty line parts the text into two paragraphs."""
    return _n_paragraphs(text.raw.split("\n\n")) == 2


def composed(text: Text, *, n_sent: int, n_words: int) -> bool:
    """Whether ``***`` parts three paragraphs of so many sentences of so many words each.

    Signs count as words; so a divider at an end makes an empty paragraph, which has no sentence.
    """
    paragraphs = _DIVIDER.split(text.raw)
    return _n_paragraphs(paragraphs) == 3 and all(
        _is_composed(paragraph, n_sent, n_words) for paragraph in paragraphs
    )


def composed_of_real_words(text: Text, *, n_sent: int, n_words: int) -> bool:
    """Whether it is so where signs are no words and a divider may stand at an end."""
    paragraphs = [one for one in _DIVIDER.split(text.raw) if one.strip()]
    return len(paragraphs) == 3 and all(
        _is_composed_of_real_words(paragraph, n_sent, n_words) for paragraph in paragraphs
    )


def _pieces_and_sentences(text: Text) -> tuple[list[str], list[str]]:
    return text.raw.split("-"), split_by_rules(text.raw.replace("-", " "))


def _is_sentence(piece: str, sentence: str) -> bool:
    return piece == sentence == piece.strip()


def _is_pair(one: str, other: str) -> bool:
    return one.startswith("<<") and other.endswith(">>")


def _is_whole_pair(one: str, other: str) -> bool:
    closed_between = one.endswith(">>") or other.startswith("<<")
    return _is_pair(one, other) and not closed_between


def _n_paragraphs(pieces: Sequence[str]) -> int | None:
    """Return how many have something in them, or None if one between others has not."""
    if not all(piece.strip() for piece in pieces[1:-1]):
        return None
    ends = (pieces[0], pieces[-1]) if len(pieces) > 1 else pieces
    return len(pieces) - sum(not piece.strip() for piece in ends)


def _is_composed(paragraph: str, n_sent: int, n_words: int) -> bool:
    sentences = split_by_rules(paragraph)
    return len(sentences) == n_sent and all(
        len(first_words(sentence, n_words + 1)) == n_words for sentence in sentences
    )


def _is_composed_of_real_words(paragraph: str, n_sent: int, n_words: int) -> bool:
    sentences = split_by_rules(paragraph)
    return len(sentences) == n_sent and all(
        len(real_words(word_tokenize(sentence))) == n_words for sentence in sentences
    )
