r"""Regular expressions from specs, admitted only if searching with them is linear in the text.

``re`` backtracks: ``(a+)+$`` takes time that grows exponentially, and even ``a+b`` on many ``a``
grows with their square. So a pattern is parsed first, and a simple sufficient rule decides: what
one attempt at one place can cost is bounded by its length times its number of ways, where nothing
repeats without a bound, except single characters at the very end, where nothing can fail any more.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from math import prod
from re import _constants, _parser  # type: ignore[attr-defined]  # the one parser of the dialect
from typing import Any

MAX_PATTERN_CHARS = 250
MAX_RANGE = 1000
"""Characters between the ends of a range, as in ``[a-z]``."""
MAX_COST = 1000
"""Steps that one attempt at one place may take."""

_SINGLE = {
    _constants.LITERAL,
    _constants.NOT_LITERAL,
    _constants.ANY,
    _constants.IN,
    _constants.CATEGORY,
}
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}
_TOO_MUCH = (MAX_COST + 1, 1)
_LOOKS = {_constants.ASSERT, _constants.ASSERT_NOT}


def linear_pattern(source: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return ``source``, compiled.

    Raises:
        ValueError: it is no regular expression, or could take time beyond a multiple of the
            length of the text.
    """
    if len(source) > MAX_PATTERN_CHARS:
        raise ValueError(f"a pattern of more than {MAX_PATTERN_CHARS} characters")
    shown = repr(source[:80])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if not _is_cheap(source, flags):
                raise ValueError(f"the pattern {shown} could take too long to search for")
            return re.compile(source, flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"{shown} is no regular expression: {error}") from error


def _is_cheap(source: str, flags: re.RegexFlag) -> bool:
    ways, length = _cost(_parser.parse(source, flags), last=True)
    return ways * length <= MAX_COST


def _cost(nodes: Iterable[Any], *, last: bool) -> tuple[int, int]:
    """Return in how many ways ``nodes`` can match at one place, and how far they reach.

    ``last`` says that nothing that could fail follows them.
    """
    parsed = list(nodes)
    costs = [
        _cost_of(node, last=last and all(map(_may_be_empty, parsed[at + 1 :])))
        for at, node in enumerate(parsed)
    ]
    return prod(ways for ways, _ in costs), 1 + sum(length for _, length in costs)


def _cost_of(node: tuple[Any, Any], *, last: bool) -> tuple[int, int]:
    kind, held = node
    if kind is _constants.IN and not all(map(_is_small, held)):
        return _TOO_MUCH
    if kind in _SINGLE or kind is _constants.AT:
        return 1, 1
    if kind in _REPEATS:
        return _cost_of_repeat(*held, last=last)
    if kind is _constants.SUBPATTERN:
        return _cost(held[3], last=last)
    if kind is _constants.ATOMIC_GROUP:
        return _cost(held, last=False)
    if kind in _LOOKS:
        return _cost(held[1], last=False)
    if kind is _constants.BRANCH:
        costs = [_cost(branch, last=last) for branch in held[1]]
        return sum(ways for ways, _ in costs), max(length for _, length in costs)
    # What else there is, such as references to groups, words do not need.
    return _TOO_MUCH


def _cost_of_repeat(least: int, most: int, held: Any, *, last: bool) -> tuple[int, int]:
    ways, length = _cost(held, last=False)
    if most is _constants.MAXREPEAT:
        return (1, length) if last and least <= 1 and _is_single(held) else _TOO_MUCH
    if most == least and ways == 1:
        return 1, length * most
    total = 1
    for _ in range(most):
        total = total * ways + 1
        if total > MAX_COST:
            return _TOO_MUCH
    return total, length * most


def _is_small(member: tuple[Any, Any]) -> bool:
    """Whether a member of a set is no huge range, which takes long to compile in any case."""
    kind, held = member
    return kind is not _constants.RANGE or held[1] - held[0] <= MAX_RANGE


def _is_single(nodes: Any) -> bool:
    return len(nodes) == 1 and nodes[0][0] in _SINGLE


def _may_be_empty(node: tuple[Any, Any]) -> bool:
    """Whether ``node`` matches nothing, wherever it is."""
    kind, held = node
    return kind in _REPEATS and held[0] == 0
