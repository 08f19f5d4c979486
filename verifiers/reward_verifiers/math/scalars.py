"""Are two expressions equal? Exactly where they are rational, else by value to a hundred digits.

Expressions with variables are compared at fixed points with relative error: one point where both
are real and differ refutes, agreement at all points proves (an identity between analytic
expressions that holds at several generic points to 50 digits holds). What is not real somewhere is
not compared there, so that two roots may differ in where they are defined.
"""

from __future__ import annotations

from reward_verifiers.math.decision import (
    Decision,
    Finding,
    different,
    equal,
    over_limit,
    undecided,
)
from reward_verifiers.math.evaluate import Evaluator, Number, PrecisionError, UndefinedError
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import Const, Expr, Neg, walk
from reward_verifiers.math.points import Point, far_points, sample_points
from reward_verifiers.math.powers import same_number
from reward_verifiers.math.rounding import EXACT, Side, Tolerance, is_exact, within_rounding
from reward_verifiers.math.traits import Traits, traits

LOW_BITS = 190
"""57 digits: refutes nearly everything, and proves identities at points."""

HIGH_BITS = 540
"""162 digits: where digits cancelled, and before two constants are called equal."""

_PRECISIONS = (LOW_BITS, HIGH_BITS)
_MIN_POINTS = 3
_GUARD_BITS = 20
_DOUBT_BITS = 40
_MIN_TRUSTED_BITS = 50
_MAX_STRAIN = 160
"""Terms further apart in size can stand for a limit: (f(x+h)-f(x))/h with h = 10^{-100}."""
_MIN_FAR_BITS = 100
"""Where fewer leading bits agree far out, two functions differ; terms that cancel cost the rest."""
_MAX_FAR_LOSS = 300


def compare_scalars(gold: Expr, answer: Expr, tolerance: Tolerance = EXACT) -> Decision:
    """Decide whether ``answer`` equals ``gold``; neither holds a plus-minus sign."""
    if gold == answer:
        return equal("same_form", "the same expression")
    pair = _Pair(gold, answer, tolerance)
    decision = pair.decide()
    if not decision.equal and pair.of_gold.plain_log and not pair.of_answer.plain_log:
        # "log" without a base is decimal in one book and natural in the next. Where the gold leaves
        # it open, the answer may say; a gold that says "ln" is not met by an answer that does not.
        pair.natural_log = True
        natural = pair.decide()
        return natural if natural.equal else decision
    return decision


