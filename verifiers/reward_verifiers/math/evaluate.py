"""Evaluates an expression at a point: exactly while it can, else to many digits, never for long.

Whole numbers and fractions stay exact up to a bound. Everything else is a binary float of ``prec``
bits, with the digits that cancelled counted, so that a caller knows how many are left to trust.
What would be too large to hold is refused before it is computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath  # type: ignore[import-untyped]  # ships no types

from reward_verifiers.math.functions import FUNCTIONS, TooLargeError
from reward_verifiers.math.nodes import (
    Call,
    Const,
    Expr,
    Neg,
    Num,
    PlusMinus,
    Pow,
    Prod,
    Root,
    Sum,
    Sym,
    symbols,
)

Number = Any
"""int, Fraction, or an mpf or mpc of the context at hand (mpmath has no types)."""

MAX_EXACT_BITS = 40_000
"""Integers up to this size are exact (2006! has 19,000 bits); past it only leading digits are."""

MAX_MAGNITUDE = 1 << 40
"""Binary exponents past this are refused: 9^9^9 still has one, 9^9^9^9 does not."""


_EXTREME_BITS = 80
"""Binary exponents past this are extreme for the argument of a function."""

_NOISE_BITS = 30
"""When no more than these bits are left of a sum, it is noise around zero."""


class UndefinedError(ArithmeticError):
    """The expression has no value at this point."""


class PrecisionError(ArithmeticError):
    """Every digit cancelled: evaluate again with more of them."""


@cache
def context(bits: int) -> Any:
    """Return the arithmetic of ``bits`` bits, ours alone: no other settings change a verdict."""
    own = mpmath.MPContext()
    own.prec = bits
    return own


class Evaluator:
    """Evaluates expressions at one point with one precision.

    ``lost`` counts the leading bits that cancelled in the worst sum so far; ``rounded`` tells that
    a whole number was too long to be kept exactly, and ``vanished`` that a sum cancelled entirely.
    ``strain`` is how many bits lie between what was put together: of two terms, of a function's
    argument and a plain number. Where it is large, a limit cannot be told from what comes near it.

    Args:
        bits: precision of what is not exact.
        point: the value of every variable, exact or a float of these bits.
        last: there is no higher precision to turn to; what cancels entirely is zero.
        real: a part that is not real has no value, as in the analysis of real functions.
        natural_log: ``log`` without a base is the natural one rather than the decimal one.
    """

    def __init__(
        self,
        bits: int,
        point: Mapping[str, Number],
        *,
        last: bool = True,
        real: bool = False,
        natural_log: bool = False,
    ) -> None:
        self.mp = context(bits)
        self.bits = bits
        self.point = point
        self.last = last
        self.real = real
        self.natural_log = natural_log
        self.lost = 0
        self.rounded = False
        self.vanished = False
        self.strain = 0

    def value(self, expr: Expr) -> Number:
        """Return the value of ``expr``.

        Raises:
            UndefinedError: it has none here.
            TooLargeError: it is too large to compute.
            PrecisionError: more bits are needed, and ``last`` is False.
        """
        return _RULES[type(expr)](self, expr)

    def inexact(self, number: Number) -> Number:
        """Return ``number`` as a float of the context."""
        if isinstance(number, int):
            return self.mp.mpf(number)
        if isinstance(number, Fraction):
            bits = min(number.numerator.bit_length(), number.denominator.bit_length())
            self.strain = max(self.strain, bits)
            return self.mp.mpf(number.numerator) / number.denominator
        return number

    # --------------------------------------------------------------------------------- by node type

    def num(self, expr: Num) -> Number:
        return expr.value

    def sym(self, expr: Sym) -> Number:
        return self.point[expr.name]

    def const(self, expr: Const) -> Number:
        if expr.name == "pi":
            return +self.mp.pi
        if expr.name == "e":
            return +self.mp.e
        if expr.name == "i":
            return self.mp.mpc(0, 1)
        raise UndefinedError("infinity")

    def neg(self, expr: Neg) -> Number:
        return -self.value(expr.arg)

    def sum(self, expr: Sum) -> Number:
        return self.added([self.value(term) for term in expr.terms])

    def added(self, values: list[Number]) -> Number:
        """Return the sum of ``values``, counting what cancels."""
        exact: int | Fraction = 0
        floats = []
        for value in values:
            if isinstance(value, int | Fraction):
                exact += value
            else:
                floats.append(value)
        if not floats:
            return self.kept(exact)
        if exact:
            floats.append(self.inexact(exact))
        return floats[0] if len(floats) == 1 else self.added_floats(floats)

    def added_floats(self, floats: list[Number]) -> Number:
        total = sum(floats[1:], start=floats[0])
        sizes = [self.mp.mag(value) for value in floats if value]
        if not sizes:
            return 0
        spread = max(sizes) - min(sizes)
        self.strain = max(self.strain, int(spread))
        if spread > self.bits:
            self.rounded = True  # a term too small to leave a trace in the sum
        cancelled = max(sizes) - self.magnitude(total)
        if cancelled > self.bits - _NOISE_BITS:
            if not self.last:
                raise PrecisionError
            self.vanished = True
            self.strain = max(self.strain, int(max(sizes)))  # the noise may be anything up to it
            return 0
        self.lost = max(self.lost, int(cancelled))
        self.strain = max(self.strain, self.lost)
        return total

    def magnitude(self, number: Number) -> Any:
        return self.mp.mag(number) if number else -self.mp.inf

    def kept(self, number: int | Fraction) -> Number:
        """Return an exact number as it is while it is short, else its leading digits."""
        if isinstance(number, int):
            if number.bit_length() <= MAX_EXACT_BITS:
                return number
        elif number.denominator == 1:
            return self.kept(number.numerator)
        elif number.numerator.bit_length() + number.denominator.bit_length() <= 2 * MAX_EXACT_BITS:
            return number
        self.rounded = True
        return self.inexact(number)

    def prod(self, expr: Prod) -> Number:
        total: Number = 1
        for factor in expr.factors:
            total = self.multiplied(total, self.value(factor))
        for divisor in expr.divisors:
            total = self.divided(total, self.value(divisor))
        return total

    def multiplied(self, left: Number, right: Number) -> Number:
        if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
            return self.kept(left * right)
        return self.bounded(self.inexact(left) * self.inexact(right))

    def divided(self, left: Number, right: Number) -> Number:
        if not right:
            raise UndefinedError("division by zero")
        if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
            return self.kept(Fraction(left) / right)
        return self.bounded(self.inexact(left) / self.inexact(right))

    def bounded(self, number: Number) -> Number:
        """Return ``number`` if it is one, real where it has to be, and not beyond all size."""
        if self.real and isinstance(number, self.mp.mpc):
            raise UndefinedError("not real")
        if not self.mp.isfinite(number):
            raise UndefinedError("not a number")
        if number and abs(self.mp.mag(number)) > MAX_MAGNITUDE:
            raise TooLargeError("the value is too large to compute")
        return number

    def pow(self, expr: Pow) -> Number:
        base, exponent = self.value(expr.base), self.value(expr.exponent)
        if not base and symbols(expr.exponent):
            raise UndefinedError("a power of zero")  # 0^x tells zero from all other numbers
        return self.power(base, exponent)

    def power(self, base: Number, exponent: Number) -> Number:
        """Return ``base`` to the ``exponent``; real where an odd root of a negative number is."""
        if not base:
            return self.power_of_zero(exponent)
        if isinstance(exponent, int):
            return self.whole_power(base, exponent)
        if isinstance(exponent, Fraction) and self.is_negative(base) and exponent.denominator % 2:
            root = self.power(-base, exponent)
            return -root if exponent.numerator % 2 else root
        self.check_size(base, exponent)
        return self.flattened(
            exponent, self.bounded(self.mp.power(self.inexact(base), self.inexact(exponent)))
        )

    def flattened(self, arg: Number, value: Number) -> Number:
        """Return a function's ``value``, noting where it is plain though ``arg`` is extreme.

        So are the inverse tangent of a huge number and the cosine of a tiny one.
        """
        if arg and value:
            size = abs(self.mp.mag(self.inexact(arg)))
            if size > _EXTREME_BITS and abs(self.mp.mag(value)) < size // 2:
                self.strain = max(self.strain, 2 * int(size))
        return value

    def power_of_zero(self, exponent: Number) -> Number:
        if exponent == 0:
            return 1
        if self.mp.re(self.inexact(exponent)) < 0:
            raise UndefinedError("a power of zero")
        return 0

    def whole_power(self, base: Number, exponent: int) -> Number:
        if isinstance(base, int | Fraction):
            top = Fraction(base)
            size = max(top.numerator.bit_length(), top.denominator.bit_length())
            if base in (1, -1) or size * abs(exponent) <= MAX_EXACT_BITS:
                if base in (1, -1):
                    return 1 if base == 1 or exponent % 2 == 0 else -1
                return self.kept(base**exponent if exponent >= 0 else Fraction(1) / base**-exponent)
            self.rounded = True
        self.check_size(base, exponent)
        return self.bounded(self.inexact(base) ** exponent)

    def check_size(self, base: Number, exponent: Number) -> None:
        """Refuse a power before it is computed if its size would pass the bound."""
        if isinstance(exponent, int) and exponent.bit_length() > 64:
            raise TooLargeError("the value is too large to compute")
        power = self.inexact(exponent)
        size = self.mp.mag(power) if power else 0
        if size > 60:
            raise TooLargeError("the value is too large to compute")
        logarithm = abs(self.mp.mag(self.inexact(base))) + 1
        if abs(power) * logarithm > MAX_MAGNITUDE:
            raise TooLargeError("the value is too large to compute")

    def root(self, expr: Root) -> Number:
        arg = self.value(expr.arg)
        index = expr.index
        if isinstance(arg, int | Fraction):
            exact = _exact_root(arg, index)
            if exact is not None:
                return exact
        if self.is_negative(arg):
            if index % 2:
                return -self.mp.root(-self.inexact(arg), index)
            if index == 2:
                return self.bounded(self.mp.mpc(0, self.mp.sqrt(-self.inexact(arg))))
        if not arg:
            return 0
        if index == 2:
            return self.mp.sqrt(self.inexact(arg))
        return self.bounded(self.mp.root(self.inexact(arg), index))

    def is_negative(self, number: Number) -> bool:
        return not isinstance(number, self.mp.mpc) and number < 0

    def plus_minus(self, expr: PlusMinus) -> Number:
        raise UndefinedError("two values")

    def call(self, expr: Call) -> Number:
        args = [self.value(arg) for arg in expr.args]
        if expr.name.startswith(":"):
            return self.unknown(expr.name, args)
        known = FUNCTIONS.get((expr.name, len(args))) or FUNCTIONS.get((expr.name, -1))
        if known is None:
            raise UndefinedError(f"no function {expr.name} of {len(args)}")
        try:
            value = known(self, *args)
        except (ValueError, ZeroDivisionError, TypeError, OverflowError) as error:
            # mpmath's way to say that an argument is outside the domain, or complex where none may
            # be.
            raise UndefinedError(expr.name) from error
        return value if isinstance(value, int | Fraction) else self.bounded(value)

    def unknown(self, name: str, args: list[Number]) -> Number:
        """Return the value of a stand-in for an unknown function: smooth, and its own by name."""
        seed = sum((index + 3) * ord(char) for index, char in enumerate(name))
        total = self.mp.mpf(seed % 97 + 2) / 7
        for place, arg in enumerate(args):
            total += self.mp.cos(self.inexact(arg) * (seed % 13 + place + 2) / 5 + seed % 11)
        return total


def _exact_root(number: int | Fraction, index: int) -> int | Fraction | None:
    """Return the ``index``-th root of ``number`` if it is rational and small enough to try."""
    if index != 2 or number < 0:
        return None
    top, bottom = Fraction(number).numerator, Fraction(number).denominator
    if top.bit_length() > 256 or bottom.bit_length() > 256:
        return None
    above, below = math.isqrt(top), math.isqrt(bottom)
    if above * above != top or below * below != bottom:
        return None
    return above if below == 1 else Fraction(above, below)


_RULES: Mapping[type, Callable[[Evaluator, Any], Number]] = {
    Num: Evaluator.num,
    Sym: Evaluator.sym,
    Const: Evaluator.const,
    Neg: Evaluator.neg,
    Sum: Evaluator.sum,
    Prod: Evaluator.prod,
    Pow: Evaluator.pow,
    Root: Evaluator.root,
    Call: Evaluator.call,
    PlusMinus: Evaluator.plus_minus,
}
