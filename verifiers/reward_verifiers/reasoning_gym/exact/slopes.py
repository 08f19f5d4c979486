"""The value and the derivative of a formula at a point, both with their errors, in one pass.

Every part of the formula is a pair: its value and its derivative there. The rules of calculus
combine pairs, so no derivative is ever written out, and the work is linear in the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from reward_verifiers.math.nodes import Call, Expr, Neg, Num, Pow, Prod, Sum, Sym, symbols
from reward_verifiers.reasoning_gym.exact import balls
from reward_verifiers.reasoning_gym.exact.balls import ONE, Ball
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError
from reward_verifiers.reasoning_gym.exact.exactly import value as exact_value

HALF = Fraction(1, 2)


class Pair(NamedTuple):
    """A value, and the derivative there: None for a constant."""

    value: Ball
    slope: Ball | None = None


Point = Mapping[str, Pair]
"""What every name stands for."""


def pair(expr: Expr, point: Point) -> Pair:
    """Return the value and the derivative of ``expr``.

    Raises:
        UnreadableError: a function it does not have, or not with so many arguments.
        NoValueError: there is none at this point.
    """
    return _RULES[type(expr)](expr, point)


def _num(expr: Num, point: Point) -> Pair:
    return Pair(balls.exactly(expr.value))


def _sym(expr: Sym, point: Point) -> Pair:
    return point[expr.name]


def _neg(expr: Neg, point: Point) -> Pair:
    value, slope = pair(expr.arg, point)
    return Pair(balls.negated(value), slope and balls.negated(slope))


def _sum(expr: Sum, point: Point) -> Pair:
    pairs = [pair(term, point) for term in expr.terms]
    slopes = [slope for _, slope in pairs if slope]
    return Pair(balls.added([value for value, _ in pairs]), balls.added(slopes) if slopes else None)


def _prod(expr: Prod, point: Point) -> Pair:
    total = pair(expr.factors[0], point)
    for factor in expr.factors[1:]:
        total = _times(total, pair(factor, point))
    for divisor in expr.divisors:
        total = _times(total, _power(pair(divisor, point), Fraction(-1)))
    return total


def _times(left: Pair, right: Pair) -> Pair:
    slopes = []
    if left.slope:
        slopes.append(balls.multiplied(left.slope, right.value))
    if right.slope:
        slopes.append(balls.multiplied(left.value, right.slope))
    value = balls.multiplied(left.value, right.value)
    return Pair(value, balls.added(slopes) if slopes else None)


def _pow(expr: Pow, point: Point) -> Pair:
    base = expr.base
    if not symbols(expr.exponent):
        return _power(pair(base, point), exact_value(expr.exponent))
    exponent = pair(expr.exponent, point)
    if isinstance(base, Sym) and base.name == EULER:
        return _exp(exponent)
    return _exp(_times(exponent, _log(pair(base, point))))


def _power(base: Pair, exponent: Fraction) -> Pair:
    value = balls.raised(base.value, exponent)
    if not base.slope or not exponent:
        return Pair(value)
    outer = balls.multiplied(balls.exactly(exponent), balls.raised(base.value, exponent - 1))
    return Pair(value, balls.multiplied(outer, base.slope))


def _call(expr: Call, point: Point) -> Pair:
    rule = _FUNCTIONS.get((expr.name, len(expr.args)))
    if rule is None:
        raise UnreadableError(f"no function {expr.name!r} of {len(expr.args)}")
    return rule(*(pair(arg, point) for arg in expr.args))


# ---------------------------------------------------------------------------------------- functions


def _along(value: Ball, outer: Ball, inner: Pair) -> Pair:
    """Return ``value`` with the slope of the chain rule."""
    return Pair(value, inner.slope and balls.multiplied(outer, inner.slope))


def _sin(arg: Pair) -> Pair:
    return _along(balls.sin(arg.value), balls.cos(arg.value), arg)


def _cos(arg: Pair) -> Pair:
    return _along(balls.cos(arg.value), balls.negated(balls.sin(arg.value)), arg)


def _tan(arg: Pair) -> Pair:
    return _times(_sin(arg), _sec(arg))


def _cot(arg: Pair) -> Pair:
    return _times(_cos(arg), _csc(arg))


def _sec(arg: Pair) -> Pair:
    return _power(_cos(arg), Fraction(-1))


def _csc(arg: Pair) -> Pair:
    return _power(_sin(arg), Fraction(-1))


def _exp(arg: Pair) -> Pair:
    value = balls.exp(arg.value)
    return _along(value, value, arg)


def _log(arg: Pair) -> Pair:
    return _along(balls.log(arg.value), balls.inverted(arg.value), arg)


def _log_to_base(arg: Pair, base: Pair) -> Pair:
    return _times(_log(arg), _power(_log(base), Fraction(-1)))


def _sqrt(arg: Pair) -> Pair:
    return _power(arg, HALF)


def _cbrt(arg: Pair) -> Pair:
    return _power(arg, Fraction(1, 3))


def _abs(arg: Pair) -> Pair:
    value, sign = balls.absolute(arg.value)
    return _along(value, sign, arg)


def _fraction(top: Pair, bottom: Pair) -> Pair:
    return _times(top, _power(bottom, Fraction(-1)))


def _sinh(arg: Pair) -> Pair:
    return _half_of(arg, -1)


def _cosh(arg: Pair) -> Pair:
    return _half_of(arg, 1)


def _half_of(arg: Pair, sign: int) -> Pair:
    """Return (e^x + sign * e^-x) / 2."""
    up = balls.exp(arg.value)
    down = balls.multiplied(balls.exactly(sign), balls.inverted(up))
    half = balls.exactly(HALF)
    value = balls.multiplied(half, balls.added([up, down]))
    outer = balls.multiplied(half, balls.added([up, balls.negated(down)]))
    return _along(value, outer, arg)


def _tanh(arg: Pair) -> Pair:
    return _times(_sinh(arg), _power(_cosh(arg), Fraction(-1)))


def _inverse(name: str, slope: Callable[[Ball], Ball]) -> Callable[[Pair], Pair]:
    """Return an inverse function by its derivative."""

    def apply(arg: Pair) -> Pair:
        outer = slope(arg.value)
        return _along(balls.by_slope(name, arg.value, outer), outer, arg)

    return apply


def _one_and_square(ball: Ball, one: int, square: int) -> Ball:
    squared = balls.multiplied(balls.exactly(square), balls.multiplied(ball, ball))
    return balls.added([balls.exactly(one), squared])


def _slope_of_asin(ball: Ball) -> Ball:
    return balls.raised(_one_and_square(ball, 1, -1), -HALF)


def _slope_of_acos(ball: Ball) -> Ball:
    return balls.negated(_slope_of_asin(ball))


def _slope_of_atan(ball: Ball) -> Ball:
    return balls.inverted(_one_and_square(ball, 1, 1))


def _slope_of_acot(ball: Ball) -> Ball:
    return balls.negated(_slope_of_atan(ball))


def _slope_of_asinh(ball: Ball) -> Ball:
    return balls.raised(_one_and_square(ball, 1, 1), -HALF)


def _slope_of_acosh(ball: Ball) -> Ball:
    before = balls.added([ball, balls.negated(ONE)])
    behind = balls.added([ball, ONE])
    return balls.multiplied(balls.raised(before, -HALF), balls.raised(behind, -HALF))


def _slope_of_atanh(ball: Ball) -> Ball:
    return balls.inverted(_one_and_square(ball, 1, -1))


def _integral(integrand: Pair, variable: Pair) -> Pair:
    """Return an integral that was left as one: its derivative is known, its value may be any."""
    if variable.slope is not ONE:
        raise UnreadableError("an integral over something else")
    return Pair(balls.exactly(Fraction(7919, 6389)), integrand.value)


EULER = "E"
"""The name of Euler's number."""

