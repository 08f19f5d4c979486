"""The bounds of errors hold, and what cancelled is never trusted."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]  # ships no types
import pytest

from reward_verifiers.math.nodes import Call, Expr, Neg, Num, Pow, Prod, Sum, Sym
from reward_verifiers.reasoning_gym.exact import balls
from reward_verifiers.reasoning_gym.exact.balls import ONE, Ball, NoValueError
from reward_verifiers.reasoning_gym.exact.slopes import Pair, pair

SHARP = mpmath.MPContext()
SHARP.prec = 3000
X = Sym("x")
FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "asin", "atan", "sinh", "tanh", "asinh")


def reference(expr: Expr, x: Any) -> tuple[Any, Any]:
    """Return the value and the derivative of ``expr`` to 900 digits, by nothing of ours."""
    value = evaluated(expr)
    return value(x), SHARP.diff(value, x, h=SHARP.mpf(2) ** -900)


def evaluated(expr: Expr) -> Callable[[Any], Any]:
    match expr:
        case Num(value):
            return lambda x: SHARP.mpf(Fraction(value).numerator) / Fraction(value).denominator
        case Sym():
            return lambda x: x
        case Neg(arg):
            return lambda x: -evaluated(arg)(x)
        case Sum(terms):
            return lambda x: SHARP.fsum(evaluated(term)(x) for term in terms)
        case Prod(factors, divisors):
            return lambda x: (
                SHARP.fprod(evaluated(f)(x) for f in factors)
                / SHARP.fprod(evaluated(d)(x) for d in divisors)
            )
        case Pow(base, Num(value)):
            return lambda x: SHARP.power(evaluated(base)(x), SHARP.mpf(value))
        case Call(name, (arg,)):
            return lambda x: getattr(SHARP, name)(evaluated(arg)(x))
    raise AssertionError(expr)


def tree(rng: random.Random, depth: int) -> Expr:
    """Return a random formula."""
    if not depth:
        return rng.choice((X, Num(rng.randint(1, 9)), Num(Fraction(rng.randint(1, 99), 7))))
    kind = rng.randrange(6)
    if kind == 0:
        return Neg(tree(rng, depth - 1))
    if kind == 1:
        return Sum((tree(rng, depth - 1), Neg(tree(rng, depth - 1)), tree(rng, 0)))
    if kind == 2:
        return Prod((tree(rng, depth - 1), tree(rng, depth - 1)), (tree(rng, 0),))
    if kind == 3:
        return Pow(tree(rng, depth - 1), Num(rng.randint(-3, 5)))
    return Call(rng.choice(FUNCTIONS), (tree(rng, depth - 1),))


def within(ball: Ball, truth: Any) -> bool:
    """Whether ``truth`` is where the ball says, but for what the reference itself is off."""
    off = abs(SHARP.mpmathify(ball.mid) - truth)
    return not off or SHARP.mag(off) <= max(ball.err + 1, SHARP.mag(truth or 1) - 800)


@pytest.mark.parametrize("seed", range(120))
def test_values_and_derivatives_are_within_their_bounds(seed: int) -> None:
    rng = random.Random(seed)
    expr = tree(rng, 4)
    number = Fraction(rng.randint(1, 400), 97)
    try:
        value, slope = pair(expr, {"x": Pair(balls.exactly(number), ONE)})
    except NoValueError:
        return
    truth, derivative = reference(expr, SHARP.mpf(number.numerator) / number.denominator)

    assert within(value, truth)
    assert slope is None or within(slope, derivative)


def test_most_formulas_have_values_and_sharp_ones() -> None:
    sharp = 0
    for seed in range(120):
        rng = random.Random(seed)
        expr, number = tree(rng, 4), Fraction(rng.randint(1, 400), 97)
        try:
            value = pair(expr, {"x": Pair(balls.exactly(number), ONE)}).value
        except NoValueError:
            continue
        sharp += value.err < max(value.size, 0) - 150
    assert sharp > 60


def test_what_cancels_leaves_a_wide_ball() -> None:
    far = balls.exactly(10**99)
    left = balls.added([balls.added([ONE, far]), balls.negated(far)])
    assert left.err > 64


@pytest.mark.parametrize(
    "wide",
    [balls.inverted, balls.log, balls.absolute, lambda ball: balls.raised(ball, Fraction(1, 2))],
)
def test_no_function_is_applied_where_zero_is_near(wide: Callable[[Ball], Any]) -> None:
    third = balls.exactly(Fraction(1, 3))
    nothing = balls.added([balls.multiplied(third, balls.exactly(3)), balls.negated(ONE)])
    with pytest.raises(NoValueError):
        wide(nothing)


@pytest.mark.parametrize("size", [10**9, 10**30, -(10**9)])
def test_what_is_too_large_has_no_value(size: int) -> None:
    with pytest.raises(NoValueError):
        balls.exp(balls.exactly(size))
    with pytest.raises(NoValueError):
        balls.raised(balls.exactly(3), Fraction(size))
