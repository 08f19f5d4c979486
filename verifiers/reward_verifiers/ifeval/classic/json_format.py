"""Whether the text is JSON."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

from reward_verifiers.ifeval.text.text import Text

MAX_DEPTH = 500
"""Deeper values are not taken for JSON; the official code fails on them, at a depth that depends
on how deep it is called itself."""

_FENCES = ("```json", "```Json", "```JSON", "```")
# The closing quotation mark is optional, so that a text of quotation marks is read once.
_PIECE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{}]', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def json_format(text: Text) -> bool:
    """Whether the text, but for a fence around it, is JSON as Python reads it (NaN included)."""
    return _read(text, json.loads) is not _NO_JSON


def strict_json_format(text: Text) -> bool:
    """Whether the text, but for a fence around it, is an object or a list of the JSON standard."""
    return isinstance(_read(text, _strict_loads), dict | list)


_NO_JSON = object()


def _read(text: Text, loads: Any) -> Any:
    said = _without_fence(text.stripped)
    if not depth_is_bounded(said):
        return _NO_JSON
    try:
        return loads(said)
    except ValueError:
        return _NO_JSON


def _strict_loads(said: str) -> Any:
    return json.loads(said, parse_constant=_refused)


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_fence(said: str) -> str:
    for fence in _FENCES:
        said = said.removeprefix(fence)
    return said.removesuffix("```").strip()


def depth_is_bounded(said: str) -> bool:
    """Whether brackets outside of strings nest no deeper than ``MAX_DEPTH``."""
    if said.count("[") + said.count("{") <= MAX_DEPTH:
        return True
    steps = (_STEP.get(piece, 0) for piece in _PIECE.findall(said))
    return max(accumulate(steps), default=0) <= MAX_DEPTH
