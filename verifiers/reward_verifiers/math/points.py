"""The fixed points at which expressions with variables are compared.

Positive and negative, small and large, and no two variables alike; whole numbers for the variables
that want them. Nothing is random, so a verdict is the same in every process.

Near points prove and refute. Far ones only refute: out there one term drowns another, but a
function that bends somewhere, as ``|x + 1000| - 1000`` does, no longer looks straight.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from reward_verifiers.math.evaluate import Number, context
from reward_verifiers.math.traits import Traits

Point = Mapping[str, Number]
"""A value for every variable."""

# Where the first variable lies in each row, and the signs of the variables in turn.
_ROWS = (
    (Fraction(31, 43), "+"),
    (Fraction(37, 61), "-"),
    (Fraction(109, 41), "+"),
    (Fraction(97, 53), "-"),
    (Fraction(53, 71), "+-"),
    (Fraction(5, 97), "+"),
    (Fraction(67, 59), "-+"),
    (Fraction(1103, 89), "+"),
)
# The same far out: the first variable, and what a variable is that wants whole numbers.
_FAR_ROWS = (
    (Fraction(31 * 10**7, 43), 101),
    (Fraction(-37 * 10**7, 61), -96),
    (Fraction(109 * 10**40, 41), 1009),
    (Fraction(-97 * 10**40, 53), 10**7 + 19),
    (Fraction(53 * 10**70, 71), 10**40 + 1),
    (Fraction(0), 0),
)
_N_FAR_ENOUGH = 4
"""The other rows are for what bends."""


def sample_points(left: Traits, right: Traits, bits: int) -> tuple[Point, ...]:
    """Return the points for comparing two expressions, as floats of ``bits`` bits."""
    return _points(left.names | right.names, left.whole | right.whole, bits)


@lru_cache(maxsize=512)
def _points(names: frozenset[str], whole: frozenset[str], bits: int) -> tuple[Point, ...]:
    mp = context(bits)
    points = []
    for row, (first, signs) in enumerate(_ROWS):
        point: dict[str, Number] = {}
        for place, name in enumerate(sorted(names)):
            if name in whole:
                point[name] = row + 1 + 2 * place
                continue
            size = first * (1 + Fraction((place * 37 + row * 11) % 101, 101))
            sign = -1 if signs[place % len(signs)] == "-" else 1
            point[name] = sign * mp.mpf(size.numerator) / size.denominator
        points.append(point)
    return tuple(points)


def far_points(left: Traits, right: Traits, bits: int) -> tuple[Point, ...]:
    """Return the points far out, and zero, for two expressions that are equal at all others."""
    points = _far_points(left.names | right.names, left.whole | right.whole, bits)
    return points if left.bends or right.bends else points[:_N_FAR_ENOUGH]


@lru_cache(maxsize=512)
def _far_points(names: frozenset[str], whole: frozenset[str], bits: int) -> tuple[Point, ...]:
    mp = context(bits)
    points = []
    for first, first_whole in _FAR_ROWS:
        point: dict[str, Number] = {}
        for place, name in enumerate(sorted(names)):
            if name in whole:
                point[name] = first_whole * (1 + place) + place * bool(first_whole)
                continue
            size = first * (1 + Fraction(place * 37 % 101, 101))
            point[name] = mp.mpf(size.numerator) / size.denominator if size else 0
        points.append(point)
    return tuple(points)
