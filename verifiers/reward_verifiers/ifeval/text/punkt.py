"""The English Punkt model: what it learnt of abbreviations, and how it decides about a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, starmap

from reward_verifiers.ifeval.text.shipped import shipped_lines
from reward_verifiers.ifeval.text.word_characters import word_character

# How a word was met in the training text: with a capital or without, first in a sentence,
# inside one, or where that was not clear. Each is a bit.
_STARTING_UPPER, _INSIDE_UPPER, _UNCLEAR_UPPER = 1 << 1, 1 << 2, 1 << 3
_STARTING_LOWER, _INSIDE_LOWER, _UNCLEAR_LOWER = 1 << 4, 1 << 5, 1 << 6
_UPPER = _STARTING_UPPER | _INSIDE_UPPER | _UNCLEAR_UPPER
_LOWER = _STARTING_LOWER | _INSIDE_LOWER | _UNCLEAR_LOWER

SEPARATORS = "\x1c\x1d\x1e\x1f"
"""What Python takes for blanks, and the regex package does not."""

# Blanks and the rest, as the regex package knows them.
BLANK = r"[^\S\x1c-\x1f]"
INK = r"[\S\x1c-\x1f]"

# Signs that no word holds.
SIGN = r"""[)";}\]*:@'({\[\u2018\u2019\u201c\u201d\xab\xbb?!]"""

_DASHES_OR_DOTS = rf"(?:-{{2,}}|\.{{2,}}|(?:\.{BLANK}){{2,}}\.)"
_TOKEN = re.compile(
    rf"{_DASHES_OR_DOTS}"
    rf"|(?=[^(\"`{{\[:;&\#*@)}}\]\-,]){INK}+?"
    rf"(?={BLANK}|$|{SIGN}|{_DASHES_OR_DOTS}|,(?=$|{BLANK}|{SIGN}|{_DASHES_OR_DOTS}))"
    rf"|{INK}"
)
_SEGMENT = re.compile(rf"(?:{SIGN}|{INK})[^{SIGN[1:]}*+")
_SHORT = 200
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parameters:
    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, ...]]
    first_of_two: frozenset[str]
    starters: frozenset[str]
    seen: Mapping[str, int]


@cache
def _parameters() -> _Parameters:
    def lines(name: str) -> list[str]:
        return shipped_lines(f"punkt_english/{name}")

    seen = (line.split("\t") for line in lines("ortho_context.tab"))
    collocations = frozenset(tuple(line.split("\t")) for line in lines("collocations.tab"))
    return _Parameters(
        abbreviations=frozenset(lines("abbrev_types.txt")),
        collocations=collocations,
        first_of_two=frozenset(pair[0] for pair in collocations),
        starters=frozenset(lines("sent_starters.txt")),
        seen={word: int(flags) for word, flags in seen},
    )


@cache
def _initial() -> re.Pattern[str]:
    return re.compile(rf"(?!\d){word_character()}\.")


def breaks(context: str) -> bool:
    """Whether a sentence ends in ``context``: a word with its final sign, and what follows."""
    word, _, after = context.partition(" ")
    after = after.rstrip(",")
    if word[:-1].isalpha() and after.isalpha():  # most are so, and each is a token
        return word[-1] != "." or _ends(word, after)

    lines = [line for line in context.split("\n") if line.strip()]
    if len(context) <= _SHORT:
        tokens = [token for line in lines for token in _TOKEN.findall(line)]
        return any(map(_ends, tokens, tokens[1:]))
    # A long word may be the same few segments thousands of times. No token goes beyond one.
    segments = [segment for line in lines for segment in _SEGMENT.findall(line)]
    return any(starmap(_any_ends, set(pairwise([*segments, ""]))))


def _any_ends(segment: str, after: str) -> bool:
    tokens = _TOKEN.findall(segment)
    return any(map(_ends, tokens, tokens[1:] + _TOKEN.findall(after)[:1]))


def _ends(word: str, after: str) -> bool:
    """Whether a sentence ends with ``word``, given the word after it.

    Source: Kiss and Strunk 2006, Unsupervised Multilingual Sentence Boundary Detection, sections
    3 and 4, as NLTK's ``PunktSentenceTokenizer`` has it.
    """
    if word in ("?", "!"):
        return True
    if not word.endswith("."):
        return False

    model = _parameters()
    kind = _kind(word)
    kind = kind[:-1] if len(kind) > 1 and kind[-1] == "." else kind
    if kind in model.first_of_two and (kind, _kind_after(after)) in model.collocations:
        return False

    ellipsis = len(word) > 1 and not word.strip(".")
    abbreviation = word != "." and not word.endswith("..") and _is_abbreviation(word)
    ends = not (ellipsis or abbreviation or word.endswith(".."))
    initial = len(word) == 2 and bool(_initial().fullmatch(word))
    if (ellipsis or abbreviation) and not initial:
        kind_after = _kind_after(after)
        if _starts(after, kind_after) is True:
            return True
        if after[0].isupper() and kind_after in model.starters:
            return True

    if initial or kind == "##number##":
        kind_after = _kind_after(after)
        starts = _starts(after, kind_after)
        if starts is False:
            return False
        if (
            starts is None
            and initial
            and after[0].isupper()
            and not model.seen.get(kind_after, 0) & _LOWER
        ):
            return False
    return ends


def _kind(token: str) -> str:
    lower = token.lower()
    return "##number##" if _NUMBER.fullmatch(lower) else lower


def _kind_after(token: str) -> str:
    """Return the kind of the token after a period, less its own period if that ends a sentence."""
    kind = _kind(token)
    if len(kind) > 1 and kind[-1] == "." and _marked(token):
        return kind[:-1]
    return kind


def _marked(token: str) -> bool:
    """Whether a token ends a sentence by its looks alone."""
    if token in (".", "?", "!"):
        return True
    if not token.endswith(".") or token.endswith(".."):
        return False
    return not _is_abbreviation(token)


def _is_abbreviation(token: str) -> bool:
    """Whether the token, less its period, is one that Punkt knows, or ends with one."""
    bare = token[:-1].lower()
    known = _parameters().abbreviations
    return bare in known or ("-" in bare and bare.rsplit("-", 1)[-1] in known)


def _starts(token: str, kind: str) -> bool | None:
    """Whether ``token`` looks like the start of a sentence; None if that is not clear."""
    if token in (";", ":", ",", ".", "!", "?"):
        return False
    seen = _parameters().seen.get(kind, 0)
    if token[0].isupper() and seen & _LOWER and not seen & _INSIDE_UPPER:
        return True
    if token[0].islower() and (seen & _UPPER or not seen & _STARTING_LOWER):
        return False
    return None
