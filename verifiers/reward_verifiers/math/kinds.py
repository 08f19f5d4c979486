"""Compares two values by their kinds. One rule per pair of kinds; what has no rule differs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod

from reward_verifiers.math import sets
from reward_verifiers.math.decision import Decision, different, equal, over_limit
from reward_verifiers.math.expressions import fraction_of
from reward_verifiers.math.nodes import (
    Based,
    Choice,
    Clock,
    Congruence,
    Expr,
    Family,
    Interval,
    Items,
    Labelled,
    Matrix,
    Num,
    Prod,
    Ratio,
    RealSet,
    Relation,
    Scalar,
    Sym,
    Value,
    Words,
    symbols,
)
from reward_verifiers.math.parameters import (
    names_in,
    periodic_parameter,
    renamed_constants,
    shifted,
    signs_expanded,
    substitute,
    substitute_in,
)
from reward_verifiers.math.quantities import compare_quantities
from reward_verifiers.math.relations import compare_relations, mirrored
from reward_verifiers.math.rounding import Tolerance, last_place
from reward_verifiers.math.scalars import compare_scalars

_MAX_MATCHED = 40
"""Unordered rows longer than this are compared as exact numbers or in order, not each with each."""

_MAX_EXPANDED = 16
"""Points that a point with plus-minus signs stands for."""

_UNORDERED = frozenset((("list", "list"), ("list", "set"), ("set", "list"), ("set", "set")))
_VECTORS = frozenset(("tuple", "angle", "bracket", "list"))
_UNIT_VECTORS = ("vec:i", "vec:j", "vec:k")

OTHER_KIND = different("kind", "another kind of answer than the gold")


def compare(gold: Value, answer: Value, tolerance: Tolerance) -> Decision:
    """Decide whether ``answer`` equals ``gold``."""
    if gold == answer:
        return equal("same_form", "the same form")
    for rule in (_choices, _families, _labels, _approximations, _signs):
        decision = rule(gold, answer, tolerance)
        if decision is not None:
            return decision
    match gold, answer:
        case Scalar(), Scalar():
            return _scalars(gold, answer, tolerance)
        case Relation(), Relation():
            return _relations(gold, answer, tolerance)
        case Based(), Based():
            return _same(gold == answer, "base", "another number, or in another base")
        case (Based(digits), Scalar(Num(value))) | (Scalar(Num(value)), Based(digits)):
            return _same(digits == str(value), "base", "other digits")
        case Ratio(parts), Ratio(others):
            return _ratios(parts, others, tolerance)
        case Congruence(), Congruence():
            return _congruences(gold, answer, tolerance)
    return _mixed(gold, answer, tolerance)


def _mixed(gold: Value, answer: Value, tolerance: Tolerance) -> Decision:
    """Compare values of which one is a set, a row, or something that also has another reading."""
    match gold, answer:
        case (Clock(minutes), Ratio(parts)) | (Ratio(parts), Clock(minutes)):
            return _same(_minutes(parts) == minutes, "clock", "another time of day")
        case Ratio((one, two)), Scalar(expr):
            return compare_scalars(Prod((one,), (two,)), expr, tolerance)
        case Scalar(expr), Ratio((one, two)):
            return compare_scalars(expr, Prod((one,), (two,)), tolerance)
        case (Congruence(value), Scalar(expr)) | (Scalar(expr), Congruence(value)):
            return compare_scalars(value, expr, tolerance)
        case (Words(text), Scalar(expr)) | (Scalar(expr), Words(text)) if text.isalpha():
            return compare_scalars(Prod(tuple(map(Sym, text))), expr, tolerance)
        case Matrix(), _ if not isinstance(answer, RealSet):
            return _matrices(gold, answer, tolerance)
        case _, Matrix():
            return _matrices(answer, gold, tolerance, swapped=True)
        case Items(), Items():
            return _rows(gold, answer, tolerance)
        case (Items("set", (only,)), Scalar()):
            return compare(only, answer, tolerance)
        case (Scalar(), Items("set", (only,))):
            return compare(gold, only, tolerance)
        case (Items(_, items), Scalar(expr)) | (Scalar(expr), Items(_, items)) if _is_vector(expr):
            return _components(items, expr, tolerance)
    one, other = sets.as_set(gold), sets.as_set(answer)
    if one is not None and other is not None:
        return _sets(one, other, tolerance)
    return OTHER_KIND


def _same(same: bool, rule: str, why_not: str) -> Decision:
    return equal(rule, "the same") if same else different(rule, why_not)


# ------------------------------------------------------------------- rules that look through a wrapping


def _choices(gold: Value, answer: Value, tolerance: Tolerance) -> Decision | None:
    """An option's letter, with or without what the option says."""
    if not isinstance(gold, Choice) and not isinstance(answer, Choice):
        return None
    letters = _letter(gold), _letter(answer)
    if all(letters):
        return _same(letters[0] == letters[1], "choice", "another option")
    if isinstance(answer, Choice):
        if answer.content is None:
            return OTHER_KIND
        return compare(gold, answer.content, tolerance)
    assert isinstance(gold, Choice)
    return OTHER_KIND if gold.content is None else compare(gold.content, answer, tolerance)


