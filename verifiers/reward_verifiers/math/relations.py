"""Equations and inequalities: the same if one is a multiple of the other, whatever side things stand on."""

from __future__ import annotations

from reward_verifiers.math.decision import Decision, different, equal, undecided
from reward_verifiers.math.evaluate import Evaluator, PrecisionError, UndefinedError
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import Expr, Neg, Sum, symbols
from reward_verifiers.math.points import sample_points
from reward_verifiers.math.scalars import LOW_BITS, agree
from reward_verifiers.math.traits import traits

_MIN_POINTS = 3
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def mirrored(op: str) -> str | None:
    """Return the sign read from right to left; None for one that has no mirror."""
    return _MIRROR.get(op)


def compare_relations(gold: tuple[Expr, str, Expr], answer: tuple[Expr, str, Expr]) -> Decision:
    """Decide whether two relations, each with one sign, say the same of their variables."""
    left = Sum((gold[0], Neg(gold[2])))
    right = Sum((answer[0], Neg(answer[2])))
    if not symbols(left) or not symbols(right):
        return different("relation", "a relation between numbers is no answer")
    if gold[1] not in _MIRROR or answer[1] not in (gold[1], _MIRROR[gold[1]]):
        return different("relation", "another relation sign")
    wanted = 0
    if gold[1] not in ("=", "!="):
        wanted = 1 if gold[1] == answer[1] else -1
    return _proportional(left, right, wanted)


def _proportional(gold: Expr, answer: Expr, wanted_sign: int) -> Decision:
    """Decide whether ``gold / answer`` is one number at every point (and of the sign that is wanted, unless 0)."""
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
