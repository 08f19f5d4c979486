r"""Mathematical answers, judged by equivalence: exactly where possible, else by value.

Way of an answer: read out of the completion (``extract``), decided at once if it is a plain number
(``shortcut``), else read by a reader of our own and compared by kind (``judge``). What the rules
mean stands in ``docs/math.md``.
"""

from __future__ import annotations

from reward_verifiers.errors import BadSpecError
from reward_verifiers.extract.answer import math_answer
from reward_verifiers.math.compare import Comparison, equal
from reward_verifiers.math.folding import fold
from reward_verifiers.math.gold import answer_in, read_gold
from reward_verifiers.math.shortcut import shortcut
from reward_verifiers.math.string_rules import same_by_rules
from reward_verifiers.specs import Accept, MathSpec, Thinking
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut", "verify"]


def extract(completion: str, spec: MathSpec) -> str | Verdict:
    """Read the answer out of ``completion``, or say why there is none."""
    return math_answer(completion, spec.mode, spec.thinking)


def judge(answer: str, spec: MathSpec) -> Verdict:
    """Decide whether ``answer`` equals any of the golds.

    Raises:
        BadSpecError: no gold holds anything that could be compared.
    """
    found: list[Comparison] = []
    broken: BadSpecError | None = None
    for gold in spec.golds:
        try:
            comparison = equal(gold, answer, tolerance=spec.tolerance)
        except BadSpecError as error:
            broken = error
            continue
        if comparison.equal:
            return Verdict.correct(answer, comparison.reason, rule=comparison.rule)
        found.append(comparison)
    if broken is not None:
        raise broken
    if spec.accept is Accept.ANY_VERIFIER and any(
        same_by_rules(gold, answer) for gold in spec.golds
    ):
        return Verdict.correct(answer, "equal by the string rules", rule="string_rules")
    first = found[0]
    if first.over_limit:
        return Verdict.over_limit(first.reason, answer, rule=first.rule)
    return Verdict.wrong(answer, first.reason, rule=first.rule)


def perfect_completion(spec: MathSpec) -> str | None:
    """Return a completion that boxes the first gold; None where the gold holds nothing."""
    try:
        read_gold(spec.golds[0])
    except BadSpecError:
        return None
    boxed = f"The answer is $\\boxed{{{fold(answer_in(spec.golds[0]))}}}$."
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
