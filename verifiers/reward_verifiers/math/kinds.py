"""Compares two values by their kinds. One rule per pair of kinds; what has no rule differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from reward_verifiers.math import sets, wrappings
from reward_verifiers.math.comparing import OTHER_KIND, same
from reward_verifiers.math.decision import Decision, different, equal
from reward_verifiers.math.expressions import fraction_of
from reward_verifiers.math.forms import FIGURES
from reward_verifiers.math.nodes import (
    Based,
    Clock,
    Congruence,
    Expr,
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
)
from reward_verifiers.math.parameters import growths, names_in, renamed_constants
from reward_verifiers.math.quantities import compare_quantities
from reward_verifiers.math.relations import compare_relations
from reward_verifiers.math.rounding import EXACT, Tolerance
from reward_verifiers.math.rows import (
    compare_components,
    compare_matrix,
    compare_rows,
    compare_sets,
    is_vector,
)
from reward_verifiers.math.scalars import compare_scalars


def compare(gold: Value, answer: Value, tolerance: Tolerance = EXACT) -> Decision:
    """Decide whether ``answer`` equals ``gold``."""
    return _Kinds(tolerance).compare(gold, answer)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The rules, with the tolerance that they all share."""

    tolerance: Tolerance

    def compare(self, gold: Value, answer: Value) -> Decision:
        if gold == answer:
            return equal("same_form", "the same form")
        for rule in wrappings.RULES:
            decision = rule(gold, answer, self)
            if decision is not None:
                return decision
        return (
            self.of_one_kind(gold, answer)
            or self.as_numbers(gold, answer)
            or self.with_domain(gold, answer)
            or self.as_rows(gold, answer)
            or self.as_sets(gold, answer)
            or OTHER_KIND
        )

    def of_one_kind(self, gold: Value, answer: Value) -> Decision | None:
        """Compare values of one kind; None: they are not."""
        match gold, answer:
            case Scalar(), Scalar():
                return _scalars(gold, answer, self.tolerance)
            case Relation(), Relation():
                return compare_relations(gold, answer, self)
            case Items(), Items():
                return compare_rows(gold, answer, self)
            case RealSet(), RealSet():
                return compare_sets(gold, answer, self)
            case Based(), Based():
                return same(gold == answer, "base", "another number, or in another base")
            case Ratio(parts), Ratio(others) if _is_time(parts):
                return same(parts == others, "clock", "another time of day")
            case Ratio(parts), Ratio(others):
                return _ratios(parts, others, self.tolerance)
            case Words(text), Words(other) if (figure := _same_figure(text, other)) is not None:
                return same(figure, "figure", "another figure")
            case Congruence(), Congruence():
                return _congruences(gold, answer, self.tolerance)
        return None

    def as_numbers(self, gold: Value, answer: Value) -> Decision | None:
        """Compare a plain expression with what can be seen as one; None: neither can."""
        match gold, answer:
            case (Based(digits), Scalar(Num(value))) | (Scalar(Num(value)), Based(digits)):
                return same(digits.isdigit() and int(digits) == value, "base", "other digits")
            case (Clock(minutes), Ratio(parts)) | (Ratio(parts), Clock(minutes)):
                return same(_minutes(parts) == minutes, "clock", "another time of day")
            case Ratio(parts), Scalar() if _is_time(parts):
                return different("clock", "a number is no time of day")
        if isinstance(answer, Scalar):
            seen = _as_expression(gold)
            return None if seen is None else compare_scalars(seen, answer.expr, self.tolerance)
        if isinstance(gold, Scalar):
            seen = _as_expression(answer)
            return None if seen is None else compare_scalars(gold.expr, seen, self.tolerance)
        return None

    def with_domain(self, gold: Value, answer: Value) -> Decision | None:
        """Compare an expression with one that says for what it is meant; None: they are not."""
        match gold, answer:
            case Items("list", (head, RealSet() as domain)), Scalar() if _is_about(domain, head):
                return self.compare(head, answer)
            case Scalar(), Items("list", (head, RealSet() as domain)) if _is_about(domain, head):
                return self.compare(gold, head)
        return None

    def as_rows(self, gold: Value, answer: Value) -> Decision | None:
        """Compare vectors in their notations, and a set of one with the one; None: they are not."""
        match gold, answer:
            case Matrix(), _:
                return compare_matrix(gold, answer, self)
            case _, Matrix():
                return compare_matrix(answer, gold, self, swapped=True)
            case Items(_, items), Scalar(expr) if is_vector(expr):
                return compare_components(items, expr, self)
            case Scalar(expr), Items(_, items) if is_vector(expr):
                return compare_components(items, expr, self)
            case Items(), RealSet() if points := sets.points_of(answer):
                return compare_rows(gold, points, self)
            case RealSet(), Items() if points := sets.points_of(gold):
                return compare_rows(points, answer, self)
            case Items("set", (only,)), Scalar():
                return self.compare(only, answer)
            case Scalar(), Items("set", (only,)):
                return self.compare(gold, only)
        return None

    def as_sets(self, gold: Value, answer: Value) -> Decision | None:
        """Compare what can be seen as sets of reals; None: one of them cannot."""
        ours, theirs = sets.as_set(gold), sets.as_set(answer)
        if ours is None or theirs is None:
            return None
        return compare_sets(ours, theirs, self)


