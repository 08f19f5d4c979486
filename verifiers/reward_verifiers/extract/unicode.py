"""Unicode's compatibility forms, in linear time: full-width, circled and accented as plain text.

Putting a run of combining marks in order takes Python time quadratic in its length (half a minute
for 100,000 of them), and one character may stand for eighteen. No writing needs either, so runs of
marks are cut and such characters stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

MAX_MARKS = 8
"""Marks that a character keeps; Vietnamese needs two, pointed Hebrew four."""
MAX_GROWTH = 6
"""How many times longer ``compatible`` may make a text."""


def compatible(text: str) -> str:
    """Return ``text`` in the form NFKC, with at most ``MAX_MARKS`` marks on a character."""
    return text if text.isascii() else _normalised("NFKC", text)


def unaccented(text: str) -> str:
    """Return ``text`` with what its characters stand for (the form NFKD), without their marks."""
    if text.isascii():
        return text
    return "".join(char for char in _normalised("NFKD", text) if not unicodedata.combining(char))


def _normalised(form: Literal["NFKC", "NFKD"], text: str) -> str:
    if _SUSPECT.search(text):
        text = _TOO_MANY_MARKS.sub(r"\1", text)
    if not _PHRASES.search(text):
        return unicodedata.normalize(form, text)
    pieces = _PHRASES.split(text)
    pieces[::2] = [unicodedata.normalize(form, piece) for piece in pieces[::2]]
    return "".join(pieces)


# Two characters that stand for whole phrases of Arabic, of 18 and 8 letters.
_PHRASES = re.compile("([\ufdfa\ufdfb]+)")

# All of Unicode's marks that are put in order stand between these; past the first 65,536 characters
# a set of them is slow to match, so they are looked for only where there is a long run of anything.
_FIRST, _BASIC, _LAST = 0x300, 0x10000, 0x1F000
_MARKS = [
    char
    for char in map(chr, range(_FIRST, _LAST))
    if unicodedata.combining(char) or unicodedata.combining(unicodedata.normalize("NFKD", char)[0])
]
_SUSPECT = re.compile(
    f"[{''.join(char for char in _MARKS if ord(char) < _BASIC)}\U00010000-\U0010ffff]"
    f"{{{MAX_MARKS + 1}}}"
)
_TOO_MANY_MARKS = re.compile(f"([{''.join(_MARKS)}]{{{MAX_MARKS}}})[{''.join(_MARKS)}]+")
