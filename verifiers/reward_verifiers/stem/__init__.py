r"""Science answers: lettered options, or a short free answer (value, quantity, formula, text).

Way of an answer: read out of the completion (``extract``), decided at once where no parser is
needed (``shortcut``: every choice, wording, chemical formula, and every quantity in plain digits),
else judged by the rules of math (``judge``). What the rules mean stands in ``docs/stem.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from reward_verifiers.extract.answer import math_answer
from reward_verifiers.extract.boxed import last_boxed
from reward_verifiers.extract.choice import NoChoice, committed_choice
from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.math.compare import equal
from reward_verifiers.math.shortcut import shortcut as plain_numbers
from reward_verifiers.specs import AnswerType, MathMode, MathSpec, StemSpec, Thinking
from reward_verifiers.stem.agreement import difference
from reward_verifiers.stem.behind import with_unit_behind
from reward_verifiers.stem.expressions import evaluated_number
from reward_verifiers.stem.formula import chemical_verdict, readings
from reward_verifiers.stem.golds import MAX_CHARS, Golds, usable_golds
from reward_verifiers.stem.quantity import MAX_CHARS as QUANTITY_CHARS
from reward_verifiers.stem.quantity import Quantity, read_quantity
from reward_verifiers.stem.wording import same_wording
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut", "verify"]


def extract(completion: str, spec: StemSpec) -> str | Verdict:
    """Return the letter or the free answer that ``completion`` commits to, or why there is none.

    Raises:
        BadSpecError: no gold holds anything that could be compared. It is told of a completion
            without an answer too, lest a group mixes zeros with rewards that are unknown.
    """
    if spec.options is None:
        _golds(spec)
        answer = math_answer(completion, MathMode.STANDARD, spec.thinking)
        if spec.answer_type is not AnswerType.QUANTITY or isinstance(answer, Verdict):
            return answer
        return with_unit_behind(answer, completion, spec.thinking)
    text = after_thinking(completion, spec.thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(spec.thinking))
    choice = committed_choice(text, spec.options)
    return Verdict.no_answer(choice.reason) if isinstance(choice, NoChoice) else choice


def shortcut(answer: str, spec: StemSpec) -> Verdict | None:
    """Decide every choice, and what free answers need no parser; else None.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    if spec.options is not None:
        if answer == spec.gold:
            return Verdict.correct(answer)
        return Verdict.wrong(answer, f"option {answer}, not {spec.golds[0]}")
    if len(answer) > MAX_CHARS:
        return Verdict.over_limit(f"the answer has more than {MAX_CHARS} characters", answer)
    golds = _golds(spec)
    if answer.strip() in golds:
        return Verdict.correct(answer, "the same text")
    assert spec.answer_type is not None
    return _AT_ONCE[spec.answer_type](answer, golds, spec)


def judge(answer: str, spec: StemSpec) -> Verdict:
    """Decide what ``shortcut`` left open: values, expressions, and quantities of expressions.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    golds = _golds(spec)
    if spec.answer_type is AnswerType.QUANTITY or spec.significant_figures is not None:
        return _quantity(answer, golds, spec)
    return _mathematics(answer, golds, spec)


def perfect_completion(spec: StemSpec) -> str | None:
    r"""Return a completion that boxes the letter or the first gold; None if braces are loose.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    gold = spec.golds[0] if spec.options is not None else _golds(spec)[0]
    boxed = rf"The answer is \boxed{{{gold}}}."
    if last_boxed(boxed) != gold:
        return None
    return f"</think>{boxed}" if spec.thinking is Thinking.REQUIRE else boxed


def verify(completion: str, spec: StemSpec) -> Verdict:
    """Judge one completion from end to end, in this process.

    Raises:
        BadSpecError: the spec cannot be judged against.
    """
    answer = extract(completion, spec)
    if isinstance(answer, Verdict):
        return answer
    return shortcut(answer, spec) or judge(answer, spec)


# --- free answers, by type -----------------------------------------------------------------------


