"""The texts of options: which one a text is, compared in several ways, from the strictest on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from reward_verifiers.extract.dress import QUOTES, undressed
from reward_verifiers.memo import Memo

MAX_PAYLOAD = 4000
"""Characters of a box, or of the line behind a phrase, that are read. A longer option is told by
its letter alone."""

Options = Mapping[str, str]
"""Option texts by upper-case letter."""


def option_by_text(text: str, options: Options) -> str | None:
    """Return the letter of the one option whose text is ``text``, or None.

    Compared as written, then without regard to case and to a leading article unless there are
    digits (5 mW is not 5 MW), then by the value of the number they open with (1/2 is 0.5, 0.10 m is
    0.1 m). Two options that read the same are told apart by nothing.
    """
    if len(text) > MAX_PAYLOAD:
        return None
    plain = undressed(text)
    key = _key(plain)
    if not key:
        return None
    read = READ(tuple(options.items()))
    same = read.by_key.get(key, "")
    if not same and not _DIGIT.search(key):
        same = read.by_words.get(_words(plain), "")
    if not same and (number := _number(key)) is not None:
        same = read.by_number.get(number, "")
    return same if len(same) == 1 else None


Number = tuple[Fraction, str]
"""The number that a key opens with, and what stands behind it."""


class _Texts(NamedTuple):
    """The letters of the options that read as each text, in each of the ways to read it."""

    by_key: dict[str, str]
    by_words: dict[str, str]
    by_number: dict[Number, str]


def _texts(options: tuple[tuple[str, str], ...]) -> _Texts:
    read = _Texts({}, {}, {})
    for letter, text in options:
        if len(text) > MAX_PAYLOAD:
            continue
        plain = undressed(text)
        key = _key(plain)
        read.by_key[key] = read.by_key.get(key, "") + letter
        words = _words(plain)
        read.by_words[words] = read.by_words.get(words, "") + letter
        number = _number(key)
        if number is not None:
            read.by_number[number] = read.by_number.get(number, "") + letter
    return read


READ = Memo(_texts)
"""The texts of options, read."""


def _key(plain: str) -> str:
    """Return undressed text without spaces, and without the quotes and stops around it."""
    key = "".join(plain.strip(QUOTES).rstrip(QUOTES + ".,;:").split())
    for sign, pattern, folded in _FOLDED:
        if sign in key:
            key = pattern.sub(folded, key)
    return key


def _words(plain: str) -> str:
    """Return the key of undressed text without its case and its leading article."""
    return _key(_ARTICLE.sub("", plain.strip(QUOTES), count=1)).casefold()


_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)", re.IGNORECASE)
_SINGLE = re.compile(r"\{(\w)\}")

# One way to write what is written in several: 10^{-4} and 10^-4, CO_2 and CO2, x and \\times.
_FOLDED = (
    ("{", _SINGLE, r"\1"),
    ("\\", re.compile(r"\\[dt]frac"), r"\\frac"),
    ("\\", re.compile(r"\^(?:\{\\circ\}|\\circ(?![A-Za-z]))|\\degree(?![A-Za-z])"), "°"),
    ("^{", re.compile(r"\^\{([^{}]*)\}"), r"^\1"),
    ("_", re.compile(r"_(?:\{(\w*)\})?"), r"\1"),
    ("10^", re.compile(r"(?<=\d)(?:x|\*|\\cdot)(?=10\^)"), r"\\times"),
    ("\\", re.compile(r"\\([%#&])"), r"\1"),
)

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:\\[dt]?frac(?:(?P<n>\d)|\{(?P<nn>\d{1,20})\})(?:(?P<d>\d)|\{(?P<dd>\d{1,20})\})"
    r"|(?P<decimal>(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,20})(?:\.\d{0,20})?|\.\d{1,20})"
    r"(?:/(?P<over>\d{1,20}))?)"
)
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"[\d.,/]")


def _number(key: str) -> Number | None:
    match = _NUMBER.match(key)
    if match is None or _DIGITS.match(key, match.end()):
        return None
    top = match["n"] or match["nn"] or match["decimal"].replace(",", "")
    below = int(match["d"] or match["dd"] or match["over"] or 1)
    if below == 0:
        return None
    value = Fraction(top) / below
    return (-value if match["sign"] == "-" else value), key[match.end() :]
