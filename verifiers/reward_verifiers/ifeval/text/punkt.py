"""The English Punkt model: what it learnt of abbreviations, and how it decides about a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cache

from reward_verifiers.ifeval.text.shipped import shipped_lines
from reward_verifiers.ifeval.text.word_characters import word_class


class _Seen(IntFlag):
    """How a word was met in the training text."""

    STARTING_UPPER = 1 << 1
    INSIDE_UPPER = 1 << 2
    UNKNOWN_UPPER = 1 << 3
    STARTING_LOWER = 1 << 4
    INSIDE_LOWER = 1 << 5
    UNKNOWN_LOWER = 1 << 6


_UPPER = int(_Seen.STARTING_UPPER | _Seen.INSIDE_UPPER | _Seen.UNKNOWN_UPPER)
_LOWER = int(_Seen.STARTING_LOWER | _Seen.INSIDE_LOWER | _Seen.UNKNOWN_LOWER)
_INSIDE_UPPER = int(_Seen.INSIDE_UPPER)
_STARTING_LOWER = int(_Seen.STARTING_LOWER)

# Blanks as the regex package knows them: without the separators U+001C to U+001F.
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
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parameters:
    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, ...]]
    starters: frozenset[str]
    seen: Mapping[str, int]


@cache
def _parameters() -> _Parameters:
    def lines(name: str) -> list[str]:
        return shipped_lines(f"punkt_english/{name}")

    seen = (line.split("\t") for line in lines("ortho_context.tab"))
    return _Parameters(
        abbreviations=frozenset(lines("abbrev_types.txt")),
        collocations=frozenset(tuple(line.split("\t")) for line in lines("collocations.tab")),
        starters=frozenset(lines("sent_starters.txt")),
        seen={word: int(flags) for word, flags in seen},
    )


@cache
def _initial() -> re.Pattern[str]:
    return re.compile(rf"(?!\d)[{word_class()}]\.")


def breaks(context: str) -> bool:
    """Whether a sentence ends in ``context``: a word with its final sign, and what follows."""
    tokens = [
        token for line in context.split("\n") if line.strip() for token in _TOKEN.findall(line)
    ]
    return any(map(_ends, tokens, tokens[1:]))


def _ends(token: str, after: str) -> bool:
    """Whether a sentence ends with ``token``, given the token after it.

    Source: Kiss and Strunk 2006, Unsupervised Multilingual Sentence Boundary Detection, sections
    3 and 4, as NLTK's ``PunktSentenceTokenizer`` has it.
    """
    if token in ("?", "!"):
        return True
    if not token.endswith("."):
        return False

    model = _parameters()
    kind = _kind(token)
    kind = kind[:-1] if len(kind) > 1 and kind[-1] == "." else kind
    kind_after = _kind_after(after)
    if (kind, kind_after) in model.collocations:
        return False

    ellipsis = len(token) > 1 and not token.strip(".")
    bare = token[:-1].lower()
    abbreviation = (
        not token.endswith("..")
        and token != "."
        and (bare in model.abbreviations or bare.rsplit("-", 1)[-1] in model.abbreviations)
    )
    ends = not (ellipsis or abbreviation or token.endswith(".."))
    initial = bool(_initial().fullmatch(token))
    if (ellipsis or abbreviation) and not initial:
        if _starts(after, kind_after) is True:
            return True
        if after[0].isupper() and kind_after in model.starters:
            return True

    if initial or kind == "##number##":
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
    bare = token[:-1].lower()
    known = _parameters().abbreviations
    return not (bare in known or bare.rsplit("-", 1)[-1] in known)


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
