"""Polynomials as tables of their terms: exact, and bounded before anything is multiplied.

A term is a product of powers of names, whole and possibly negative; so ``1/x`` has a table as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from reward_verifiers.math.nodes import Expr, Neg, Num, Pow, Prod, Sum, Sym, symbols
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.exactly import kept, power, value

Powers = tuple[tuple[str, int], ...]
"""Names with their powers, none of them 0, in the order of the names."""

Terms = Mapping[Powers, Fraction]
"""Coefficients, none of them 0."""

_MAX_STEPS = 3_000
"""Terms of sums that may be multiplied, each some 10 microseconds."""

_MAX_EXPONENT = 10_000
_ONE: Powers = ()


def multiplied_out(expr: Expr) -> Terms:
    """Return the terms of ``expr``, which may multiply a sum by nothing but numbers.

    Raises:
        UnreadableError: it has products or powers of sums, or is no polynomial.
        OverLimitError: a coefficient or an exponent is too large.
    """
    return _Expander(sums_multiply=False).terms(expr)


def expanded(expr: Expr) -> Terms:
    """Return the terms of ``expr`` with all products and powers of sums multiplied out.

    Raises:
        UnreadableError: it is no polynomial.
        OverLimitError: that takes too long, or a coefficient or an exponent is too large.
    """
    return _Expander(sums_multiply=True).terms(expr)


class _Expander:
    """Multiplies out, as far as it may and can afford."""

    def __init__(self, *, sums_multiply: bool) -> None:
        self.sums_multiply = sums_multiply
        self.left = _MAX_STEPS

    def terms(self, expr: Expr) -> Terms:
        if isinstance(expr, Num):
            return _constant(Fraction(expr.value))
        if isinstance(expr, Sym):
            return {((expr.name, 1),): Fraction(1)}
        if isinstance(expr, Neg):
            return self.multiplied({_ONE: Fraction(-1)}, self.terms(expr.arg))
        if isinstance(expr, Sum):
            return self.sum(expr)
        if isinstance(expr, Prod):
            return self.product(expr)
        if isinstance(expr, Pow):
            return self.power(expr)
        raise UnreadableError("a function in a polynomial")

    def sum(self, expr: Sum) -> Terms:
        total: dict[Powers, Fraction] = {}
        for term in expr.terms:
            for powers, factor in self.terms(term).items():
                total[powers] = kept(total.get(powers, Fraction(0)) + factor)
        return {powers: factor for powers, factor in total.items() if factor}

    def product(self, expr: Prod) -> Terms:
        total = _constant(Fraction(1))
        for factor in expr.factors:
            total = self.multiplied(total, self.terms(factor))
        for divisor in expr.divisors:
            total = self.multiplied(total, _monomial_power(self.terms(divisor), Fraction(-1)))
        return total

    def multiplied(self, left: Terms, right: Terms) -> Terms:
        if len(left) > 1 or len(right) > 1:
            self.check(left, right)
        total: dict[Powers, Fraction] = {}
        for powers, factor in left.items():
            for others, by in right.items():
                together = _together(powers, others)
                total[together] = kept(total.get(together, Fraction(0)) + factor * by)
        return {powers: factor for powers, factor in total.items() if factor}

    def check(self, left: Terms, right: Terms) -> None:
        """Refuse a product of a sum that is not allowed, or not affordable."""
        is_product = not (left.keys() <= {_ONE} or right.keys() <= {_ONE})
        if is_product and not self.sums_multiply:
            raise UnreadableError("a product that is not multiplied out")
        self.left -= len(left) * len(right)
        if self.left < 0:
            raise OverLimitError(f"more than {_MAX_STEPS} terms to multiply")

    def power(self, expr: Pow) -> Terms:
        base = self.terms(expr.base)
        if symbols(expr.exponent):
            raise UnreadableError("a variable in an exponent")
        exponent = value(expr.exponent)
        if len(base) <= 1:
            return _monomial_power(base, exponent)
        if exponent.denominator != 1 or exponent < 0:
            raise UnreadableError("a root, or a division by a sum")
        if exponent > _MAX_EXPONENT:
            raise OverLimitError(f"a power beyond {_MAX_EXPONENT}")
        total = _constant(Fraction(1))
        for _ in range(exponent.numerator):
            total = self.multiplied(total, base)
        return total


def _constant(number: Fraction) -> Terms:
    return {_ONE: number} if number else {}


def _monomial_power(base: Terms, exponent: Fraction) -> Terms:
    if len(base) > 1:
        raise UnreadableError("a division by a sum")
    if not base:
        return _constant(power(Fraction(0), exponent))
    ((powers, factor),) = base.items()
    raised = power(factor, exponent)
    if abs(exponent) > _MAX_EXPONENT:
        raise OverLimitError(f"a power beyond {_MAX_EXPONENT}")
    return {_checked((name, times * exponent.numerator) for name, times in powers): raised}


def _together(left: Powers, right: Powers) -> Powers:
    total = dict(left)
    for name, times in right:
        total[name] = total.get(name, 0) + times
    return _checked(sorted(total.items()))


def _checked(powers: Iterable[tuple[str, int]]) -> Powers:
    found = tuple((name, times) for name, times in powers if times)
    if any(abs(times) > _MAX_EXPONENT for _, times in found):
        raise OverLimitError(f"a power beyond {_MAX_EXPONENT}")
    return found
