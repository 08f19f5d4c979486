"""Numbers with units, per cent and degrees.

Where both sides have a unit they are converted and compared; a unit that only one side states is
taken as understood, because questions say "in cm". Per cent and degrees may be read as units or as
values.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from reward_verifiers.math.decision import Decision, different, equal
from reward_verifiers.math.expressions import fraction_of
from reward_verifiers.math.nodes import Call, Const, Expr, Neg, Num, Pow, Prod, Scalar, Sum, Sym
from reward_verifiers.math.parameters import number
from reward_verifiers.math.rounding import Tolerance
from reward_verifiers.math.scalars import compare_scalars
from reward_verifiers.math.words import is_harmless
from reward_verifiers.units import Unit, conversion

_UNSPECIFIED = re.compile(r"units?(?:\^([23]))?")
_SIGNS = ("percent", "deg")


def compare_quantities(gold: Scalar, answer: Scalar, tolerance: Tolerance) -> Decision:
    """Decide whether two expressions with their units are equal."""
    if answer.noun not in ("", gold.noun) and not is_harmless(answer.noun):
        return different("words", "words beside the value that do not only name what it counts")
    gold, answer = _signed(gold), _signed(answer)
    if (gold.unit is None) != (answer.unit is None) and _is_rate(gold.unit or answer.unit):
        understood = _with_signs(gold.expr, answer.expr, tolerance)
        if understood.equal:
            return understood
    if gold.unit is None and answer.unit is not None:
        if _has_sign(gold.expr):
            return _sign_and_unit(answer.unit, gold.expr, answer.expr, tolerance)
        answer = _unscaled(answer)
    elif answer.unit is None and gold.unit is not None:
        if _has_sign(answer.expr):
            return _sign_and_unit(gold.unit, gold.expr, answer.expr, tolerance)
        gold = _unscaled(gold)
        answer = replace(answer, expr=_without_letter(answer.expr, gold.unit))
    if gold.unit is not None and answer.unit is not None:
        return _converted(gold, answer, tolerance)
    return _with_signs(gold.expr, answer.expr, tolerance)


def _has_sign(expr: Expr) -> bool:
    return any(_bare(expr, sign) is not None for sign in _SIGNS)


def _sign_and_unit(unit: Unit, gold: Expr, answer: Expr, tolerance: Tolerance) -> Decision:
    """Compare per cent or degrees with something that has a unit: only radians will do."""
    if not unit.dimensionless and unit.symbol != "rad":
        return different("unit", "the unit measures something else than the gold's")
    return compare_scalars(gold, answer, tolerance)


def _signed(value: Scalar) -> Scalar:
    """Return ``value`` with per cent and degrees as signs of the expression, not as units."""
    if value.unit is None:
        return value
    if value.unit.symbol in ("%", "percent"):
        return Scalar(Call("percent", (value.expr,)))
    if value.unit.symbol == "\N{DEGREE SIGN}":
        return Scalar(Call("deg", (value.expr,)))
    return value


def _is_rate(unit: Unit | None) -> bool:
    """Whether ``unit`` is one of two of a kind: 14 hours per week are 14, and a twelfth too."""
    return unit is not None and unit.dimensionless and "^-" in unit.symbol


def _unscaled(value: Scalar) -> Scalar:
    """Return ``value`` with a scale word multiplied out: 3 million is 3000000, not 3 of a unit."""
    unit = value.unit
    if unit is None or not unit.dimensionless or unit.factor == 1:
        return value
    return Scalar(Prod((value.expr, number(unit.factor))))


def _without_letter(expr: Expr, unit: Unit | None) -> Expr:
    """Return the 5 of ``5m`` where the gold is in metres."""
    match expr:
        case Prod((*rest, Sym(name)), ()) if unit is not None and name == unit.symbol and rest:
            return rest[0] if len(rest) == 1 else Prod(tuple(rest))
    return expr


def _converted(gold: Scalar, answer: Scalar, tolerance: Tolerance) -> Decision:
    assert gold.unit is not None
    assert answer.unit is not None
    if gold.unit == answer.unit:
        return compare_scalars(gold.expr, answer.expr, tolerance)
    if _is_unspecified(gold.unit, answer.unit) or _is_unspecified(answer.unit, gold.unit):
        return compare_scalars(gold.expr, answer.expr, tolerance)
    plain = gold.unit.dimensionless and answer.unit.dimensionless
    if plain and _power(gold.unit) != _power(answer.unit):
        return different("unit", "another unit than the gold's")
    step = conversion(answer.unit, gold.unit)
    if step is None:
        return different("unit", "the unit measures something else than the gold's")
    expr = answer.expr
    if step.factor != 1 or step.pi:
        powers = (Pow(Const("pi"), Num(step.pi)),) if step.pi else ()
        expr = Prod((expr, number(step.factor), *powers))
    if step.shift:
        expr = Sum((expr, number(step.shift)))
    decision = compare_scalars(gold.expr, expr, tolerance)
    return equal("unit", "equal after converting the unit") if decision.equal else decision


def _is_unspecified(unit: Unit, other: Unit) -> bool:
    """Whether one says "square units" and the other names a unit of area; so for other powers."""
    match = _UNSPECIFIED.fullmatch(unit.symbol)
    return match is not None and other.dimension == (("m", Fraction(match[1] or 1)),)


def _power(unit: Unit) -> str:
    return unit.symbol.partition("^")[2]


def _with_signs(gold: Expr, answer: Expr, tolerance: Tolerance) -> Decision:
    """Compare expressions of which one may carry a sign that the other leaves out."""
    decision = compare_scalars(gold, answer, tolerance)
    if decision.equal:
        return decision
    for sign in _SIGNS:
        bare_gold, bare_answer = _bare(gold, sign), _bare(answer, sign)
        if (bare_gold is None) == (bare_answer is None):
            continue
        if sign == "percent" and not _is_count(bare_gold or gold):
            continue
        as_unit = compare_scalars(bare_gold or gold, bare_answer or answer, tolerance)
        if as_unit.equal:
            return equal(sign, "equal, the sign being understood on one side")
    return decision


def _bare(expr: Expr, sign: str) -> Expr | None:
    """Return what stands before the sign at the end of ``expr``; None where there is none."""
    match expr:
        case Call(name, (arg,)) if name == sign:
            return arg
        case Neg(arg):
            inner = _bare(arg, sign)
            return None if inner is None else Neg(inner)
    return None


def _is_count(expr: Expr) -> bool:
    """Whether a number is at least 1: 50 can mean 50 %, but 0.5 is a proportion already."""
    value = fraction_of(expr)
    return value is None or abs(value) >= 1
