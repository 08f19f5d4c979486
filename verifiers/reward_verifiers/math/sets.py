"""Sets of real numbers: intervals, inequalities, unions and what is left out, in one form.

Ends that are numbers are ordered by value, so that unions merge and differences can be taken. Ends
with variables in them cannot be ordered: such a union is kept as written, and its difference is not
readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reward_verifiers.math.evaluate import Evaluator, PrecisionError, UndefinedError, context
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import (
    EMPTY,
    INFINITY,
    MINUS_INFINITY,
    REALS,
    Call,
    Expr,
    Interval,
    Items,
    Neg,
    Num,
    RealSet,
    Scalar,
    Sym,
    Value,
    Words,
    symbols,
)
from reward_verifiers.math.parameters import signs_expanded
from reward_verifiers.math.scalars import LOW_BITS, infinite_sign
from reward_verifiers.math.tokens import Token, UnreadableError

_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "=": "="}
_MAX_PARTS = 100


def as_set(value: Value) -> RealSet | None:
    """Return the set of reals that ``value`` can be read as; None: it is none."""
    match value:
        case RealSet():
            return value
        case Items("tuple" | "bracket" as style, (Scalar(low), Scalar(high)) as ends):
            closed = style == "bracket"
            if _falls(low, high) or (not closed and order(low) == order(high) is not None):
                return None  # (8, -2) and (3, 3) are points, and no intervals without any number
            return interval(ends, has_low=closed, has_high=closed)
        case Items("set", items) if all(isinstance(item, Scalar) for item in items):
            return RealSet(
                tuple(
                    Interval(item.expr, item.expr, True, True)
                    for item in items
                    if isinstance(item, Scalar)
                )
            )
    return None


def interval(ends: Sequence[Value], *, has_low: bool, has_high: bool) -> RealSet:
    """Return the interval between two scalars; an infinite end is never included."""
    if len(ends) != 2:
        raise UnreadableError("an interval has two ends")
    low, high = ends
    if not isinstance(low, Scalar) or not isinstance(high, Scalar):
        raise UnreadableError("an interval between what are no numbers")
    if _falls(low.expr, high.expr):
        raise UnreadableError("an interval from a greater number to a smaller one")
    return RealSet(
        (
            Interval(
                low.expr,
                high.expr,
                has_low and not infinite_sign(low.expr),
                has_high and not infinite_sign(high.expr),
            ),
        )
    )


def _falls(low: Expr, high: Expr) -> bool:
    """Whether two ends are known to stand in falling order."""
    first, second = order(low), order(high)
    return first is not None and second is not None and bool(first > second)


def unbounded(items: Sequence[Value], opener: str, closer: str) -> RealSet | None:
    """Return the interval that two items in brackets must be because an end is infinite."""
    if len(items) != 2 or opener not in "([" or closer not in ")]":
        return None
    low, high = items
    if not isinstance(low, Scalar) or not isinstance(high, Scalar):
        return None
    if infinite_sign(low.expr) == -1 or infinite_sign(high.expr) == 1:
        return interval(items, has_low=opener == "[", has_high=closer == "]")
    return None


def from_inequality(sides: Sequence[Expr], ops: Sequence[str]) -> RealSet | None:
    """Return the solutions of ``x < 2``, ``1 < x <= 2``; None: no variable stands alone."""
    if len(ops) == 1:
        return _from_one_sign(sides[0], sides[1], ops[0])
    if len(ops) != 2 or not _is_variable(sides[1]) or "!=" in ops:
        return None
    low, middle, high = sides
    if symbols(middle) & (symbols(low) | symbols(high)) or ops[0][0] != ops[1][0]:
        return None
    if ops[0].startswith(">"):
        low, high, ops = high, low, (_MIRROR[ops[1]], _MIRROR[ops[0]])
    part = Interval(low, high, ops[0] == "<=", ops[1] == "<=")
    return RealSet((part,), _name(middle))


def _from_one_sign(left: Expr, right: Expr, op: str) -> RealSet | None:
    """Return the solutions of an inequality with one sign; None: no variable stands alone."""
    if isinstance(left, Sym) and isinstance(right, Sym):
        return None  # a relation between two names: no one of them is the unknown
    if isinstance(left, Neg) and _is_variable(left.arg) and op != "!=":
        left, right, op = left.arg, Neg(right), _MIRROR[op]  # other forms may restate the problem
    signs = signs_expanded(right)
    if signs is not None and op == "!=" and isinstance(left, Sym):
        points = RealSet(tuple(Interval(point, point, True, True) for point in signs))
        return replace(complement(points), variable=left.name)
    if isinstance(right, Call):
        left, right, op = right, left, _MIRROR[op]
    if isinstance(left, Call) and left.name == "abs" and _is_variable(left.args[0]):
        return _around_zero(left.args[0], op, right)
    if _is_variable(left) and not symbols(left) & symbols(right):
        return _ray(left, op, right)
    if _is_variable(right) and not symbols(left) & symbols(right):
        return _ray(right, _MIRROR[op], left)
    return None


def _around_zero(variable: Expr, op: str, size: Expr) -> RealSet | None:
    """Return the solutions of ``|x| < size``."""
    value = order(size)
    if value is None or value < 0 or op not in ("<", "<=", ">", ">="):
        return None
    inside = RealSet((Interval(Neg(size), size, op in ("<=", ">"), op in ("<=", ">")),))
    found = tidy(inside) if op in ("<", "<=") else complement(inside)
    return replace(found, variable=_name(variable))


def _ray(variable: Expr, op: str, end: Expr) -> RealSet:
    below = Interval(MINUS_INFINITY, end, False, op == "<=")
    above = Interval(end, INFINITY, op == ">=", False)
    parts = {"<": (below,), "<=": (below,), ">": (above,), ">=": (above,), "!=": (below, above)}
    return RealSet(parts[op], _name(variable))


def _is_variable(expr: Expr) -> bool:
    """Whether ``expr`` is an unknown: ``x``, or ``f(x)``."""
    match expr:
        case Call(name, (Sym(),)):
            return name.startswith(":")
    return isinstance(expr, Sym)


def _name(expr: Expr) -> str:
    assert isinstance(expr, Sym | Call)
    return expr.name


# -------------------------------------------------------------------------------------- set algebra


def combined(parts: Sequence[Value], *, union: bool | None) -> RealSet:
    """Return what sets of one variable are together: a union, or an intersection; None: either.

    "x > 1, x < 2" bounds x from both sides; "x < 1, x > 2" can only mean either.
    """
    found = [part for part in parts if isinstance(part, RealSet)]
    names = {part.variable for part in found}
    if len(names) != 1:
        raise UnreadableError("conditions on more than one variable")
    total = found[0]
    for part in found[1:]:
        if union:
            total = operate(total, "cup", part)
            continue
        common = operate(total, "cap", part)
        total = common if common.parts or union is False else operate(total, "cup", part)
    return replace(total, variable=found[0].variable)


def operate(left: RealSet, sign: str, right: RealSet) -> RealSet:
    """Return the union (cup), intersection (cap) or difference (minus) of two sets."""
    if sign == "cup":
        return tidy(RealSet(left.parts + right.parts, left.variable))
    if sign == "minus":
        right = complement(right)
    parts = []
    for one in left.parts:
        for other in right.parts:
            parts.append(_common(one, other))
            if len(parts) > _MAX_PARTS:
                raise UnreadableError("a set of too many parts")
    return tidy(RealSet(tuple(parts), left.variable))


def complement(of: RealSet) -> RealSet:
    """Return the reals that are not in ``of``."""
    ordered = tidy(of)
    if any(order(part.low) is None or order(part.high) is None for part in ordered.parts):
        raise UnreadableError("a difference of sets whose ends cannot be ordered")
    parts = []
    low: Expr = MINUS_INFINITY
    has_low = False
    for part in ordered.parts:
        parts.append(Interval(low, part.low, has_low, not part.has_low))
        low, has_low = part.high, not part.has_high
    parts.append(Interval(low, INFINITY, has_low, False))
    return tidy(RealSet(tuple(parts), of.variable))


def without_points(parts: Sequence[Value]) -> RealSet | None:
    r"""Return the set that ``x \ne 1, 2`` is; None: it is something else."""
    first = parts[0]
    if not isinstance(first, RealSet) or not first.variable or len(first.parts) != 2:
        return None
    if first.parts[0].high != first.parts[1].low or not all(
        isinstance(p, Scalar) for p in parts[1:]
    ):
        return None
    points = as_set(Items("set", tuple(parts[1:])))
    assert points is not None
    return operate(first, "minus", points)


def points_of(of: RealSet) -> Items | None:
    """Return the numbers of a set that is nothing but single numbers; else None."""
    if not of.parts or any(part.low != part.high for part in of.parts):
        return None
    return Items("set", tuple(Scalar(part.low) for part in of.parts))


def tidy(of: RealSet) -> RealSet:
    """Return ``of`` with its parts in order and merged, where its ends can be ordered."""
    keyed = []
    for part in of.parts[: _MAX_PARTS + 1]:
        low, high = order(part.low), order(part.high)
        if low is None or high is None:
            return of
        if low < high or (low == high and part.has_low and part.has_high):
            keyed.append((low, not part.has_low, high, part))
    if len(of.parts) > _MAX_PARTS:
        raise UnreadableError("a set of too many parts")
    keyed.sort(key=lambda entry: entry[:3])
    merged: list[Interval] = []
    for _low, _open, _high, part in keyed:
        if merged and _touches(merged[-1], part):
            merged[-1] = _joined(merged[-1], part)
        else:
            merged.append(part)
    return replace(of, parts=tuple(merged))


def _touches(left: Interval, right: Interval) -> bool:
    end, start = order(left.high), order(right.low)
    return start < end or (start == end and (left.has_high or right.has_low))


def _joined(left: Interval, right: Interval) -> Interval:
    end, other = order(left.high), order(right.high)
    has_low = left.has_low or (order(left.low) == order(right.low) and right.has_low)
    if other > end:
        return Interval(left.low, right.high, has_low, right.has_high)
    has_high = left.has_high or (other == end and right.has_high)
    return Interval(left.low, left.high, has_low, has_high)


def _common(left: Interval, right: Interval) -> Interval:
    ends = [order(end) for end in (left.low, left.high, right.low, right.high)]
    if any(end is None for end in ends):
        raise UnreadableError("sets whose ends cannot be ordered")
    low, has_low = max(
        ((left.low, left.has_low), (right.low, right.has_low)),
        key=lambda end: (order(end[0]), not end[1]),
    )
    high, has_high = min(
        ((left.high, left.has_high), (right.high, right.has_high)),
        key=lambda end: (order(end[0]), end[1]),
    )
    return Interval(low, high, has_low, has_high)


def order(end: Expr) -> Any:
    """Return a number to order ``end`` by; None where it has variables or no real value."""
    sign = infinite_sign(end)
    mp = context(LOW_BITS)
    if sign:
        return sign * mp.inf
    if sign is None or symbols(end):
        return None
    try:
        at = Evaluator(LOW_BITS, {}, real=True)
        value = at.value(end)
    except (UndefinedError, TooLargeError, PrecisionError):
        return None
    number = at.inexact(value)
    return None if isinstance(number, mp.mpc) else number


def named(tokens: Sequence[Token]) -> RealSet | None:
    r"""Return the named set that ``tokens`` are: ``\mathbb{R}^+``, ``\emptyset``."""
    texts = [token.text for token in tokens if token.text not in "{}"]
    if texts and texts[0] == "R" and tokens[0].kind in ("set", "sym"):
        if len(texts) == 1:
            return REALS
        if texts[1:] in (["^", "+"], ["_", "+"]):
            return RealSet((Interval(Num(0), INFINITY, False, False),))
        if texts[1:] in (["^", "-"], ["_", "-"]):
            return RealSet((Interval(MINUS_INFINITY, Num(0), False, False),))
    return EMPTY if texts == ["empty"] and tokens[0].kind == "set" else None


def symbol(tokens: Sequence[Token]) -> Words | None:
    """Return the name of another set than the reals: integers, rationals."""
    if len(tokens) == 1 and tokens[0].kind == "set":
        return Words(f"the set {tokens[0].text}")
    return None
