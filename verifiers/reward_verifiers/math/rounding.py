"""When two unequal numbers may still be the same answer: a rounded gold, or a tolerant spec."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from reward_verifiers.math.decision import Decision, different, equal
from reward_verifiers.math.evaluate import Evaluator, Number
from reward_verifiers.math.nodes import Call, Expr, Neg, Num, Pow, Prod

_MAX_POWER = 5000
_MIN_UNITS = 10
"""A gold of one digit, 0.5, is taken as exact: as a rounding it would let in a fifth of itself."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far numbers may lie apart, relative to the gold; None: the rules of exactness alone."""

    relative: float | None = None


EXACT = Tolerance()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison of numbers."""

    expr: Expr
    value: Number


def within_rounding(at: Evaluator, gold: Side, answer: Side, tolerance: Tolerance) -> Decision:
    """Decide between two numbers that are not equal."""
    if tolerance.relative is not None and gold.value:
        return _within_tolerance(at, gold.value, answer.value, tolerance.relative)
    unit = last_place(gold.expr)
    if unit is None or not is_exact(gold.value) or isinstance(answer.value, at.mp.mpc):
        return different("value", "the values differ")
    if abs(gold.value) < _MIN_UNITS * unit:
        return different("value", "the values differ, and one digit tells of no rounding")
    written = last_place(answer.expr)
    if written is not None and written > unit:
        return different("fewer_decimals", "the answer has fewer decimals than the gold")
    if _rounds_to(at, answer.value, gold.value, unit):
        return equal("rounded", "rounds to the gold at the gold's own precision")
    return different("value", "the values differ, also at the gold's precision")


def _within_tolerance(at: Evaluator, gold: Number, value: Number, relative: float) -> Decision:
    wanted = at.inexact(gold)
    allowed = at.inexact(Fraction(str(relative))) * abs(wanted)
    if abs(at.inexact(value) - wanted) <= allowed:
        return equal("tolerance", f"within the relative tolerance of {relative:g}")
    return different("tolerance", f"outside the relative tolerance of {relative:g}")


def _rounds_to(at: Evaluator, value: Number, gold: int | Fraction, unit: Fraction) -> bool:
    if not is_exact(value):
        return bool(abs(value - at.inexact(gold)) < at.inexact(unit / 2))
    gap = abs(Fraction(value) - gold)
    if gap != unit / 2:
        return gap < unit / 2
    # A tie: half up (away from zero) or half to even, whichever the author used.
    return abs(value) < abs(gold) or (gold / unit).numerator % 2 == 0


def last_place(expr: Expr) -> Fraction | None:
    """Return the worth of the last decimal that a decimal numeral was written with; else None."""
    match expr:
        case Num(_, int(places)):
            return Fraction(10) ** -places
        case Neg(arg):
            return last_place(arg)
        case Call("percent", (arg,)):
            unit = last_place(arg)
            return None if unit is None else unit / 100
        case Prod((Num(_, int()) as decimal, Pow(Num(10), Num(int(power)))), ()):
            return (last_place(decimal) or 1) * Fraction(10) ** _bounded(power)
        case Prod((Num(_, int()) as decimal, Pow(Num(10), Neg(Num(int(power))))), ()):
            return (last_place(decimal) or 1) / Fraction(10) ** _bounded(power)
    return None


def _bounded(power: int) -> int:
    return max(-_MAX_POWER, min(power, _MAX_POWER))


def is_exact(number: Number) -> bool:
    """Whether a value is a whole number or a fraction, and no float."""
    return isinstance(number, int | Fraction)