def _letter(value: Value) -> str:
    match value:
        case Choice(letter):
            return letter
        case Scalar(Sym(name)) if len(name) == 1 and name.isupper():
            return name
    return ""


def _families(gold: Value, answer: Value, tolerance: Tolerance) -> Decision | None:
    """Values for every integer, under any name of the integer."""
    named_gold = gold.parameter if isinstance(gold, Family) else ""
    named_answer = answer.parameter if isinstance(answer, Family) else ""
    one = gold.value if isinstance(gold, Family) else gold
    other = answer.value if isinstance(answer, Family) else answer
    parameter = named_gold or periodic_parameter(one, other)
    renamed = named_answer or periodic_parameter(other, one)
    if not parameter and not renamed:
        return None
    parameter = parameter or (renamed if renamed in names_in(one) else "")
    renamed = renamed or (parameter if parameter in names_in(other) else "")
    if (named_gold or named_answer) and (isinstance(one, RealSet) or isinstance(other, RealSet)):
        if named_gold != named_answer:
            return different("set", "integers alone in one, all reals in the other")
        return compare(one, other, tolerance)
    if not parameter or not renamed:
        return None if one is gold and other is answer else compare(one, other, tolerance)
    decision = None
    for candidate in shifted(other, renamed, parameter):
        attempt = compare(one, candidate, tolerance)
        if attempt.equal:
            return equal("parameter", "equal but for the name or start of an integer")
        decision = decision or attempt
    return decision


def _labels(gold: Value, answer: Value, tolerance: Tolerance) -> Decision | None:
    """A value with the name it was given; a bare value takes the name as understood."""
    match gold, answer:
        case Labelled(), Labelled():
            return _both_labelled(gold, answer, tolerance)
        case Labelled(label, value), _:
            if isinstance(answer, Relation):
                return _relations(_as_relation(gold), answer, tolerance)
            if label in names_in(value):
                return OTHER_KIND
            return compare(value, answer, tolerance)
        case _, Labelled(label, value):
            if isinstance(gold, Relation):
                return _relations(gold, _as_relation(answer), tolerance)
            if label in names_in(value) or isinstance(value, Relation) and "~" not in value.ops:
                return different("relation", "an equation, and the gold is none")
            return compare(gold, value, tolerance)
    return None


def _both_labelled(gold: Labelled, answer: Labelled, tolerance: Tolerance) -> Decision:
    same_name = gold.label == answer.label
    function_of_x = {len(gold.args), len(answer.args)} == {0, 1} and "y" in (
        gold.label,
        answer.label,
    )
    if same_name or function_of_x:
        value = answer.value
        if len(gold.args) == len(answer.args):
            for theirs, ours in zip(answer.args, gold.args, strict=True):
                if theirs != ours and ours in names_in(value):
                    return different("label", "a function of another variable")
                if theirs != ours and theirs.isalpha() and ours.isalpha():
                    value = substitute_in(value, theirs, Sym(ours))
        return compare(gold.value, value, tolerance)
    if names_in(gold.value) or names_in(answer.value):
        return _relations(_as_relation(gold), _as_relation(answer), tolerance)
    if (len(gold.label) > 2) != (len(answer.label) > 2):
        return compare(gold.value, answer.value, tolerance)
    return different("label", f"a value of {answer.label}, not of {gold.label}")


def _as_relation(value: Labelled) -> Relation:
    return Relation((Scalar(Sym(value.label)), value.value), ("=",))


def _approximations(gold: Value, answer: Value, tolerance: Tolerance) -> Decision | None:
    r"""``\sqrt2 \approx 1.41`` is its left side, if the right side is a rounding of it."""
    match answer:
        case Relation((Scalar(exact) as left, Scalar(rounded)), ("~",)):
            if last_place(rounded) is None or not compare_scalars(rounded, exact).equal:
                return different("approximation", "the two sides do not approximate each other")
            return compare(gold, left, tolerance)
    match gold:
        case Relation((left, right), ("~",)):
            first = compare(left, answer, tolerance)
            return first if first.equal else compare(right, answer, tolerance)
    return None


