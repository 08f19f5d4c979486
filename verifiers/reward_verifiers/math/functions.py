"""The functions an answer may use: a table from name and number of arguments to what computes.

Each takes the evaluator and values; whole numbers and fractions stay exact where the function keeps
them so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reward_verifiers.math.evaluate import Evaluator, Number

_MAX_EXACT_FACTORIAL = 3_000
_MAX_FACTORIAL = 10**9
_MAX_STEPS = 2_000
_MAX_TURNING_BITS = 1_000
"""How large the argument of a periodic function may be: its whole turns cost digits."""
_MAX_GROWING_BITS = 36
"""The same for functions that grow like the exponential."""
_GROWING = frozenset(("sinh", "cosh", "tanh", "coth", "sech", "csch"))


class TooLargeError(ArithmeticError):
    """A value is too large, or too costly, to compute."""


def _elementary(name: str) -> Callable[[Evaluator, Number], Number]:
    limit = _MAX_GROWING_BITS if name in _GROWING else 1_000_000

    def apply(at: Evaluator, arg: Number) -> Number:
        value = at.flattened(arg, getattr(at.mp, name)(_small_enough(at, arg, limit)))
        if name in ("tanh", "coth") and abs(value) == 1:
            at.rounded = True  # it never is
        return value

    return apply


def _periodic(name: str) -> Callable[[Evaluator, Number], Number]:
    """Return a trigonometric function that notices its poles and zeros, which rounding hides."""

    def apply(at: Evaluator, arg: Number) -> Number:
        value = getattr(at.mp, name)(_small_enough(at, arg, _MAX_TURNING_BITS))
        if value and at.mp.mag(value) > at.bits // 2:
            raise ValueError("a pole")
        at.flattened(arg, value)
        return 0 if value and at.mp.mag(value) < 40 - at.bits else value

    return apply


def _plain_log(at: Evaluator, arg: Number) -> Number:
    return _ln(at, arg) if at.natural_log else _log(at, arg, 10)


def _small_enough(at: Evaluator, arg: Number, bits: int) -> Number:
    """Return ``arg`` as a float if its binary exponent is at most ``bits``."""
    value = at.inexact(arg)
    if value and at.mp.mag(value) > bits:
        raise TooLargeError("an argument is too large")
    return value


def _log(at: Evaluator, arg: Number, base: Number) -> Number:
    if not arg or not base or base == 1:
        raise ValueError("outside the domain")
    return at.mp.log(at.inexact(arg)) / at.mp.log(at.inexact(base))


def _ln(at: Evaluator, arg: Number) -> Number:
    if not arg:
        raise ValueError("outside the domain")
    return at.mp.log(at.inexact(arg))


def _exp(at: Evaluator, arg: Number) -> Number:
    return at.power(+at.mp.e, arg)


def _absolute(at: Evaluator, arg: Number) -> Number:
    return abs(arg)


def _factorial(at: Evaluator, arg: Number) -> Number:
    if not isinstance(arg, int):
        return at.mp.factorial(_small_enough(at, arg, _MAX_GROWING_BITS))
    if arg < 0:
        raise ValueError("outside the domain")
    if arg <= _MAX_EXACT_FACTORIAL:
        return math.factorial(arg)
    if arg > _MAX_FACTORIAL:
        raise TooLargeError("the value is too large to compute")
    at.rounded = True
    return at.mp.factorial(arg)


def _factorial2(at: Evaluator, arg: Number) -> Number:
    if not isinstance(arg, int) or arg < 0:
        raise ValueError("outside the domain")
    if arg > _MAX_STEPS:
        raise TooLargeError("the value is too large to compute")
    return math.prod(range(arg, 0, -2))


def _binomial(at: Evaluator, n: Number, k: Number) -> Number:
    if not isinstance(n, int) or not isinstance(k, int):
        return at.mp.binomial(
            _small_enough(at, n, _MAX_GROWING_BITS), _small_enough(at, k, _MAX_GROWING_BITS)
        )
    if n < 0 or k < 0:
        raise ValueError("outside the domain")
    if min(k, n - k) <= _MAX_STEPS and n < 1 << 64:
        return at.kept(math.comb(n, k))
    if n > _MAX_FACTORIAL:
        raise TooLargeError("the value is too large to compute")
    at.rounded = True
    return at.mp.binomial(n, k)


def _arrangements(at: Evaluator, n: Number, k: Number) -> Number:
    if not isinstance(n, int) or not isinstance(k, int) or not 0 <= k <= _MAX_STEPS:
        raise ValueError("outside the domain")
    return at.kept(math.perm(n, k))


def _floor(at: Evaluator, arg: Number) -> Number:
    if isinstance(arg, int | Fraction):
        return math.floor(arg)
    if at.mp.mag(arg) > at.bits - 20:
        raise TooLargeError("too large to round")
    return int(at.mp.floor(arg))


def _ceil(at: Evaluator, arg: Number) -> Number:
    return -_floor(at, -arg)


def _mod(at: Evaluator, left: Number, right: Number) -> Number:
    if not right or not isinstance(left, int | Fraction) or not isinstance(right, int | Fraction):
        raise ValueError("outside the domain")
    return left % right


def _gcd(at: Evaluator, *args: Number) -> Number:
    return math.gcd(*args)


def _lcm(at: Evaluator, *args: Number) -> Number:
    return at.kept(math.lcm(*args))


def _most(at: Evaluator, *args: Number) -> Number:
    return max(args, key=at.inexact)


def _least(at: Evaluator, *args: Number) -> Number:
    return min(args, key=at.inexact)


def _sign(at: Evaluator, arg: Number) -> Number:
    return (arg > 0) - (arg < 0)


def _degrees(at: Evaluator, arg: Number) -> Number:
    return at.inexact(arg) * at.mp.pi / 180


def _percent(at: Evaluator, arg: Number) -> Number:
    return at.divided(arg, 100)


def _conjugate(at: Evaluator, arg: Number) -> Number:
    return at.mp.conj(at.inexact(arg))


def _real(at: Evaluator, arg: Number) -> Number:
    return at.mp.re(at.inexact(arg))


def _imaginary(at: Evaluator, arg: Number) -> Number:
    return at.mp.im(at.inexact(arg))


def _argument(at: Evaluator, arg: Number) -> Number:
    if not arg:
        raise ValueError("outside the domain")
    return at.mp.arg(at.inexact(arg))


FUNCTIONS: Mapping[tuple[str, int], Callable[..., Any]] = {
    **{(name, 1): _periodic(name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{(name, 1): _elementary(name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{
        (f"{prefix}{name}", 1): _elementary(f"a{name}")
        for stem in ("sin", "cos", "tan", "cot", "sec", "csc")
        for name in (stem, f"{stem}h")
        for prefix in ("a", "arc", "ar")
    },
    ("log", 1): _plain_log,
    ("log", 2): _log,
    ("lb", 1): lambda at, arg: _log(at, arg, 2),
    ("ln", 1): _ln,
    ("exp", 1): _exp,
    ("abs", 1): _absolute,
    ("norm", 1): _absolute,
    ("factorial", 1): _factorial,
    ("factorial2", 1): _factorial2,
    ("binom", 2): _binomial,
    ("arrangements", 2): _arrangements,
    ("floor", 1): _floor,
    ("ceil", 1): _ceil,
    ("mod", 2): _mod,
    ("gcd", -1): _gcd,
    ("lcm", -1): _lcm,
    ("max", -1): _most,
    ("min", -1): _least,
    ("sgn", 1): _sign,
    ("deg", 1): _degrees,
    ("percent", 1): _percent,
    ("conj", 1): _conjugate,
    ("Re", 1): _real,
    ("Im", 1): _imaginary,
    ("arg", 1): _argument,
}  # fmt: skip
