"""The part of speech of a text's first word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from reward_verifiers.ifeval.text.shipped import shipped_lines

# The tagger reads two words before the first one, which are these marks, and two after the last.
_BEFORE = ("-START2-", "-START-")
_AFTER = ("-END-", "-END2-")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Model:
    weights: Mapping[str, tuple[tuple[str, float], ...]]
    """By feature: how much it speaks for or against each tag."""
    known: Mapping[str, str]
    """The tag of words that hardly ever have another."""
    tags: tuple[str, ...]


@cache
def _model() -> _Model:
    rows = (line.split("\t") for line in shipped_lines("tagger_english/weights.tab.gz"))
    known = (line.split("\t") for line in shipped_lines("tagger_english/tagdict.tab"))
    return _Model(
        weights={feature: _weights(row) for feature, row in rows},
        known={word: tag for word, tag in known},  # noqa: C416 - pairs, but typed as lists
        tags=tuple(shipped_lines("tagger_english/classes.txt")),
    )


def _weights(row: str) -> tuple[tuple[str, float], ...]:
    """Read ``"NN -278 JJ 1816"``, weights in thousandths."""
    fields = row.split(" ")
    return tuple(
        (tag, int(weight) / 1000) for tag, weight in zip(fields[::2], fields[1::2], strict=True)
    )


def first_tag(words: Sequence[str]) -> str:
    """Return the Penn Treebank tag of the first of ``words``, as ``nltk.pos_tag`` gives it.

    The tagger goes from left to right and looks two words ahead, so the first three decide and
    the cost does not grow with the text. There has to be a word.

    Source: the averaged perceptron of NLTK (``averaged_perceptron_tagger_eng``, Honnibal 2013),
    of whose weights those of a first word are shipped.
    """
    model = _model()
    word = words[0]
    known = model.known.get(word)
    if known:
        return known

    scores = dict.fromkeys(model.tags, 0.0)
    # Features are added up in the tagger's order: rounding may decide between equal tags.
    for feature in _features(words):
        for tag, weight in model.weights.get(feature, ()):
            scores[tag] += weight
    return max(model.tags, key=lambda tag: (scores[tag], tag))


def _features(words: Sequence[str]) -> tuple[str, ...]:
    word = words[0]
    own, after, later = [*map(_normal, words[:3]), *_AFTER][:3]
    return (
        "bias",
        f"i suffix {word[-3:]}",
        f"i pref1 {word[:1]}",
        "i-1 tag -START-",
        "i-2 tag -START2-",
        "i tag+i-2 tag -START- -START2-",
        f"i word {own}",
        f"i-1 tag+i word -START- {own}",
        f"i-1 word {_BEFORE[0]}",
        f"i-1 suffix {_BEFORE[0][-3:]}",
        f"i-2 word {_BEFORE[1]}",
        f"i+1 word {after}",
        f"i+1 suffix {after[-3:]}",
        f"i+2 word {later}",
    )


def _normal(word: str) -> str:
    """Return what the tagger sees of a word: lower case, and one sign for any number."""
    if "-" in word and word[0] != "-":
        return "!HYPHEN"
    if word.isdigit() and len(word) == 4:
        return "!YEAR"
    if word[:1].isdigit():
        return "!DIGITS"
    return word.lower()