def _signs(gold: Value, answer: Value, tolerance: Tolerance) -> Decision | None:
    """A plus-minus sign stands for a list."""
    both, one = _expanded(gold), _expanded(answer)
    if both is None and one is None:
        return None
    return compare(both or gold, one or answer, tolerance)


def _expanded(value: Value) -> Value | None:
    match value:
        case Scalar(expr):
            parts = signs_expanded(expr)
            if parts is not None:
                return Items("list", tuple(Scalar(part, value.unit) for part in parts))
        case Items("list" | "set" as style, items):
            expanded = [_expanded(item) for item in items]
            if any(part is not None for part in expanded):
                flat: list[Value] = []
                for item, part in zip(items, expanded, strict=True):
                    flat.extend(part.items if isinstance(part, Items) else (item,))
                return Items(style, tuple(flat))
        case Items(style, items):
            choices = [_choices_of(item) for item in items]
            if 1 < prod(map(len, choices)) <= _MAX_EXPANDED:
                return Items("list", tuple(Items(style, tuple(row)) for row in product(*choices)))
    return None


def _choices_of(item: Value) -> tuple[Value, ...]:
    expanded = _expanded(item) if isinstance(item, Scalar) else None
    return expanded.items if isinstance(expanded, Items) else (item,)


# -------------------------------------------------------------------------------- scalars and relations


def _scalars(gold: Scalar, answer: Scalar, tolerance: Tolerance) -> Decision:
    decision = compare_quantities(gold, answer, tolerance)
    if decision.equal:
        return decision
    for renamed in renamed_constants(gold.expr, answer.expr):
        if compare_scalars(gold.expr, renamed).equal:
            return equal("constant", "equal but for the names of constants")
    return decision


def _relations(gold: Relation, answer: Relation, tolerance: Tolerance) -> Decision:
    if len(gold.ops) == 1 and len(answer.ops) == 1:
        one, other = _sides(gold), _sides(answer)
        if one and other:
            return compare_relations(one, other)
    if len(gold.ops) != len(answer.ops):
        return different("relation", "another relation than the gold")
    sides, ops = answer.sides, answer.ops
    for _ in range(2):
        if ops == gold.ops:
            decisions = [compare(a, b, tolerance) for a, b in zip(gold.sides, sides, strict=True)]
            if all(decision.equal for decision in decisions):
                return equal("relation", "the same relation between equal sides")
        turned = [mirrored(op) for op in reversed(ops)]
        if None in turned:
            break
        sides, ops = sides[::-1], tuple(op for op in turned if op)
    return different("relation", "another relation than the gold")


def _sides(relation: Relation) -> tuple[Expr, str, Expr] | None:
    left, right = relation.sides
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return left.expr, relation.ops[0], right.expr
    return None


def _ratios(gold: Sequence[Expr], answer: Sequence[Expr], tolerance: Tolerance) -> Decision:
    if len(gold) != len(answer):
        return different("ratio", "a ratio of another length")
    if Num(0) in (*gold, *answer):
        return _same(gold == answer, "ratio", "another ratio")
    for ours, theirs in zip(gold[1:], answer[1:], strict=True):
        decision = compare_scalars(Prod((gold[0], theirs)), Prod((answer[0], ours)), tolerance)
        if not decision.equal:
            return decision
    return equal("ratio", "the same ratio")


def _minutes(parts: Sequence[Expr]) -> int | None:
    match parts:
        case (Num(int(hours)), Num(int(minutes))):
            return hours * 60 + minutes
    return None


def _congruences(gold: Congruence, answer: Congruence, tolerance: Tolerance) -> Decision:
    if gold.variable and answer.variable and gold.variable != answer.variable:
        return different("congruence", "another variable")
    modulus = compare_scalars(gold.modulus, answer.modulus)
    if not modulus.equal:
        return modulus
    ours, theirs, by = map(fraction_of, (gold.value, answer.value, gold.modulus))
    if ours is not None and theirs is not None and by:
        return _same((ours - theirs) % by == 0, "congruence", "another residue")
    return compare_scalars(gold.value, answer.value, tolerance)


# ------------------------------------------------------------------------------ rows, matrices and sets


def _rows(gold: Items, answer: Items, tolerance: Tolerance) -> Decision:
    labelled = _labelled_rows(gold, answer, tolerance)
    if labelled is not None:
        return labelled
    styles = gold.style, answer.style
    if "set" in styles and styles[0] != styles[1]:
        for row, other in ((gold, answer), (answer, gold)):
            if row.style == "set" and len(row.items) == 1 and isinstance(row.items[0], Items):
                return compare(row.items[0], other, tolerance)
    if len(gold.items) != len(answer.items):
        return different("length", f"{len(answer.items)} values, not {len(gold.items)}")
    if styles in _UNORDERED:
        return _unordered(gold.items, answer.items, tolerance)
    if "set" in styles:
        return different("kind", "a set is no row")
    if set(styles) == {"tuple", "bracket"} and len(gold.items) < 3:
        return different("kind", "an open interval or point is no closed interval")
    return _ordered(gold.items, answer.items, tolerance)


