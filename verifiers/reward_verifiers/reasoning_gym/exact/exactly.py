"""Evaluates a formula without variables exactly, and refuses what would be too large to hold."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

from reward_verifiers.math.nodes import Call, Expr, Neg, Num, Pow, Prod, Sum
from reward_verifiers.reasoning_gym.exact.bounds import MAX_BITS
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError

_MAX_FACTORIAL = 250

_BITWISE: Mapping[str, Callable[..., int]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "~": operator.invert,
}


def value(expr: Expr) -> Fraction:
    """Return the value of ``expr``.

    Raises:
        UnreadableError: it has no rational value: a division by zero, a variable, a root.
        OverLimitError: the value, or one on the way, is too large to keep.
    """
    if isinstance(expr, Num):
        return Fraction(expr.value)
    if isinstance(expr, Neg):
        return -value(expr.arg)
    if isinstance(expr, Sum):
        return kept(sum(map(value, expr.terms), start=Fraction(0)))
    if isinstance(expr, Prod):
        return _product(expr)
    if isinstance(expr, Pow):
        return power(value(expr.base), value(expr.exponent))
    if isinstance(expr, Call):
        return _call(expr)
    raise UnreadableError("a variable where a number was due")


def kept(number: Fraction) -> Fraction:
    """Return ``number`` unless it is too large to go on with."""
    if number.numerator.bit_length() + number.denominator.bit_length() > MAX_BITS:
        raise OverLimitError(f"a number of more than {MAX_BITS} bits")
    return number


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return ``base`` to a whole ``exponent``, with the size bounded before it is computed."""
    if exponent.denominator != 1:
        raise UnreadableError("a root")
    if not base and exponent < 0:
        raise UnreadableError("a division by zero")
    times = exponent.numerator
    if base in (0, 1, -1):
        return base ** (times % 2 if base == -1 else min(times, 1) if times >= 0 else 1)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(times) > MAX_BITS:
        raise OverLimitError(f"a number of more than {MAX_BITS} bits")
    return base**times


def _product(expr: Prod) -> Fraction:
    total = Fraction(1)
    for factor in expr.factors:
        total = kept(total * value(factor))
    for divisor in expr.divisors:
        by = value(divisor)
        if not by:
            raise UnreadableError("a division by zero")
        total = kept(total / by)
    return total


def _call(expr: Call) -> Fraction:
    args = [value(arg) for arg in expr.args]
    if expr.name in ("quotient", "remainder"):
        left, right = args
        if not right:
            raise UnreadableError("a division by zero")
        return Fraction(left // right) if expr.name == "quotient" else left % right
    if expr.name in _BITWISE:
        return _bitwise(expr.name, args)
    if expr.name == "factorial" and args[0].denominator == 1 and args[0] >= 0:
        if args[0] > _MAX_FACTORIAL:
            raise OverLimitError(f"a factorial beyond {_MAX_FACTORIAL}")
        return Fraction(math.factorial(args[0].numerator))
    raise UnreadableError(f"the function {expr.name!r}")


def _bitwise(sign: str, args: list[Fraction]) -> Fraction:
    if any(arg.denominator != 1 for arg in args):
        raise UnreadableError("bits of a fraction")
    if sign in ("<<", ">>") and args[1] < 0:
        raise UnreadableError("a shift by less than nothing")
    if sign in ("<<", ">>") and args[1] > MAX_BITS:
        raise OverLimitError(f"a shift by more than {MAX_BITS} bits")
    return kept(Fraction(_BITWISE[sign](*(arg.numerator for arg in args))))
