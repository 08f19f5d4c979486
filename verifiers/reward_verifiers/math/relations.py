"""Equations and inequalities: the same if one is a multiple of the other."""

from __future__ import annotations

from reward_verifiers.math.comparing import Comparer, same
from reward_verifiers.math.decision import Decision, different, equal, undecided
from reward_verifiers.math.evaluate import Evaluator, PrecisionError, UndefinedError
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import Expr, Neg, Relation, Scalar, Sum, Value, Words, symbols
from reward_verifiers.math.points import sample_points
from reward_verifiers.math.scalars import LOW_BITS, agree
from reward_verifiers.math.traits import traits

_MIN_POINTS = 3
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def compare_relations(gold: Relation, answer: Relation, by: Comparer) -> Decision:
    """Decide whether two relations between any values say the same."""
    if len(gold.ops) == 1 and len(answer.ops) == 1:
        one, other = _sides(gold), _sides(answer)
        if one and other:
            return _compare_sides(one, other)
    if len(gold.ops) != len(answer.ops):
        return different("relation", "another relation than the gold")
    sides, ops = answer.sides, answer.ops
    for _ in range(2):
        if ops == gold.ops:
            decisions = [_compare_side(a, b, by) for a, b in zip(gold.sides, sides, strict=True)]
            if all(decision.equal for decision in decisions):
                return equal("relation", "the same relation between equal sides")
        turned = [_MIRROR.get(op) for op in reversed(ops)]
        if None in turned:
            break
        sides, ops = sides[::-1], tuple(op for op in turned if op)
    return different("relation", "another relation than the gold")


def _compare_side(gold: Value, answer: Value, by: Comparer) -> Decision:
    """Decide between two sides; in what is said of figures, the order of the letters counts."""
    if isinstance(gold, Words):
        return same(gold == answer, "relation", "other words")
    return by.compare(gold, answer)


def _sides(relation: Relation) -> tuple[Expr, str, Expr] | None:
    left, right = relation.sides
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return left.expr, relation.ops[0], right.expr
    return None


def _compare_sides(gold: tuple[Expr, str, Expr], answer: tuple[Expr, str, Expr]) -> Decision:
    """Decide whether two relations, each with one sign, say the same of their variables."""
    left = Sum((gold[0], Neg(gold[2])))
    right = Sum((answer[0], Neg(answer[2])))
    if not symbols(left) or not symbols(right):
        return different("relation", "a relation between numbers is no answer")
    if traits(right).steps and not traits(left).bends:
        return different("steps", "a remainder, rounding or choice of numbers left undone")
    if gold[1] not in _MIRROR or answer[1] not in (gold[1], _MIRROR[gold[1]]):
        return different("relation", "another relation sign")
    wanted = 0
    if gold[1] not in ("=", "!="):
        wanted = 1 if gold[1] == answer[1] else -1
    return _proportional(left, right, wanted)


def _proportional(gold: Expr, answer: Expr, wanted_sign: int) -> Decision:
    """Decide whether ``gold / answer`` is one number everywhere, of the wanted sign unless 0."""
    first = None
    n_usable = 0
    for point in sample_points(traits(gold), traits(answer), LOW_BITS):
        at = Evaluator(LOW_BITS, point, last=False)
        try:
            below = at.inexact(at.value(answer))
            above = at.inexact(at.value(gold))
        except (UndefinedError, TooLargeError, PrecisionError):
            continue
        if not below or not above:
            if bool(below) != bool(above):
                return different("relation", "one holds at a point where the other does not")
            continue
        ratio = above / below
        if first is None:
            first = ratio
        elif not agree(at, first, ratio):
            return different("relation", "not a multiple of the gold's relation")
        n_usable += 1
    if first is None or n_usable < _MIN_POINTS:
        return undecided("relation", "no points at which both can be evaluated")
    if wanted_sign and (isinstance(first, at.mp.mpc) or (first > 0) != (wanted_sign > 0)):
        return different("relation", "the inequality points the other way")
    return equal("relation", "a non-zero multiple of the gold's relation")
