"""Is what a function returned what was expected? Plain data against JSON, type by type.

True is not 1 and "1" is not 1; 1.0 is 1; a tuple is a list. Nothing here recurses deeper than
``MAX_DEPTH``, and everything takes time linear in the values (sorting apart).
"""

from __future__ import annotations

import json
import math
from typing import Any

from reward_sandboxes.plain import depth_over
from reward_verifiers.code_cases import MAX_DEPTH
from reward_verifiers.code_spec import Comparison, FloatTolerance

ABSOLUTE = 1e-5
RELATIVE = 1e-9
"""What two numbers may differ by where one expects a float and the spec says nothing else: LeetCode
accepts so, and its outputs are written with five digits behind the point."""

_KEY_BITS = 10_000  # more digits than Python writes are in no JSON

_Room = tuple[float, float]
"""How far two numbers may be apart: absolutely, and relative to the expected one."""


def same_value(
    got: Any, expected: Any, rule: Comparison | FloatTolerance, *, any_order: bool = False
) -> bool:
    """Whether ``got``, plain data, is the JSON value ``expected``.

    With ``any_order``, two lists are equal if they hold the same in whatever order; within a
    tolerance they are compared after sorting.
    """
    if depth_over(got, MAX_DEPTH):
        return False
    if any_order and type(expected) is list and type(got) in (list, tuple, set, frozenset):
        got, expected = sorted(got, key=_key), sorted(expected, key=_key)
    return _same(got, expected, _room(rule))


def _room(rule: Comparison | FloatTolerance) -> _Room:
    if rule is Comparison.EXACT:
        return 0.0, 0.0
    if isinstance(rule, FloatTolerance):
        return rule.float_, rule.float_
    return ABSOLUTE, RELATIVE


def _same(got: Any, expected: Any, room: _Room) -> bool:
    kind = type(got)
    if kind is tuple:
        kind = list
    wanted = type(expected)
    if kind in (int, float) and wanted in (int, float):
        return _same_number(got, expected, room)
    if kind is not wanted:
        return False
    if kind is list:
        return len(got) == len(expected) and all(
            _same(one, other, room) for one, other in zip(got, expected, strict=True)
        )
    if kind is dict:
        return _same_dict(got, expected, room)
    return bool(got == expected)


def _same_number(got: float, expected: float, room: _Room) -> bool:
    if got == expected:
        return True
    if type(expected) is int and type(got) is int:
        return False
    try:
        one, other = float(got), float(expected)
    except OverflowError:
        return False
    if math.isnan(one) and math.isnan(other):
        return True
    if not (math.isfinite(one) and math.isfinite(other)):
        return False
    absolute, relative = room
    if type(expected) is int:
        relative = 0.0  # it would forgive the last digits of a large one
    return abs(one - other) <= max(absolute, relative * abs(other))


def _same_dict(got: dict[Any, Any], expected: dict[str, Any], room: _Room) -> bool:
    # JSON has no keys but texts, so that the 1 of a program's dict is the "1" of the data's.
    named = {_named(key): value for key, value in got.items()}
    return (
        len(named) == len(got) == len(expected)
        and named.keys() == expected.keys()
        and all(_same(named[key], value, room) for key, value in expected.items())
    )


def _named(key: Any) -> Any:
    return str(key) if type(key) is int and key.bit_length() <= _KEY_BITS else key


def _key(value: Any) -> tuple[Any, ...]:
    """Return what sorts values of any types: alike what may be the same, in the same place."""
    if type(value) in (int, float):
        return (1, math.inf if type(value) is float and math.isnan(value) else value)
    if type(value) in (list, tuple):
        return (3, [_key(inner) for inner in value])
    if type(value) is str:
        return (2, value)
    if type(value) is dict:
        pairs = [(_named(key), _key(inner)) for key, inner in value.items()]
        return (4, sorted(pair for pair in pairs if type(pair[0]) is str))
    return (0, repr(value)) if value is None or type(value) is bool else (5,)


def in_json(value: Any) -> str:
    """Return plain data for a person to read, as JSON as far as it is."""
    try:
        return json.dumps(value, ensure_ascii=False, default=repr)
    except (TypeError, ValueError, RecursionError):
        return repr(type(value))
