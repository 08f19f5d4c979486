r"""Mathematical answers, judged by equivalence: exactly where possible, else by value.

Way of an answer: read out of the completion (``extract``), decided at once if it is a plain number
(``shortcut``), else read by a reader of our own and compared by kind (``judge``). What the rules
mean stands in ``docs/math.md``.
"""

from __future__ import annotations

from reward_verifiers.extract.answer import math_answer
from reward_verifiers.math.behind import with_unit_behind
from reward_verifiers.math.compare import Comparison, equal
from reward_verifiers.math.folding import fold
from reward_verifiers.math.gold import answer_in, usable_golds
from reward_verifiers.math.shortcut import shortcut
from reward_verifiers.math.string_rules import same_by_rules
from reward_verifiers.specs import Accept, MathSpec, Thinking
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut", "verify"]


def extract(completion: str, spec: MathSpec) -> str | Verdict:
    """Read the answer out of ``completion``, or say why there is none.

    Raises:
        BadSpecError: no gold holds anything that could be compared. It is told of a completion
            without an answer too, lest a group mixes zeros with rewards that are unknown.
    """
    golds = usable_golds(spec.golds)
    answer = math_answer(completion, spec.mode, spec.thinking)
    if isinstance(answer, Verdict):
        return answer
    return with_unit_behind(answer, completion, spec.thinking, golds)


def judge(answer: str, spec: MathSpec) -> Verdict:
    """Decide whether ``answer`` equals any of the golds.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    golds = usable_golds(spec.golds)
    found: list[Comparison] = []
    for gold in golds:
        comparison = equal(gold, answer, tolerance=spec.tolerance)
        if comparison.equal:
            return Verdict.correct(answer, comparison.reason, rule=comparison.rule)
        found.append(comparison)
    if spec.accept is Accept.ANY_VERIFIER and any(same_by_rules(gold, answer) for gold in golds):
        return Verdict.correct(answer, "equal by the string rules", rule="string_rules")
    first = found[0]
    if first.over_limit:
        return Verdict.over_limit(first.reason, answer, rule=first.rule)
    return Verdict.wrong(answer, first.reason, rule=first.rule)


def perfect_completion(spec: MathSpec) -> str:
    """Return a completion that boxes the first gold that is usable.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    gold = usable_golds(spec.golds)[0]
    boxed = f"The answer is $\\boxed{{{fold(answer_in(gold))}}}$."
    return f"</think>{boxed}" if spec.thinking is Thinking.REQUIRE else boxed


def verify(completion: str, spec: MathSpec) -> Verdict:
    """Judge one completion from end to end.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    answer = extract(completion, spec)
    if isinstance(answer, Verdict):
        return answer
    return shortcut(answer, spec) or judge(answer, spec)
