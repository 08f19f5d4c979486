"""JSON as it comes: with lone surrogates, and with numbers that Python cannot write.

Lone surrogates are halves of a character, which tokenizers that cut one in two do produce. JSON can
say them as escapes; UTF-8, and so everything that is written here, cannot.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic_core import from_json

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
# Python reads no whole number of more digits, because that takes time quadratic in their number.
_MAX_DIGITS = 4300


def json_value(raw: bytes) -> Any:
    """Return the JSON value in ``raw``, lone surrogates kept.

    A whole number of more digits than Python reads becomes infinite, as a decimal too large for it
    does.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return from_json(raw)
    except ValueError:
        pass
    # The fast reader refuses lone surrogates and long numbers; this one does not.
    try:
        return json.loads(raw, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


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
