"""Is an answer equal to a gold? Texts in, a comparison out: the door of this room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reward_verifiers.math import symbolic
from reward_verifiers.math.bounds import excess, max_chars
from reward_verifiers.math.decision import (
    Decision,
    Finding,
    different,
    over_limit,
)
from reward_verifiers.math.decision import (
    equal as found_equal,
)
from reward_verifiers.math.gold import Gold, normal_form, read_gold, signs_of
from reward_verifiers.math.kinds import compare
from reward_verifiers.math.nodes import Items, Scalar, Value
from reward_verifiers.math.numerals import Commas
from reward_verifiers.math.reader import read
from reward_verifiers.math.rounding import Tolerance
from reward_verifiers.math.tokens import UnevaluatedError, UnreadableError

_EUROPEAN = re.compile(r"\s*[-+]?\d+,\d+\s*")
_GROUPED = re.compile(r"\d,\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing an answer with a gold came to."""

    equal: bool
    """Whether the answer is right."""
    reason: str
    """One short sentence for a person."""
    readable: bool
    """Whether the answer could be read as mathematics (or as an answer in words)."""
    rule: str = ""
    """The rule that decided."""
    over_limit: bool = False
    """Whether the answer was too costly to judge."""


def equal(gold: str, answer: str, *, tolerance: float | None = None) -> Comparison:
    """Compare ``answer`` with ``gold``, both in any notation.

    Raises:
        BadSpecError: the gold holds nothing that could be compared.
    """
    reference = read_gold(gold)
    value, why_unreadable = None, UnreadableError("not looked at")
    if len(answer) <= max_chars(gold) and normal_form(answer) == reference.form:
        decision = found_equal("same_text", "the same text")
        value = reference.value
    elif (bound := excess(answer, gold=gold)) is not None:
        decision = over_limit(bound)
    else:
        value, why_unreadable = _read_answer(answer)
        decision = _decide(reference, answer, value, why_unreadable, Tolerance(tolerance))
    return Comparison(
        decision.equal,
        decision.reason,
        readable=value is not None,
        rule=decision.rule,
        over_limit=decision.finding is Finding.OVER_LIMIT,
    )


def _read_answer(answer: str) -> tuple[Value | None, UnreadableError]:
    try:
        return read(answer), UnreadableError("readable")
    except UnreadableError as error:
        return None, error


def _decide(
    gold: Gold, answer: str, value: Value | None, why: UnreadableError, tolerance: Tolerance
) -> Decision:
    """Decide about an answer within bounds that is not the gold's own text."""
    if gold.value is None:
        if gold.signs and signs_of(answer) == gold.signs:
            return found_equal("same_text", "the same signs")
        if _may_be_settled(gold, value, why):
            return symbolic.settle(gold.text, answer)
        return different("text", "the gold can only be compared as text, and this is another text")
    if value is None:
        if isinstance(why, UnevaluatedError):
            return different("unevaluated", f"{why} is a task, not an answer")
        return different("unreadable", f"not readable as an answer: {why}")
    try:
        decision = compare(gold.value, value, tolerance)
    except UnreadableError as error:  # a value, but none that can be seen as the gold's kind
        return different("unreadable", f"not comparable with the gold: {error}")
    if decision.finding is Finding.DIFFERENT:
        return _with_other_commas(gold, answer, value, tolerance) or decision
    return decision


def _may_be_settled(gold: Gold, value: Value | None, why: UnreadableError) -> bool:
    """Whether a computer algebra system may say more: the gold is a task of its own."""
    return gold.unevaluated and (isinstance(value, Scalar) or isinstance(why, UnevaluatedError))


def _with_other_commas(
    gold: Gold, answer: str, value: Value, tolerance: Tolerance
) -> Decision | None:
    """Compare again with commas read otherwise, where the first reading made another kind."""
    commas = None
    if isinstance(gold.value, Scalar) and isinstance(value, Items) and _EUROPEAN.fullmatch(answer):
        commas = Commas.DECIMAL
    elif isinstance(gold.value, Items) and isinstance(value, Scalar) and _GROUPED.search(answer):
        commas = Commas.SEPARATE
    elif (other := _other_gold_commas(gold, value)) is not None:
        decision = compare(read(gold.text, other), value, tolerance)
        return decision if decision.equal else None
    if commas is None:
        return None
    assert gold.value is not None
    try:
        decision = compare(gold.value, read(answer, commas), tolerance)
    except UnreadableError:
        return None
    return decision if decision.equal else None


def _other_gold_commas(gold: Gold, value: Value) -> Commas | None:
    """Return the other reading of a gold that is ambiguous by itself, beside ``value``."""
    match gold.value, value:
        case Scalar(), Items() if _GROUPED.search(gold.text):
            return Commas.SEPARATE  # "100,200,300" is a number by itself and a list beside a list
        case Items(), Scalar() if _EUROPEAN.fullmatch(gold.text):
            return Commas.DECIMAL
    return None


__all__ = ["Comparison", "equal"]