def _value_at_once(answer: str, golds: Golds, spec: StemSpec) -> Verdict | None:
    if spec.significant_figures is not None:
        return _quantity_at_once(answer, golds, spec)
    return plain_numbers(answer, MathSpec(gold=list(golds), tolerance=spec.tolerance or None))


def _quantity_at_once(answer: str, golds: Golds, spec: StemSpec) -> Verdict | None:
    """Decide where everything is in plain digits."""
    given = read_quantity(answer)
    wanted = [_plain_gold(gold) for gold in golds]
    if given is None or None in wanted:
        return None
    return _nearest(answer, given, [gold for gold in wanted if gold is not None], spec)


def _formula_at_once(answer: str, golds: Golds, spec: StemSpec) -> Verdict | None:
    """Decide what is chemistry."""
    verdicts = [chemical_verdict(gold, answer) for gold in golds]
    if any(verdicts):
        return Verdict.correct(answer, "the same formula", rule="chemistry")
    if None in verdicts:
        return None
    return Verdict.wrong(answer, "another formula", rule="chemistry")


def _text_at_once(answer: str, golds: Golds, spec: StemSpec) -> Verdict:
    if same_wording((*golds, *spec.aliases), answer):
        return Verdict.correct(answer, "the same words", rule="words")
    return Verdict.wrong(answer, "other words", rule="words")


_AtOnce = Callable[[str, Golds, StemSpec], Verdict | None]

_AT_ONCE: Mapping[AnswerType, _AtOnce] = MappingProxyType(
    {
        AnswerType.VALUE: _value_at_once,
        AnswerType.QUANTITY: _quantity_at_once,
        AnswerType.FORMULA: _formula_at_once,
        AnswerType.TEXT: _text_at_once,
    }
)


def _quantity(answer: str, golds: Golds, spec: StemSpec) -> Verdict:
    """Judge a quantity whose number may be any expression; a gold that is none is words."""
    wanted = {gold: read_quantity(gold, evaluated_number) for gold in golds}
    if same_wording([gold for gold, quantity in wanted.items() if quantity is None], answer):
        return Verdict.correct(answer, "the same words", rule="words")
    readable = [quantity for quantity in wanted.values() if quantity is not None]
    if not readable:
        return Verdict.wrong(answer, "the gold is no quantity, and in other words", rule="text")
    given = read_quantity(answer, evaluated_number)
    if given is None:
        return Verdict.wrong(answer, "not readable as one number with a unit", rule="quantity")
    return _nearest(answer, given, readable, spec)


def _nearest(answer: str, given: Quantity, golds: list[Quantity], spec: StemSpec) -> Verdict:
    differences = [difference(gold, given, spec) for gold in golds]
    if None in differences:
        return Verdict.correct(answer, "the same quantity", rule="quantity")
    return Verdict.wrong(answer, str(differences[0]), rule="quantity")


def _mathematics(answer: str, golds: Golds, spec: StemSpec) -> Verdict:
    """Judge a value or a formula by the rules of math."""
    found = []
    for gold in golds:
        is_formula = spec.answer_type is AnswerType.FORMULA
        for pair in readings(gold, answer) if is_formula else [(gold, answer)]:
            comparison = equal(*pair, tolerance=spec.tolerance or None)
            if comparison.equal:
                return Verdict.correct(answer, comparison.reason, rule=comparison.rule)
            found.append(comparison)
    first = found[0]
    if first.over_limit:
        return Verdict.over_limit(first.reason, answer, rule=first.rule)
    return Verdict.wrong(answer, first.reason, rule=first.rule)


# --- golds ---------------------------------------------------------------------------------------


def _golds(spec: StemSpec) -> Golds:
    assert spec.answer_type is not None
    return usable_golds(spec.golds, spec.answer_type)


def _plain_gold(gold: str) -> Quantity | None:
    return _read_plain(gold) if len(gold) <= QUANTITY_CHARS else None


@lru_cache(maxsize=1024)
def _read_plain(gold: str) -> Quantity | None:
    return read_quantity(gold)
