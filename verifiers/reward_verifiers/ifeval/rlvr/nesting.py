"""How deep a text nests brackets, as JSON sees it."""

from __future__ import annotations

import re
from itertools import accumulate

MAX_DEPTH = 500
"""Python's JSON reader gives up at about twice that, sooner where the stack is deep already."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def too_nested(text: str) -> bool:
    """Whether brackets outside of JSON's strings nest deeper than ``MAX_DEPTH``."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    steps = (_STEPS.get(character, 0) for character in _STRING.sub("", text))
    return any(depth > MAX_DEPTH for depth in accumulate(steps))