def _is_about(domain: RealSet, head: Value) -> bool:
    """Whether a set says for which values of its variable an expression is meant."""
    return isinstance(head, Scalar | Labelled) and domain.variable in names_in(head)


def _same_figure(one: str, other: str) -> bool | None:
    """Return whether two names are of one figure, ABC of the triangle; None: neither is of one."""
    (kind, letters), (kind_too, letters_too) = map(_figure, (one, other))
    if not kind and not kind_too:
        return None
    if kind and kind_too and kind != kind_too:
        return False
    if "triangle" in (kind, kind_too):
        return sorted(letters) == sorted(letters_too)
    return letters_too in (letters, letters[::-1])


def _figure(text: str) -> tuple[str, str]:
    kind, _, letters = text.partition(" ")
    return (kind, letters) if kind in FIGURES else ("", text)


def _as_expression(value: Value) -> Expr | None:
    """Return the expression that a ratio, a residue or a run of letters can be seen as."""
    match value:
        case Ratio((above, below)):
            return Prod((above,), (below,))
        case Congruence(residue):
            return residue
        case Words(text) if text.isalpha():
            return Prod(tuple(map(Sym, text)))
    return None


def _scalars(gold: Scalar, answer: Scalar, tolerance: Tolerance) -> Decision:
    decision = compare_quantities(gold, answer, tolerance)
    if decision.equal:
        return decision
    for renamed in renamed_constants(gold.expr, answer.expr):
        if compare_scalars(gold.expr, renamed).equal:
            return equal("constant", "equal but for the names of constants")
        if _differ_by_constant(gold.expr, renamed):
            return equal("constant", "equal but for the constant of integration")
    if _differ_by_constant(gold.expr, answer.expr):
        return equal("constant", "equal but for the constant of integration")
    return decision


def _differ_by_constant(gold: Expr, answer: Expr) -> bool:
    """Whether two antiderivatives, each with its own constant added, have one derivative."""
    return any(compare_scalars(*pair).equal for pair in growths(gold, answer))


def _ratios(gold: Sequence[Expr], answer: Sequence[Expr], tolerance: Tolerance) -> Decision:
    if len(gold) != len(answer):
        return different("ratio", "a ratio of another length")
    if Num(0) in (*gold, *answer):
        return same(gold == answer, "ratio", "another ratio")
    for ours, theirs in zip(gold[1:], answer[1:], strict=True):
        decision = compare_scalars(Prod((gold[0], theirs)), Prod((answer[0], ours)), tolerance)
        if not decision.equal:
            return decision
    return equal("ratio", "the same ratio")


def _is_time(parts: Sequence[Expr]) -> bool:
    """Whether a gold is a time of day: hours and minutes, not in lowest terms as ratios are."""
    match parts:
        case (Num(int(hours)), Num(int(minutes))):
            return hours < 24 and 10 <= minutes < 60 and gcd(hours, minutes) > 1
    return False


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
        return same((ours - theirs) % by == 0, "congruence", "another residue")
    return compare_scalars(gold.value, answer.value, tolerance)
