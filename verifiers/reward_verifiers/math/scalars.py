"""Are two expressions equal? Exactly where they are rational, else by value to a hundred digits and more.

Expressions with variables are compared at fixed points, positive and negative, with relative error: one
point where both are real and differ refutes, agreement at all points proves (an identity between analytic
expressions that holds at several generic points to 50 digits holds). No point is random, so the verdict is
the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from reward_verifiers.math.decision import Decision, different, equal, over_limit, undecided
from reward_verifiers.math.evaluate import Evaluator, Number, PrecisionError, UndefinedError, context
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import (
    Call,
    Const,
    Expr,
    Neg,
    Num,
    Pow,
    Prod,
    Sum,
    children,
    symbols,
)

LOW_BITS = 190
"""57 digits: refutes nearly everything, and proves identities at points."""

HIGH_BITS = 540
"""162 digits: where digits cancelled, and before two constants are called equal."""

_MIN_POINTS = 3
_INTEGER_CALLS = frozenset(
    ("factorial", "factorial2", "binom", "arrangements", "mod", "gcd", "lcm")
)

# Rows of sample points: where the first variable lies, and the sign of each (+, -, or alternating).
_ROWS = (
    (Fraction(31, 43), "+"),
    (Fraction(-37, 61), "-"),
    (Fraction(109, 41), "+"),
    (Fraction(-97, 53), "-"),
    (Fraction(53, 71), "+-"),
    (Fraction(5, 97), "+"),
    (Fraction(67, 59), "-+"),
    (Fraction(1103, 89), "+"),
)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far numbers may lie apart: ``relative`` to the gold; None: by the rules of exactness alone."""

    relative: float | None = None


EXACT = Tolerance()

N_POINTS = len(_ROWS)


def compare_scalars(gold: Expr, answer: Expr, tolerance: Tolerance = EXACT) -> Decision:
    """Decide whether ``answer`` equals ``gold``; neither holds a plus-minus sign."""
    if gold == answer:
        return equal("same_form", "the same expression")
    if _has_infinity(gold) or _has_infinity(answer):
        return _compare_infinities(gold, answer)
    names = symbols(gold) | symbols(answer)
    decide = _compare_functions if names else _compare_constants
    decision = decide(gold, answer, tolerance, natural_log=False)
    if not decision.equal and _uses_plain_log(gold) != _uses_plain_log(answer):
        # "log" without a base is decimal in one book and natural in the next; the other side says which.
        natural = decide(gold, answer, tolerance, natural_log=True)
        return natural if natural.equal else decision
    return decision


# ------------------------------------------------------------------------------------------ constants


def _compare_constants(
    gold: Expr, answer: Expr, tolerance: Tolerance, *, natural_log: bool
) -> Decision:
    for bits in (LOW_BITS, HIGH_BITS):
        at = Evaluator(bits, {}, last=bits == HIGH_BITS, natural_log=natural_log)
        try:
            gold_value = at.value(gold)
        except PrecisionError:
            continue
        except (UndefinedError, TooLargeError):
            return undecided("gold_without_value", "the gold has no value that can be computed")
        try:
            value = at.value(answer)
        except PrecisionError:
            continue
        except UndefinedError:
            return different("undefined", "the answer has no value")
        except TooLargeError as error:
            return over_limit(str(error))
        same = agree(at, gold_value, value)
        if same is False:
            return _within_rounding(at, gold, answer, gold_value, value, tolerance)
        if same and _is_exact(gold_value) and _is_exact(value):
            return equal("exact", "equal as exact numbers")
        if same and at.rounded:
            return over_limit("numbers too long to compare to the last digit")
        if same and bits == HIGH_BITS:
            return equal("value", "equal to 150 digits")
    return undecided("precision", "too many digits cancel")


