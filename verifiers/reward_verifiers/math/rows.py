"""Compares rows, matrices and sets of reals: part by part, in order or in any."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reward_verifiers.math import sets
from reward_verifiers.math.comparing import OTHER_KIND, Comparer
from reward_verifiers.math.decision import Decision, Finding, different, equal
from reward_verifiers.math.expressions import fraction_of
from reward_verifiers.math.nodes import (
    Expr,
    Interval,
    Items,
    Labelled,
    Matrix,
    Num,
    RealSet,
    Scalar,
    Value,
    symbols,
)
from reward_verifiers.math.parameters import substitute
from reward_verifiers.math.scalars import compare_scalars

_MAX_MATCHED = 40
"""Unordered rows longer than this are compared as exact numbers or in order, not each with each."""

_UNORDERED = frozenset((("list", "list"), ("list", "set"), ("set", "list"), ("set", "set")))
_VECTORS = frozenset(("tuple", "angle", "bracket", "list"))
_UNIT_VECTORS = ("vec:i", "vec:j", "vec:k")


def compare_rows(gold: Items, answer: Items, by: Comparer) -> Decision:
    """Decide between two rows, each in brackets of some style or in none."""
    labelled = _labelled_rows(gold, answer, by)
    if labelled is not None:
        return labelled
    styles = gold.style, answer.style
    if "set" in styles and styles[0] != styles[1]:
        for row, other in ((gold, answer), (answer, gold)):
            if row.style == "set" and len(row.items) == 1 and isinstance(row.items[0], Items):
                return by.compare(row.items[0], other)
    if styles == ("set", "set"):
        gold, answer = _distinct(gold), _distinct(answer)
    if len(gold.items) != len(answer.items):
        return different("length", f"{len(answer.items)} values, not {len(gold.items)}")
    if styles in _UNORDERED:
        return _unordered(gold.items, answer.items, by)
    if "set" in styles:
        return different("kind", "a set is no row")
    if _is_one_an_interval(gold, answer):
        return different("kind", "a closed interval is no list, point or open interval")
    return _ordered(gold.items, answer.items, by)


def _is_one_an_interval(gold: Items, answer: Items) -> bool:
    """Whether one of two rows is a closed interval, and the other is not meant as one."""
    styles = {gold.style, answer.style}
    if styles == {"tuple", "bracket"}:
        return len(gold.items) < 3
    return styles == {"list", "bracket"} and bool(sets.as_set(gold) or sets.as_set(answer))


def _distinct(row: Items) -> Items:
    """Return a set without what it says twice."""
    return Items(row.style, tuple(dict.fromkeys(row.items)))


def _labelled_rows(gold: Items, answer: Items, by: Comparer) -> Decision | None:
    """Compare rows of which one has names: by name, or in the order of the names."""
    ours, theirs = _named(gold), _named(answer)
    if ours is None and theirs is None:
        return None
    if ours is not None and theirs is not None:
        if len(set(ours)) == len(ours) and sorted(ours) == sorted(theirs):
            order = [theirs.index(name) for name in ours]
            return _ordered(gold.items, [answer.items[at] for at in order], by)
        if len(ours) != len(theirs):
            return different("length", f"{len(theirs)} values, not {len(ours)}")
        return _unordered(gold.items, answer.items, by)
    decision = by.compare(_unnamed(gold, ours), _unnamed(answer, theirs))
    if not decision.equal and theirs is not None:
        return by.compare(gold, _unnamed(answer, theirs, by_name=True))
    return decision


def _named(row: Items) -> list[str] | None:
    names = [item.label for item in row.items if isinstance(item, Labelled)]
    return names if len(names) == len(row.items) and row.style == "list" else None


def _unnamed(row: Items, names: list[str] | None, *, by_name: bool = False) -> Value:
    """Return the bare values: of one name a list, of several a point, as written or by name."""
    if names is None:
        return row
    values = [item.value for item in row.items if isinstance(item, Labelled)]
    if len(set(names)) == 1:
        return Items("list", tuple(values))
    if by_name:
        order = sorted(range(len(names)), key=names.__getitem__)
        values = [values[at] for at in order]
    return Items("tuple", tuple(values))


def _ordered(gold: Sequence[Value], answer: Sequence[Value], by: Comparer) -> Decision:
    for ours, theirs in zip(gold, answer, strict=True):
        if _other_noun(ours, theirs):
            return different("row", "a number of other things")
        decision = by.compare(ours, theirs)
        if not decision.equal:
            return decision
    return equal("row", "equal value by value")


def _unordered(gold: Sequence[Value], answer: Sequence[Value], by: Comparer) -> Decision:
    ours, theirs = _exact(gold), _exact(answer)
    if ours is not None and theirs is not None and ours == theirs:
        return equal("row", "the same exact values")
    if len(gold) > _MAX_MATCHED:
        return _ordered(gold, answer, by)
    left = list(answer)
    undecided_one: Decision | None = None
    for value in gold:
        for place, candidate in enumerate(left):
            if _other_noun(value, candidate):
                continue
            decision = by.compare(value, candidate)
            if decision.equal:
                del left[place]
                break
            if decision.finding is not Finding.DIFFERENT:
                undecided_one = decision
        else:
            return undecided_one or different("row", "a value of the gold is missing")
    return equal("row", "the same values in any order")


def _other_noun(one: Value, other: Value) -> bool:
    """Whether two values of a row count different things: red ones and blue ones."""
    nouns = [_noun(value) for value in (one, other)]
    return all(nouns) and nouns[0] != nouns[1]


def _noun(value: Value) -> str:
    if not isinstance(value, Scalar):
        return ""
    noun = value.unit.symbol if value.unit and value.unit.dimensionless else value.noun
    return noun.removesuffix("s")


def _exact(values: Sequence[Value]) -> list[Fraction] | None:
    numbers = [
        fraction_of(value.expr)
        if isinstance(value, Scalar) and value.unit is None and not value.noun
        else None
        for value in values
    ]
    found = [number for number in numbers if number is not None]
    return sorted(found) if len(found) == len(values) else None


def compare_matrix(
    matrix: Matrix, other: Value, by: Comparer, *, swapped: bool = False
) -> Decision:
    """Compare a matrix with a matrix, or a vector with a row in any notation of vectors."""
    match other:
        case Matrix(rows):
            if [len(row) for row in matrix.rows] != [len(row) for row in rows]:
                return different("shape", "a matrix of another shape")
            ours = [cell for row in matrix.rows for cell in row]
            theirs = [cell for row in rows for cell in row]
        case Items(style, items) if style in _VECTORS and 1 in (
            len(matrix.rows),
            len(matrix.rows[0]),
        ):
            ours = [cell for row in matrix.rows for cell in row]
            theirs = list(items)
            if len(ours) != len(theirs):
                return different("shape", "a vector of another length")
        case Scalar(expr) if is_vector(expr):
            cells = tuple(cell for row in matrix.rows for cell in row)
            return compare_components(cells, expr, by)
        case _:
            return OTHER_KIND
    return _ordered(theirs, ours, by) if swapped else _ordered(ours, theirs, by)


def is_vector(expr: Expr) -> bool:
    """Whether ``expr`` is written in the unit vectors i, j, k."""
    return not symbols(expr).isdisjoint(_UNIT_VECTORS)


def compare_components(items: Sequence[Value], expr: Expr, by: Comparer) -> Decision:
    r"""Compare a row with ``3\mathbf{i} + 2\mathbf{j}``."""
    if len(items) not in (2, 3):
        return OTHER_KIND
    for axis in range(3):
        component = expr
        for place, name in enumerate(_UNIT_VECTORS):
            component = substitute(component, name, Num(int(place == axis)))
        wanted = items[axis] if axis < len(items) else Scalar(Num(0))
        if not isinstance(wanted, Scalar):
            return OTHER_KIND
        decision = compare_scalars(wanted.expr, component, by.tolerance)
        if not decision.equal:
            return decision
    return equal("row", "equal component by component")


def compare_sets(gold: RealSet, answer: RealSet, by: Comparer) -> Decision:
    """Decide between two sets of real numbers."""
    if gold.variable and answer.variable and gold.variable != answer.variable:
        return different("set", "a condition on another variable")
    ours, theirs = sets.tidy(gold).parts, sets.tidy(answer).parts
    if len(ours) != len(theirs):
        return different("set", "another set")
    for one, other in zip(ours, theirs, strict=True):
        decision = _intervals(one, other, by)
        if not decision.equal:
            return decision
    return equal("set", "the same set of numbers")


def _intervals(gold: Interval, answer: Interval, by: Comparer) -> Decision:
    if (gold.has_low, gold.has_high) != (answer.has_low, answer.has_high):
        return different("set", "an end is included in one and not in the other")
    low = compare_scalars(gold.low, answer.low, by.tolerance)
    return compare_scalars(gold.high, answer.high, by.tolerance) if low.equal else low
