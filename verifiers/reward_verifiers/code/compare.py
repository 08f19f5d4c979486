"""Is what a program printed what was expected?

Outputs are compared as bytes, in one pass and a window at a time: white space is that of ASCII,
case counts, and bytes that are no UTF-8 are equal to nothing, for what is expected is text.
"""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from reward_verifiers.code_spec import Comparison, FloatTolerance

_WINDOW = 1 << 16
_SPACE = re.compile(rb"\s")
_LINE_END = re.compile(rb"\n")

# ASCII digits alone: no other digits, no underscores, no nan, no infinity.
_NUMBER = re.compile(rb"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_POINTED = re.compile(rb"[.eE]")
_MAX_NUMBER_BYTES = 400

_Same = Callable[[bytes, bytes], bool]


def same_output(
    got: bytes, expected: str, rule: Comparison | FloatTolerance, *, any_order: bool = False
) -> bool:
    """Whether ``got`` is the ``expected`` output.

    Tokens are words between white space, equal as they stand. With a float tolerance, two words
    that are numbers may differ by it (``near``). Exact compares characters, but for white space at
    the ends of lines and of the output. With ``any_order`` the same is asked of the lines, in
    whatever order; lines of white space alone then do not count.
    """
    wanted = expected.encode("utf-8")
    if got == wanted:
        return True
    if any_order:
        return _same_lines(got, wanted, rule)
    if rule is Comparison.EXACT:
        return _equal(_lines(got.rstrip()), _lines(wanted.rstrip()), operator.eq)
    return _equal(_words(got), _words(wanted), _same_word(rule))


def near(got: bytes, expected: bytes, tolerance: float) -> bool:
    """Whether two words are numbers within ``tolerance`` of each other.

    Absolute, or relative to what is expected. But where that is a whole number, the tolerance is
    absolute alone and the other must have a point or an exponent: 1000000007 is never 1000000008.
    """
    if max(len(got), len(expected)) > _MAX_NUMBER_BYTES:
        return False
    if not (_NUMBER.fullmatch(got) and _NUMBER.fullmatch(expected)):
        return False
    pointed = _POINTED.search(expected) is not None
    if not pointed and _POINTED.search(got) is None:
        return False
    one, other = float(got), float(expected)
    if not (math.isfinite(one) and math.isfinite(other)):
        return False
    room = max(tolerance, tolerance * abs(other)) if pointed else tolerance
    return abs(one - other) <= room


def first_difference(got: bytes, expected: str, most: int) -> tuple[str, str]:
    """Return ``most`` characters of each from the line on at which they part, for a person."""
    wanted = expected.encode("utf-8")
    at = _common(got, wanted)
    start = max(got.rfind(b"\n", 0, at), at - most // 2 - 1) + 1
    n_before = got.count(b"\n", 0, start)
    where = f"line {n_before + 1}: " if start else ""
    one, other = (
        each[start : start + 4 * most].decode("utf-8", "replace") for each in (got, wanted)
    )
    return where + one[:most], where + other[:most]


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_word(rule: Comparison | FloatTolerance) -> _Same:
    if not isinstance(rule, FloatTolerance):
        return operator.eq
    tolerance = rule.float_
    return lambda one, other: one == other or near(one, other, tolerance)


def _equal(ones: Iterable[bytes], others: Iterable[bytes], same: _Same) -> bool:
    """Whether both hold the same, one by one."""
    end = (b"\n",)  # no word and no line is that, so the shorter one is told from the longer
    return all(map(same, chain(ones, end), chain(others, end)))


def _windows(data: bytes, border: re.Pattern[bytes]) -> Iterator[bytes]:
    """Cut ``data`` at borders, of which each window holds the one at its end."""
    start = 0
    while start < len(data):
        found = border.search(data, start + _WINDOW)
        end = len(data) if found is None else found.end()
        yield data[start:end]
        start = end


def _words(data: bytes) -> Iterator[bytes]:
    return chain.from_iterable(window.split() for window in _windows(data, _SPACE))


def _lines(data: bytes) -> Iterator[bytes]:
    """Yield the lines without the white space at their ends."""
    for window in _windows(data, _LINE_END):
        yield from map(bytes.rstrip, window.removesuffix(b"\n").split(b"\n"))


def _same_lines(got: bytes, wanted: bytes, rule: Comparison | FloatTolerance) -> bool:
    """Whether both have the same lines, in any order.

    With a tolerance, lines that are not equal as they stand are paired in the order of their words.
    """
    tidy = bytes.rstrip if rule is Comparison.EXACT else _spaced_once
    left = Counter(filter(None, map(tidy, _lines(wanted))))
    n_left = left.total()
    extra: list[bytes] = []
    for line in filter(None, map(tidy, _lines(got))):
        if left.get(line, 0) > 0:
            left[line] -= 1
        elif not isinstance(rule, FloatTolerance):
            return False
        else:
            extra.append(line)
        n_left -= 1
        if n_left < 0:
            return False
    if n_left:
        return False
    missing = sorted(left.elements(), key=_in_order)
    same = _same_word(rule)
    return all(
        _equal(_words(one), _words(other), same)
        for one, other in zip(sorted(extra, key=_in_order), missing, strict=True)
    )


def _spaced_once(line: bytes) -> bytes:
    return b" ".join(line.split())


def _in_order(line: bytes) -> list[tuple[float, bytes]]:
    """Return a key that brings lines of near numbers to the same place."""
    return [
        (float(word), b"")
        if len(word) <= _MAX_NUMBER_BYTES and _NUMBER.fullmatch(word)
        else (0.0, word)
        for word in line.split()
    ]
