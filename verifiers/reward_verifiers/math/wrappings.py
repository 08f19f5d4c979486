r"""Rules that look through what is wrapped around an answer: a letter, a name, an integer, a sign.

Each returns None where its wrapping is on neither side.
"""

from __future__ import annotations

from itertools import product
from math import prod

from reward_verifiers.math.comparing import OTHER_KIND, Comparer, same
from reward_verifiers.math.decision import Decision, different, equal
from reward_verifiers.math.nodes import (
    Choice,
    Family,
    Items,
    Labelled,
    RealSet,
    Relation,
    Scalar,
    Sym,
    Value,
)
from reward_verifiers.math.parameters import (
    names_in,
    periodic_parameter,
    shifted,
    signs_expanded,
    substitute_in,
)
from reward_verifiers.math.relations import compare_relations
from reward_verifiers.math.rounding import last_place
from reward_verifiers.math.scalars import compare_scalars

_MAX_EXPANDED = 16
"""Points that a point with plus-minus signs stands for."""


def choices(gold: Value, answer: Value, by: Comparer) -> Decision | None:
    """An option's letter, with or without what the option says."""
    if not isinstance(gold, Choice) and not isinstance(answer, Choice):
        return None
    letters = _letter(gold), _letter(answer)
    if all(letters):
        return same(letters[0] == letters[1], "choice", "another option")
    if isinstance(answer, Choice):
        if answer.content is None:
            return OTHER_KIND
        return by.compare(gold, answer.content)
    assert isinstance(gold, Choice)
    return OTHER_KIND if gold.content is None else by.compare(gold.content, answer)


def _letter(value: Value) -> str:
    match value:
        case Choice(letter):
            return letter
        case Scalar(Sym(name)) if len(name) == 1 and name.isupper():
            return name
    return ""


def families(gold: Value, answer: Value, by: Comparer) -> Decision | None:
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
        return by.compare(one, other)
    if not parameter or not renamed:
        return None if one is gold and other is answer else by.compare(one, other)
    decision = None
    for candidate in shifted(other, renamed, parameter):
        attempt = by.compare(one, candidate)
        if attempt.equal:
            return equal("parameter", "equal but for the name or start of an integer")
        decision = decision or attempt
    return decision


def labels(gold: Value, answer: Value, by: Comparer) -> Decision | None:
    """A value with the name it was given; a bare value takes the name as understood."""
    match gold, answer:
        case Labelled(), Labelled():
            return _both_labelled(gold, answer, by)
        case Labelled(label, value), _:
            if isinstance(answer, Relation):
                return compare_relations(_as_relation(gold), answer, by)
            if label in names_in(value):
                return OTHER_KIND
            return by.compare(value, answer)
        case _, Labelled(label, value):
            if isinstance(gold, Relation):
                return compare_relations(gold, _as_relation(answer), by)
            if label in names_in(value) or (isinstance(value, Relation) and "~" not in value.ops):
                return different("relation", "an equation, and the gold is none")
            return by.compare(gold, value)
    return None


def _both_labelled(gold: Labelled, answer: Labelled, by: Comparer) -> Decision:
    same_name = gold.label == answer.label
    function_of_x = {len(gold.args), len(answer.args)} == {0, 1} and "y" in (
        gold.label,
        answer.label,
    )
    if same_name or function_of_x:
        value = answer.value
        if len(gold.args) == len(answer.args):
            for theirs, ours in zip(answer.args, gold.args, strict=True):
                if theirs != ours and not _is_renamed(ours, theirs, gold.value, value):
                    return different("label", "a function of something else")
                if theirs != ours and theirs.isalpha() and ours.isalpha():
                    value = substitute_in(value, theirs, Sym(ours))
        return by.compare(gold.value, value)
    if names_in(gold.value) or names_in(answer.value):
        return compare_relations(_as_relation(gold), _as_relation(answer), by)
    if (len(gold.label) > 2) != (len(answer.label) > 2):
        return by.compare(gold.value, answer.value)
    return different("label", f"a value of {answer.label}, not of {gold.label}")


def _is_renamed(ours: str, theirs: str, gold: Value, answer: Value) -> bool:
    """Whether two arguments are names of one variable: of f in x, but not of P in an event."""
    free = ours in names_in(gold) or (len(ours) == len(theirs) == 1 and ours.islower())
    return free and theirs.isalpha() and ours not in names_in(answer)


def _as_relation(value: Labelled) -> Relation:
    return Relation((Scalar(Sym(value.label)), value.value), ("=",))


def approximations(gold: Value, answer: Value, by: Comparer) -> Decision | None:
    r"""``\sqrt2 \approx 1.41`` is its left side, if the right side is a rounding of it."""
    match answer:
        case Relation((Scalar(exact), Scalar(rounded)), ("~",)):
            if last_place(rounded) is None or not compare_scalars(rounded, exact).equal:
                return different("approximation", "the two sides do not approximate each other")
            return by.compare(gold, answer.sides[0])
    match gold:
        case Relation((left, right), ("~",)):
            first = by.compare(left, answer)
            return first if first.equal else by.compare(right, answer)
    return None


def signs(gold: Value, answer: Value, by: Comparer) -> Decision | None:
    """A plus-minus sign stands for a list."""
    both, one = _expanded(gold), _expanded(answer)
    if both is None and one is None:
        return None
    return by.compare(both or gold, one or answer)


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


RULES = (choices, families, labels, approximations, signs)
"""The rules in the order in which they look."""