def _labelled_rows(gold: Items, answer: Items, tolerance: Tolerance) -> Decision | None:
    """Compare rows of which one has names: by name, or in the order of the names."""
    ours, theirs = _named(gold), _named(answer)
    if ours is None and theirs is None:
        return None
    if ours is not None and theirs is not None:
        if len(set(ours)) == len(ours) and sorted(ours) == sorted(theirs):
            order = [theirs.index(name) for name in ours]
            return _ordered(gold.items, [answer.items[at] for at in order], tolerance)
        return _unordered(gold.items, answer.items, tolerance) if len(ours) == len(theirs) else OTHER_KIND  # fmt: skip
    decision = compare(_unnamed(gold, ours), _unnamed(answer, theirs), tolerance)
    if not decision.equal and theirs is not None:
        return compare(gold, _unnamed(answer, theirs, by_name=True), tolerance)
    return decision


def _named(row: Items) -> list[str] | None:
    names = [item.label for item in row.items if isinstance(item, Labelled)]
    return names if len(names) == len(row.items) and row.style == "list" else None


def _unnamed(row: Items, names: list[str] | None, *, by_name: bool = False) -> Value:
    """Return the bare values: of one name a list of its values, of several a point, as written or by name."""
    if names is None:
        return row
    values = [item.value for item in row.items if isinstance(item, Labelled)]
    if len(set(names)) == 1:
        return Items("list", tuple(values))
    if by_name:
        order = sorted(range(len(names)), key=names.__getitem__)
        values = [values[at] for at in order]
    return Items("tuple", tuple(values))


def _ordered(gold: Sequence[Value], answer: Sequence[Value], tolerance: Tolerance) -> Decision:
    for ours, theirs in zip(gold, answer, strict=True):
        if _other_noun(ours, theirs):
            return different("row", "a number of other things")
        decision = compare(ours, theirs, tolerance)
        if not decision.equal:
            return decision
    return equal("row", "equal value by value")


def _unordered(gold: Sequence[Value], answer: Sequence[Value], tolerance: Tolerance) -> Decision:
    ours, theirs = _exact(gold), _exact(answer)
    if ours is not None and theirs is not None and ours == theirs:
        return equal("row", "the same exact values")
    if len(gold) > _MAX_MATCHED:
        return _ordered(gold, answer, tolerance)
    left = list(answer)
    undecided_one: Decision | None = None
    for value in gold:
        for place, candidate in enumerate(left):
            if _other_noun(value, candidate):
                continue
            decision = compare(value, candidate, tolerance)
            if decision.equal:
                del left[place]
                break
            if decision.finding not in ("different",):
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


def _matrices(matrix: Matrix, other: Value, tolerance: Tolerance, *, swapped: bool = False) -> Decision:  # fmt: skip
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
        case Scalar(expr) if _is_vector(expr):
            cells = tuple(cell for row in matrix.rows for cell in row)
            return _components(cells, expr, tolerance)
        case _:
            return OTHER_KIND
    return _ordered(theirs, ours, tolerance) if swapped else _ordered(ours, theirs, tolerance)


def _is_vector(expr: Expr) -> bool:
    return not symbols(expr).isdisjoint(_UNIT_VECTORS)


def _components(items: Sequence[Value], expr: Expr, tolerance: Tolerance) -> Decision:
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
        decision = compare_scalars(wanted.expr, component, tolerance)
        if not decision.equal:
            return decision
    return equal("row", "equal component by component")


def _sets(gold: RealSet, answer: RealSet, tolerance: Tolerance) -> Decision:
    if gold.variable and answer.variable and gold.variable != answer.variable:
        return different("set", "a condition on another variable")
    ours, theirs = sets.tidy(gold).parts, sets.tidy(answer).parts
    if len(ours) != len(theirs):
        return different("set", "another set")
    for one, other in zip(ours, theirs, strict=True):
        decision = _intervals(one, other, tolerance)
        if not decision.equal:
            return decision
    return equal("set", "the same set of numbers")


def _intervals(gold: Interval, answer: Interval, tolerance: Tolerance) -> Decision:
    if (gold.has_low, gold.has_high) != (answer.has_low, answer.has_high):
        return different("set", "an end is included in one and not in the other")
    low = compare_scalars(gold.low, answer.low, tolerance)
    return compare_scalars(gold.high, answer.high, tolerance) if low.equal else low


__all__ = ["compare", "over_limit"]