def agree(at: Evaluator, left: Number, right: Number) -> bool | None:
    """Return whether two values are equal as far as their digits go; None: more digits are needed."""
    if _is_exact(left) and _is_exact(right):
        return bool(left == right)
    x, y = at.inexact(left), at.inexact(right)
    gap = x - y
    if gap == 0:
        return True
    if not x or not y:
        return False
    agreed = max(at.mp.mag(x), at.mp.mag(y)) - at.mp.mag(gap)
    trusted = at.bits - at.lost - 20
    if trusted < 50 and not at.last:
        return None
    if agreed >= trusted:
        return True
    return False if agreed < trusted - 40 or at.last else None


def _is_exact(number: Number) -> bool:
    return isinstance(number, int | Fraction)


def _within_rounding(
    at: Evaluator,
    gold: Expr,
    answer: Expr,
    gold_value: Number,
    value: Number,
    tolerance: Tolerance,
) -> Decision:
    """Decide between two unequal numbers: the gold may be rounded, or the spec may be tolerant."""
    if tolerance.relative is not None and gold_value:
        allowed = Fraction(str(tolerance.relative))
        wanted = at.inexact(gold_value)
        if abs(at.inexact(value) - wanted) <= at.inexact(allowed) * abs(wanted):
            return equal("tolerance", f"within the relative tolerance of {tolerance.relative:g}")
        return different("tolerance", f"outside the relative tolerance of {tolerance.relative:g}")
    unit = last_place(gold)
    if unit is None or not _is_exact(gold_value) or isinstance(value, at.mp.mpc):
        return different("value", "the values differ")
    written = last_place(answer)
    if written is not None and written > unit:
        return different("fewer_decimals", "the answer has fewer decimals than the gold")
    if _rounds_to(at, value, gold_value, unit):
        return equal("rounded", "rounds to the gold at the gold's own precision")
    return different("value", "the values differ, also at the gold's precision")


def _rounds_to(at: Evaluator, value: Number, gold: int | Fraction, unit: Fraction) -> bool:
    if not _is_exact(value):
        return bool(abs(value - at.inexact(gold)) < at.inexact(unit / 2))
    gap = abs(Fraction(value) - gold)
    if gap != unit / 2:
        return gap < unit / 2
    # A tie: half up (away from zero) or half to even, whichever the author used.
    return abs(value) < abs(gold) or (gold / unit).numerator % 2 == 0


def last_place(expr: Expr) -> Fraction | None:
    """Return the worth of the last written decimal of a decimal numeral; None for anything else."""
    match expr:
        case Num(_, int(places)):
            return Fraction(10) ** -places
        case Neg(arg):
            return last_place(arg)
        case Call("percent", (arg,)):
            unit = last_place(arg)
            return None if unit is None else unit / 100
        case Prod((Num(_, int()) as decimal, Pow(Num(10), Num(int(power)))), ()):
            return (last_place(decimal) or 1) * Fraction(10) ** _small(power)
        case Prod((Num(_, int()) as decimal, Pow(Num(10), Neg(Num(int(power))))), ()):
            return (last_place(decimal) or 1) / Fraction(10) ** _small(power)
    return None


def _small(power: int) -> int:
    return max(-5000, min(power, 5000))


# ------------------------------------------------------------------------------------------ functions


def _compare_functions(
    gold: Expr, answer: Expr, tolerance: Tolerance, *, natural_log: bool
) -> Decision:
    del tolerance  # numbers only
    points = {bits: sample_points(gold, answer, bits=bits) for bits in (LOW_BITS, HIGH_BITS)}
    for real in (True, False) if not _has_imaginary(gold, answer) else (False,):
        n_usable = 0
        for row in range(N_POINTS):
            point = {bits: rows[row] for bits, rows in points.items()}
            same = _agree_at(point, gold, answer, real=real, natural_log=natural_log)
            if isinstance(same, Decision):
                return same
            if same is False:
                return different("sampled", "the two differ at a point")
            n_usable += bool(same)
        if n_usable >= _MIN_POINTS:
            return equal("sampled", f"equal at {n_usable} points to 50 digits")
    return undecided("sampled_nowhere", "no points at which both can be evaluated")


