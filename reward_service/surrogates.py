"""JSON as it comes: in UTF-8, with lone surrogates, and with numbers that Python cannot write.

Lone surrogates are halves of a character, which tokenizers that cut one in two do produce. JSON can
say them as escapes; UTF-8, and so everything that is written here, cannot.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

from pydantic_core import from_json

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
# Python reads no whole number of more digits, because that takes time quadratic in their number.
_MAX_DIGITS = 4300

MAX_DEPTH = 200
"""Containers within containers, in all JSON that is read: what the fast reader takes."""
MAX_VALUES = 2_000_000
"""Values in all JSON that is read at once."""
_VALUE_MARKS = (b",", b"[", b"{")
# A string, or what is left where one is not closed; without backtracking, which would cost memory.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_STRINGS = re.compile(_STRING, re.DOTALL)
_THOUSANDS_OF_STRINGS = re.compile(rb'(?:[^"]*+(?:%b|\Z)){1,10000}+' % _STRING, re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_NO_MARKS = bytes(set(range(256)).difference(_OPENING, _CLOSING, b'"'))
_STEPS = bytes.maketrans(_OPENING + _CLOSING, b"\1\1\xff\xff")
_PIECE = 64 << 10


def json_value(raw: bytes) -> Any:
    """Return the JSON value in ``raw``, lone surrogates kept.

    A whole number of more digits than Python reads becomes infinite, as a decimal too large for it
    does.

    Raises:
        ValueError: it is no JSON, or nested more than ``MAX_DEPTH`` deep.
    """
    try:
        return from_json(raw)
    except ValueError:
        pass
    # The fast reader refuses lone surrogates and long numbers; this one does not. How deep it goes
    # depends on the Python that runs it, so that is decided before.
    if is_deep(raw):
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    return json.loads(raw.decode("utf-8-sig", "surrogatepass"), parse_int=_whole)


def has_too_many_values(raw: bytes) -> bool:
    """Whether ``raw`` holds more than ``MAX_VALUES`` values."""
    if len(raw) <= MAX_VALUES or _n_marks(raw) <= MAX_VALUES:  # counted in text too, at no cost
        return False
    n_marks = 0
    for part in _THOUSANDS_OF_STRINGS.finditer(raw):
        n_marks += _n_marks(_STRINGS.sub(b"", part[0]))
        if n_marks > MAX_VALUES:
            return True
    return False


def _n_marks(raw: bytes) -> int:
    return sum(map(raw.count, _VALUE_MARKS))


def is_deep(raw: bytes) -> bool:
    """Whether containers in ``raw`` are nested too deep before it ends or ceases to be JSON.

    Takes time linear in its length and memory of a few times that, whatever it holds.
    """
    # Escapes start at the first of a run of backslashes, and so do the pairs that are replaced.
    unescaped = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = unescaped.translate(None, _NO_MARKS)
    depth, in_string = 0, 0
    for start in range(0, len(marks), _PIECE):
        parts = marks[start : start + _PIECE].split(b'"')
        steps = b"".join(parts[in_string::2]).translate(_STEPS)
        in_string ^= (len(parts) - 1) & 1
        n_opened = steps.count(1)
        if depth + n_opened > MAX_DEPTH:
            depths = accumulate(memoryview(steps).cast("b"), initial=depth)
            if max(depths) > MAX_DEPTH:
                return True
        depth += 2 * n_opened - len(steps)
        if depth < 0:  # more closed than opened: no reader gets past this
            return False
    return False


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else float(digits)


def mended(text: str) -> str:
    """Return ``text`` as it can be written in UTF-8: a lone surrogate becomes U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()  # ten times faster than looking for what it would choke on
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(_REPLACEMENT, text)
    return text