_RULES: Mapping[type, Callable[[Any, Point], Pair]] = {
    Num: _num,
    Sym: _sym,
    Neg: _neg,
    Sum: _sum,
    Prod: _prod,
    Pow: _pow,
    Call: _call,
}

_FUNCTIONS: Mapping[tuple[str, int], Callable[..., Pair]] = {
    ("sin", 1): _sin,
    ("cos", 1): _cos,
    ("tan", 1): _tan,
    ("cot", 1): _cot,
    ("sec", 1): _sec,
    ("csc", 1): _csc,
    ("exp", 1): _exp,
    ("log", 1): _log,
    ("log", 2): _log_to_base,
    ("sqrt", 1): _sqrt,
    ("cbrt", 1): _cbrt,
    ("abs", 1): _abs,
    ("fraction", 2): _fraction,
    ("sinh", 1): _sinh,
    ("cosh", 1): _cosh,
    ("tanh", 1): _tanh,
    ("asin", 1): _inverse("asin", _slope_of_asin),
    ("acos", 1): _inverse("acos", _slope_of_acos),
    ("atan", 1): _inverse("atan", _slope_of_atan),
    ("acot", 1): _inverse("acot", _slope_of_acot),
    ("asinh", 1): _inverse("asinh", _slope_of_asinh),
    ("acosh", 1): _inverse("acosh", _slope_of_acosh),
    ("atanh", 1): _inverse("atanh", _slope_of_atanh),
    ("integral", 2): _integral,
}
