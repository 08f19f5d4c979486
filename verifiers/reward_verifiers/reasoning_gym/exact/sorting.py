"""number_sorting: the numbers of ``answer`` in their order.

The package's rule (0.1.25): the answer, its single quotes made double ones, is a JSON list of as
many numbers (or texts of numbers), sorted as ``metadata.direction`` says, each within 1 of the
number in its place: 1.0, else 0.0. What the entry says is evaluated where it is no JSON; here it is
read by ``literals`` in that case.

Fixed: exactly the numbers, in their order. Before and after: a number off by 0.9 scored 1.0, now
0.0; ``["nan", "nan", "nan"]`` scored 1.0, now 0.0; ``[1, 2, 3,]`` and ``1, 2, 3`` scored 0.0, now
1.0.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.literals import literal
from reward_verifiers.reasoning_gym.exact.rows import cells

_NUMBER = re.compile(r"[-−+]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})")
_MAX_BRACKETS = 50
_TOLERANCE = 1
_DIRECTIONS = ("ascending", "descending")


def number_sorting(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to number_sorting."""
    gold = fields.text(entry, "answer")
    direction = fields.text(entry, "metadata.direction")
    if direction not in _DIRECTIONS:
        raise fields.bad_field("metadata.direction", f"expected one of {', '.join(_DIRECTIONS)}")
    wanted = _wanted(gold)
    check_length(answer, len(gold))
    right = _fixed(answer, wanted) if fixed else _packaged(answer, wanted, direction)
    return 1.0 if right else 0.0


def _wanted(gold: str) -> list[str]:
    """Return the numbers of the entry's answer, as they are written."""
    try:
        parts = literal(gold)
    except UnreadableError:
        parts = gold
    written = list(map(str, parts)) if isinstance(parts, list) else _listed(gold)
    if not written or not all(map(_NUMBER.fullmatch, written)):
        raise fields.bad_field("answer", "expected a list of numbers")
    return written


def _listed(gold: str) -> list[str]:
    try:
        return cells(gold, _NUMBER)
    except UnreadableError:
        return []


def _fixed(answer: str, wanted: list[str]) -> bool:
    try:
        written = cells(answer, _NUMBER)
    except UnreadableError:
        return False
    return list(map(_exact, written)) == list(map(_exact, wanted))


def _exact(written: str) -> Fraction:
    return Fraction(written.replace("−", "-").rstrip(".") or "0")


def _packaged(answer: str, wanted: list[str], direction: str) -> bool:
    said = _floats(answer.replace("'", '"'))
    if said is None or len(said) != len(wanted):
        return False
    if said != sorted(said, reverse=direction == "descending"):
        return False
    # Not "within": what is no number is not further away than the tolerance.
    return not any(
        abs(number - float(gold)) > _TOLERANCE for number, gold in zip(said, wanted, strict=True)
    )


def _floats(text: str) -> list[float] | None:
    if text.count("[") + text.count("{") > _MAX_BRACKETS:
        raise OverLimitError(f"more than {_MAX_BRACKETS} brackets")
    try:
        parts: Any = json.loads(text)
        return [float(part) for part in parts] if isinstance(parts, list) else None
    except (ValueError, TypeError, OverflowError):
        return None
