"""Decides whether a function is an antiderivative of another one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from reward_verifiers.math.nodes import Expr, Num, symbols, walk
from reward_verifiers.memo import Memo
from reward_verifiers.reasoning_gym.exact import balls
from reward_verifiers.reasoning_gym.exact.balls import ONE, ZERO, Ball, NoValueError
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.slopes import EULER, Pair, Point, pair
from reward_verifiers.reasoning_gym.exact.terms import Terms, expanded

_N_POINTS = 8
_SURE_BITS = 100
"""How far below the integrand the error has to be before a point decides anything."""

_LONG_DECIMALS = 13
_ROUNDED_BITS = 40
"""Where the answer has such decimals, how far below the integrand they may be off: 1e-12."""

# Near zero for inverse sines, on both sides for roots and logarithms, far out for shifted ones.
_POINTS = tuple(
    balls.exactly(Fraction(top, bottom))
    for top, bottom in (
        *((31, 211), (37, 61), (-41, 307), (-53, 83), (109, 41), (-97, 53), (23, 71), (-29, 97)),
        *((17, 113), (-13, 131), (127, 19), (-151, 23), (11, 89), (-7, 79), (5, 19), (-19, 67)),
        *((139, 11), (-149, 9), (307, 13), (-311, 12), (1009, 11), (-1013, 12), (211, 31)),
        *((-223, 29), (3, 101), (-2, 103), (71, 227), (-73, 229), (10007, 9), (-10009, 8)),
        *((30011, 7), (-30013, 6), (59, 29), (-61, 31), (20011, 17), (-20021, 18)),
    )
)
_NUMBERS = {EULER: Pair(balls.euler()), "pi": Pair(balls.pi())}

# What a constant of integration is worth: nothing that an integrand has.
_CONSTANT = Fraction(104_729, 64_613)


@dataclass(frozen=True, slots=True)
class Integrand:
    """A function of one variable, as far as answers are compared with it.

    ``variable`` is its name, and ``terms`` are those of a polynomial, None for any other function.
    """

    tree: Expr
    variable: str
    terms: Terms | None
    values: Memo[int, Ball | None]
    """Its value at each point, None where it has none."""


def integrand(tree: Expr, variable: str) -> Integrand:
    """Return ``tree`` as an integrand over ``variable``.

    Raises:
        UnreadableError: it has a function that is not known, or no values to compare with.
    """
    try:
        terms: Terms | None = expanded(tree)
    except (UnreadableError, OverLimitError):
        terms = None

    def value(place: int) -> Ball | None:
        try:
            return pair(tree, {**_NUMBERS, variable: Pair(_POINTS[place], ONE)}).value
        except NoValueError:
            return None

    values = Memo(value)
    if terms is None:
        known = (place for place in range(len(_POINTS)) if values(place) is not None)
        if len(list(islice(known, _N_POINTS))) < _N_POINTS:
            raise UnreadableError("it has too few values")
    return Integrand(tree, variable, terms, values)


def is_antiderivative(answer: Expr, wanted: Integrand, *, real: bool) -> bool:
    """Whether the derivative of ``answer`` is the integrand that is wanted.

    Args:
        answer: its names, but for the variable, ``pi`` and Euler's number, are constants.
        wanted: what its derivative has to be.
        real: compare where both are real; else everywhere, as analytic functions.

    Raises:
        UnreadableError: a function that is not known.
        OverLimitError: too much to multiply out.
    """
    rounded = _has_long_decimals(answer)
    if wanted.terms is not None and not rounded:
        try:
            return _derived(expanded(answer), wanted.variable) == wanted.terms
        except UnreadableError:
            pass  # no polynomial
    return _agree_at_points(answer, wanted, real=real, rounded=rounded)


def _derived(terms: Terms, variable: str) -> Terms:
    found = {}
    for powers, factor in terms.items():
        by_name = dict(powers)
        times = by_name.pop(variable, 0)
        if not times:
            continue
        if times != 1:
            by_name[variable] = times - 1
        found[tuple(sorted(by_name.items()))] = factor * times
    return found


def _agree_at_points(answer: Expr, wanted: Integrand, *, real: bool, rounded: bool) -> bool:
    constants = _constants(answer, wanted.variable)
    n_agreed = 0
    for place, number in enumerate(_POINTS):
        value = wanted.values(place)
        if value is None or (real and not value.is_real):
            continue
        try:
            slope = pair(answer, {**constants, wanted.variable: Pair(number, ONE)}).slope or ZERO
            agreed = _agree(slope, value, real=real, rounded=rounded)
        except NoValueError:
            continue
        if not agreed:
            return False
        n_agreed += 1
        if n_agreed == _N_POINTS:
            return True
    return False


def _agree(slope: Ball, wanted: Ball, *, real: bool, rounded: bool) -> bool:
    """Whether the two balls are the same number; raise NoValueError where that is open."""
    if real and not slope.is_real:
        raise NoValueError("not real")
    difference = balls.added([slope, balls.negated(wanted)])
    scale = wanted.size if wanted.mid else 0.0
    if difference.err > scale - _SURE_BITS:
        raise NoValueError("too few digits are sure")
    room = scale - _ROUNDED_BITS if rounded else difference.err
    return difference.size <= room + 1


def _constants(answer: Expr, variable: str) -> Point:
    names = sorted(symbols(answer) - _NUMBERS.keys() - {variable})
    values = {name: Pair(balls.exactly(_CONSTANT + place)) for place, name in enumerate(names)}
    return {**_NUMBERS, **values}


def _has_long_decimals(answer: Expr) -> bool:
    return any(
        isinstance(node, Num) and node.places is not None and node.places >= _LONG_DECIMALS
        for node in walk(answer)
    )