class _Pair:
    """Two expressions that are being compared."""

    def __init__(self, gold: Expr, answer: Expr, tolerance: Tolerance) -> None:
        self.gold = gold
        self.answer = answer
        self.of_gold: Traits = traits(gold)
        self.of_answer: Traits = traits(answer)
        self.tolerance = tolerance
        self.natural_log = False

    def decide(self) -> Decision:
        if self.of_answer.steps and not self.of_gold.bends:
            return different("steps", "a remainder, rounding or choice of numbers left undone")
        if self.of_gold.infinite or self.of_answer.infinite:
            return _compare_infinities(self.gold, self.answer)
        if self.of_gold.names or self.of_answer.names:
            return self.functions()
        decision = self.constants()
        if decision.finding in (Finding.OVER_LIMIT, Finding.UNDECIDED):
            same = same_number(self.gold, self.answer)
            if same is not None:
                return (
                    equal("powers", "the same powers of primes")
                    if same
                    else different("powers", "other powers of primes")
                )
        return decision

    # ---------------------------------------------------------------------------- numbers

    def constants(self) -> Decision:
        for bits in _PRECISIONS:
            at = Evaluator(bits, {}, last=bits == HIGH_BITS, natural_log=self.natural_log)
            try:
                decision = self.constants_at(at)
            except PrecisionError:
                continue
            if decision is not None:
                return decision
        return undecided("precision", "too many digits cancel")

    def constants_at(self, at: Evaluator) -> Decision | None:
        """Decide with the precision of ``at``; None: with more of it."""
        try:
            gold = at.value(self.gold)
            at.inexact(gold)
            strain = at.strain
        except (UndefinedError, TooLargeError):
            return undecided("gold_without_value", "the gold has no value that can be computed")
        try:
            value = at.value(self.answer)
        except UndefinedError:
            return different("undefined", "the answer has no value")
        except TooLargeError as error:
            return over_limit(str(error))
        same = agree(at, gold, value)
        if same is False:
            sides = Side(self.gold, gold), Side(self.answer, value)
            return within_rounding(at, *sides, self.tolerance)
        if not same:
            return None
        is_strained = at.strain > _MAX_STRAIN >= strain
        if is_exact(gold) and is_exact(value) and not (at.vanished and is_strained):
            return equal("exact", "equal as exact numbers")
        if at.rounded or is_strained:
            too_long = over_limit("numbers too long to compare to the last digit")
            return too_long if at.last else None
        return equal("value", "equal to 150 digits") if at.last else None

    # -------------------------------------------------------------------------- functions

    def functions(self) -> Decision:
        """Decide by values at points: of real functions first, unless there is an i in them."""
        if not (self.of_gold.imaginary or self.of_answer.imaginary):
            decision = self.at_points(real=True)
            if decision is not None:
                return decision
        return self.at_points(real=False) or undecided(
            "sampled_nowhere", "no points at which both can be evaluated"
        )

    def at_points(self, *, real: bool) -> Decision | None:
        """Decide by values at all points; None: too few of them have one on both sides."""
        n_usable = 0
        untold: Decision | None = None
        for row in range(len(sample_points(self.of_gold, self.of_answer, LOW_BITS))):
            same = self.agree_in(row, real=real)
            if isinstance(same, Decision):
                if same.finding is not Finding.UNDECIDED:
                    return same
                untold = same
            else:
                n_usable += bool(same)
        if n_usable < _MIN_POINTS:
            return untold and over_limit(untold.reason)
        far = far_points(self.of_gold, self.of_answer, HIGH_BITS)
        if any(self.differ_far_out(point, real=real) for point in far):
            return different("sampled", "the two differ at a point far out")
        return equal("sampled", f"equal at {n_usable} points to 50 digits")

    def agree_in(self, row: int, *, real: bool) -> bool | Decision | None:
        """Return True if both agree at a point, None if one has no value there, else a decision."""
        for bits in _PRECISIONS:
            point = sample_points(self.of_gold, self.of_answer, bits)[row]
            at = Evaluator(
                bits, point, last=bits == HIGH_BITS, real=real, natural_log=self.natural_log
            )
            try:
                gold, strain = at.value(self.gold), at.strain
                same = agree(at, gold, self.answer_value(at))
            except PrecisionError:
                continue
            except (UndefinedError, TooLargeError):
                return None
            except _AnswerTooLargeError as error:
                return over_limit(str(error))
            if same is False:
                return different("sampled", "the two differ at a point")
            is_strained = at.strain > _MAX_STRAIN >= strain
            if same and not at.rounded and not is_strained:
                return True
            if same and (at.last or is_strained):
                # Says nothing: e^{-t^2} is no more than noise where t is large.
                return undecided(
                    "sizes", "numbers too far apart in size to compare to the last digit"
                )
        return None

    def differ_far_out(self, point: Point, *, real: bool) -> bool:
        """Whether the two surely differ at a point where rounding may hide much."""
        at = Evaluator(HIGH_BITS, point, real=real, natural_log=self.natural_log)
        try:
            gold, value = at.value(self.gold), at.value(self.answer)
        except (UndefinedError, TooLargeError):
            return False
        if at.rounded or at.vanished or at.lost > _MAX_FAR_LOSS:
            return False
        x, y = at.inexact(gold), at.inexact(value)
        gap = at.magnitude(x - y)
        return (
            bool(max(at.magnitude(x), at.magnitude(y)) - gap < _MIN_FAR_BITS) and gap != -at.mp.inf
        )

    def answer_value(self, at: Evaluator) -> Number:
        try:
            return at.value(self.answer)
        except TooLargeError as error:
            raise _AnswerTooLargeError(str(error)) from error


class _AnswerTooLargeError(Exception):
    """It is the answer, and not the gold, that costs too much."""


def agree(at: Evaluator, left: Number, right: Number) -> bool | None:
    """Return whether two values are equal as far as their digits go; None: more are needed."""
    if is_exact(left) and is_exact(right):
        return bool(left == right)
    x, y = at.inexact(left), at.inexact(right)
    gap = x - y
    if gap == 0:
        return True
    if not x or not y:
        return False
    agreed = max(at.mp.mag(x), at.mp.mag(y)) - at.mp.mag(gap)
    trusted = at.bits - at.lost - _GUARD_BITS
    if trusted < _MIN_TRUSTED_BITS and not at.last:
        return None
    if agreed >= trusted:
        return True
    return False if at.last or agreed < trusted - _DOUBT_BITS else None


# -------------------------------------------------------------------------------- infinity


def _compare_infinities(gold: Expr, answer: Expr) -> Decision:
    left, right = infinite_sign(gold), infinite_sign(answer)
    if left is None:
        return undecided("infinite", "the gold is an expression with infinity")
    if left and left == right:
        return equal("infinite", "the same infinity")
    return different("infinite", "one is infinite, the other is not the same infinity")


def infinite_sign(expr: Expr) -> int | None:
    """Return 1 or -1 for an infinity, 0 for what holds none, None for what merely holds one."""
    match expr:
        case Const("oo"):
            return 1
        case Neg(arg):
            sign = infinite_sign(arg)
            return None if sign is None else -sign
    return None if any(node == Const("oo") for node in walk(expr)) else 0
