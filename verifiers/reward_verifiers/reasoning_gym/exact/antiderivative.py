"""Decides whether a function is an antiderivative of another one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reward_verifiers.math.nodes import Expr, Num, symbols, walk
from reward_verifiers.reasoning_gym.exact import balls
from reward_verifiers.reasoning_gym.exact.balls import ONE, Ball, NoValueError
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError
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
    Fraction(top, bottom)
    for top, bottom in (
        *((31, 211), (37, 61), (-41, 307), (-53, 83), (109, 41), (-97, 53), (23, 71), (-29, 97)),
        *((17, 113), (-13, 131), (127, 19), (-151, 23), (11, 89), (-7, 79), (5, 19), (-19, 67)),
        *((139, 11), (-149, 9), (307, 13), (-311, 12), (1009, 11), (-1013, 12), (211, 31)),
        *((-223, 29), (3, 101), (-2, 103), (71, 227), (-73, 229), (10007, 9), (-10009, 8)),
        *((30011, 7), (-30013, 6), (59, 29), (-61, 31), (20011, 17), (-20021, 18)),
    )
)

# What a constant of integration is worth: nothing that an integrand has.
_CONSTANT = Fraction(104_729, 64_613)


def is_antiderivative(answer: Expr, integrand: Expr, variable: str, *, real: bool) -> bool:
    """Whether the derivative of ``answer`` by ``variable`` is ``integrand``.

    Args:
        answer: its other names, but for ``pi`` and Euler's number, are constants.
        integrand: a function of the variable alone.
        variable: the name to differentiate by.
        real: compare where both are real; else everywhere, as analytic functions.

    Raises:
        UnreadableError: a function that is not known.
        OverLimitError: too much to multiply out.
    """
    long = _has_long_decimals(answer)
    if not long:
        try:
            return _derived(expanded(answer), variable) == expanded(integrand)
        except UnreadableError:
            pass  # no polynomial
    return _agree_at_points(answer, integrand, variable, real=real, slack=long)


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


def _agree_at_points(
    answer: Expr, integrand: Expr, variable: str, *, real: bool, slack: bool
) -> bool:
    n_agreed = 0
    for point in _points(answer, variable):
        try:
            slope = pair(answer, point).slope or Ball(ONE.mid * 0, ONE.err)
            wanted = pair(integrand, point).value
            agreed = _agree(slope, wanted, real=real, slack=slack)
        except NoValueError:
            continue
        if not agreed:
            return False
        n_agreed += 1
        if n_agreed == _N_POINTS:
            return True
    return False


def _agree(slope: Ball, wanted: Ball, *, real: bool, slack: bool) -> bool:
    """Whether the two balls are the same number; raise NoValueError where that is open."""
    if real and not (slope.is_real and wanted.is_real):
        raise NoValueError("not real")
    difference = balls.added([slope, balls.negated(wanted)])
    scale = wanted.size if wanted.mid else 0.0
    if difference.err > scale - _SURE_BITS:
        raise NoValueError("too few digits are sure")
    room = scale - _ROUNDED_BITS if slack else difference.err
    return difference.size <= room + 1


def _points(answer: Expr, variable: str) -> Iterator[Point]:
    constants = {EULER: Pair(balls.euler()), "pi": Pair(balls.pi())}
    for place, name in enumerate(sorted(symbols(answer) - constants.keys() - {variable})):
        constants[name] = Pair(balls.exactly(_CONSTANT + place))
    for number in _POINTS:
        yield {**constants, variable: Pair(balls.exactly(number), ONE)}


def _has_long_decimals(answer: Expr) -> bool:
    return any(
        isinstance(node, Num) and node.places is not None and node.places >= _LONG_DECIMALS
        for node in walk(answer)
    )