def _agree_at(
    point: Mapping[int, Mapping[str, Number]],
    gold: Expr,
    answer: Expr,
    *,
    real: bool,
    natural_log: bool,
) -> bool | Decision | None:
    """Return whether both agree at a sample point; None: one has no value there; a decision: too costly."""
    for bits in (LOW_BITS, HIGH_BITS):
        at = Evaluator(bits, point[bits], last=bits == HIGH_BITS, real=real, natural_log=natural_log)
        try:
            gold_value = at.value(gold)
        except PrecisionError:
            continue
        except (UndefinedError, TooLargeError):
            return None
        try:
            same = agree(at, gold_value, at.value(answer))
        except PrecisionError:
            continue
        except UndefinedError:
            return None
        except TooLargeError as error:
            return over_limit(str(error))
        if same is not None:
            return same
    return None


def sample_points(*exprs: Expr, bits: int = LOW_BITS) -> tuple[Mapping[str, Number], ...]:
    """Return the fixed points at which ``exprs`` are compared: a value for every variable of any."""
    names = frozenset().union(*map(symbols, exprs))
    return _points(names, frozenset().union(*map(_integer_names, exprs)), bits)


@lru_cache(maxsize=512)
def _points(
    names: frozenset[str], whole: frozenset[str], bits: int
) -> tuple[Mapping[str, Number], ...]:
    mp = context(bits)
    points = []
    for row, (first, signs) in enumerate(_ROWS):
        point: dict[str, Number] = {}
        for place, name in enumerate(sorted(names)):
            if name in whole:
                point[name] = row + 1 + 2 * place
                continue
            size = abs(first) * (1 + Fraction((place * 37 + row * 11) % 101, 101))
            sign = -1 if signs[place % len(signs)] == "-" else 1
            point[name] = sign * mp.mpf(size.numerator) / size.denominator
        points.append(point)
    return tuple(points)


def _integer_names(expr: Expr) -> frozenset[str]:
    """Return the variables that only whole numbers make sense for: exponents of -1, factorials, remainders."""
    match expr:
        case Call(name, args) if name in _INTEGER_CALLS:
            return frozenset().union(*map(symbols, args))
        case Pow(Neg(Num()), exponent):
            return symbols(exponent)
    return frozenset().union(*map(_integer_names, children(expr)))


# ------------------------------------------------------------------------------------------- special


def _compare_infinities(gold: Expr, answer: Expr) -> Decision:
    left, right = infinite_sign(gold), infinite_sign(answer)
    if left is None:
        return undecided("infinite", "the gold is an expression with infinity")
    if left and left == right:
        return equal("infinite", "the same infinity")
    return different("infinite", "one is infinite, the other is not the same infinity")


def infinite_sign(expr: Expr) -> int | None:
    """Return 1 or -1 for plus and minus infinity, 0 for what holds no infinity, None for what merely holds one."""
    match expr:
        case Const("oo"):
            return 1
        case Neg(arg):
            sign = infinite_sign(arg)
            return None if sign is None else -sign
    return None if _has_infinity(expr) else 0


def _has_infinity(expr: Expr) -> bool:
    return _any(expr, lambda node: isinstance(node, Const) and node.name == "oo")


def _has_imaginary(*exprs: Expr) -> bool:
    return any(
        _any(expr, lambda node: isinstance(node, Const) and node.name == "i") for expr in exprs
    )


def _uses_plain_log(expr: Expr) -> bool:
    return _any(
        expr, lambda node: isinstance(node, Call) and node.name == "log" and len(node.args) == 1
    )


def _any(expr: Expr, test: Callable[[Expr], bool]) -> bool:
    return test(expr) or any(_any(child, test) for child in children(expr))


def difference(left: Expr, right: Expr) -> Expr:
    """Return ``left - right``."""
    return Sum((left, Neg(right)))
