"""Numbers too long to write out, compared by their prime powers: 4^500000 is 2^1000000."""

from __future__ import annotations

from fractions import Fraction

from reward_verifiers.math.nodes import Expr, Neg, Num, Pow, Prod

_MAX_FACTORED = 10**6
_MAX_EXPONENT = 10**15

Powers = dict[int, Fraction]
"""Exponents by prime; -1 stands for the sign."""


def same_number(one: Expr, other: Expr) -> bool | None:
    """Return whether two products of powers are equal; None: one of them is no such product."""
    ours = _powers(one)
    theirs = None if ours is None else _powers(other)
    return None if theirs is None else ours == theirs


def _powers(expr: Expr) -> Powers | None:
    match expr:
        case Num(value):
            return _factored(Fraction(value))
        case Neg(arg):
            return _product([(_powers(arg), 1), ({-1: Fraction(1)}, 1)])
        case Pow(base, exponent):
            return _product([(_powers(base), _exponent(exponent))])
        case Prod(factors, divisors):
            above = [(_powers(factor), 1) for factor in factors]
            return _product(above + [(_powers(divisor), -1) for divisor in divisors])
    return None


def _product(parts: list[tuple[Powers | None, int]]) -> Powers | None:
    total: Powers = {}
    for powers, exponent in parts:
        if powers is None or not exponent:
            return None
        for prime, power in powers.items():
            total[prime] = total.get(prime, Fraction(0)) + power * exponent
    if -1 in total:
        total[-1] %= 2
    return {prime: power for prime, power in total.items() if power}


def _exponent(expr: Expr) -> int:
    """Return a whole exponent, 0 for what is none that can be handled."""
    match expr:
        case Num(int(value)) if value <= _MAX_EXPONENT:
            return value
        case Neg(arg):
            return -_exponent(arg)
        case Pow(Num(int(base)), Num(int(power))) if 0 < power < 60 and 1 < base < 10**6:
            value = base**power
            return value if value <= _MAX_EXPONENT else 0
    return 0


def _factored(value: Fraction) -> Powers | None:
    if not value or max(abs(value.numerator), value.denominator) > _MAX_FACTORED:
        return None
    total: Powers = {-1: Fraction(1)} if value < 0 else {}
    for number, sign in ((abs(value.numerator), 1), (value.denominator, -1)):
        prime, rest = 2, number
        while prime * prime <= rest:
            while rest % prime == 0:
                rest //= prime
                total[prime] = total.get(prime, Fraction(0)) + sign
            prime += 1
        if rest > 1:
            total[rest] = total.get(rest, Fraction(0)) + sign
    return total
