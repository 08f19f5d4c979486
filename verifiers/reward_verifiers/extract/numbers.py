"""The last number or formula of a text, whatever it says: the last resort of lenient mode."""

from __future__ import annotations

import re
from collections import deque

_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))

# Currency signs pair up too, as in "$5 and $6": what holds a plain word of prose is no formula.
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}(?![A-Za-z]*[({])")

# Not the 7 of "x_7" or "CO7"; and the 7 of "3-7" has no sign.
_NUMBER = re.compile(
    r"(?:(?<![\w)\]}.])[-\u2212+])?(?<![\w.^\\])"
    r"(?:(?:\d{1,3}(?:,\d{3})+(?![,\d])|\d+)(?:\.\d+)?|\.\d+)"
    r"(?:\s?/\s?\d+|[eE][-+]?\d{1,3})?(?:\s?\\?%)?"
)
_WINDOW = 300  # Chars before the last digit in which its number must begin.


def last_number_or_formula(text: str) -> str | None:
    """Return the last formula in dollars or LaTeX brackets, or the last number if that is later."""
    number_end, number = _last_number(text)
    formula_end, formula = _last_formula(text)
    return formula if formula_end >= number_end else number


def _last_number(text: str) -> tuple[int, str | None]:
    """Return where the last number ends, and the number; (-1, None) if there is none."""
    digit = max(text.rfind(digit) for digit in "0123456789")
    if digit == -1:
        return -1, None
    start = max(0, digit - _WINDOW)
    found = deque(_NUMBER.finditer(text, start, digit + 3), maxlen=1)
    if not found or found[0].start() == start > 0:
        return -1, None
    return found[0].end(), found[0][0].strip()


def _last_formula(text: str) -> tuple[int, str | None]:
    """Return where the last formula ends, and what is in it; (-1, None) if there is none."""
    best: tuple[int, str | None] = (-1, None)
    for opens, closes in _DELIMITERS:
        end = text.rfind(closes)
        start = text.rfind(opens, 0, max(end, 0))
        body = text[start + len(opens) : end].strip() if -1 < start < end else ""
        if body.strip("$") and end > best[0] and not _PROSE.search(body):
            best = (end + len(closes), body.strip("$ "))
    return best
