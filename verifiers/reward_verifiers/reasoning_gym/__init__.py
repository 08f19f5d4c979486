"""The puzzles of Reasoning Gym: is the answer in ``<answer>`` tags right by its data set's rules?

Way of an answer: read out of the completion (``extract``), decided at once where rules only compare
texts (``shortcut``), else by a rule of ours or, under bounds, by the package's own scorer
(``judge``). ``rules.py`` says which data set has which rule, ``exact/`` replaces those rules of the
package that evaluate what the model wrote. What scores mean stands in ``docs/reasoning_gym.md``.
"""

from __future__ import annotations

from reward_verifiers.extract.statement import boxed_answer
from reward_verifiers.extract.tagged import Tagged, last_tagged
from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.reasoning_gym.rules import by_text
from reward_verifiers.reasoning_gym.scoring import Scored, quick_score, score
from reward_verifiers.reasoning_gym.task import Task
from reward_verifiers.reasoning_gym_spec import AnswerMode
from reward_verifiers.specs import ReasoningGymSpec, Thinking
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut"]


def extract(completion: str, spec: ReasoningGymSpec) -> str | Verdict:
    r"""Return what the last tags hold, or why there is no answer.

    In standard mode a completion without any ``<answer>`` answers with its last ``\boxed{}``, or
    with the statement that it belongs to, as in mathematics.
    """
    text = after_thinking(completion, spec.thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(spec.thinking))
    tagged = last_tagged(text)
    if tagged is not None:
        return _tagged_answer(tagged, spec)
    answer = None if spec.mode is AnswerMode.STRICT else boxed_answer(text)
    if answer is None:
        return Verdict.no_answer(_nothing_found(completion, spec))
    return answer


def _tagged_answer(tagged: Tagged, spec: ReasoningGymSpec) -> str | Verdict:
    if not tagged.closed:
        return Verdict.no_answer("an <answer> is not closed")
    if tagged.is_one_of_several:
        return Verdict.no_answer("several <answer>s offered at once", tagged.body)
    if not tagged.body and spec.entry.get("answer") != "":
        return Verdict.no_answer("the <answer> is empty")
    return tagged.body


def _nothing_found(completion: str, spec: ReasoningGymSpec) -> str:
    """Return why there is no answer where neither tags nor a box are read."""
    strict = spec.mode is AnswerMode.STRICT
    wanted = "no <answer>...</answer>" if strict else r"no <answer>...</answer> and no \boxed{...}"
    tagged = last_tagged(completion)
    if tagged is not None and tagged.closed:
        return f"{wanted} behind the thinking: an <answer> stands in the thinking alone"
    return f"{wanted} in the completion"


def shortcut(answer: str, spec: ReasoningGymSpec) -> Verdict | None:
    """Decide at once where a data set's rules only compare texts; else None."""
    scored = quick_score(answer, spec)
    return None if scored is None else _verdict(answer, scored, spec)


def judge(answer: str, spec: ReasoningGymSpec) -> Verdict:
    """Decide by the data set's rules.

    Raises:
        BadSpecError: the entry is none of its data set.
    """
    return _verdict(answer, score(answer, spec), spec)


def perfect_completion(spec: ReasoningGymSpec) -> str | None:
    """Return a completion that gives the entry's own answer, or its example of a right one."""
    answer = Task.of(spec).example
    if answer is None:
        return None
    tagged = f"<answer>{answer}</answer>"
    return f"</think>{tagged}" if spec.thinking is Thinking.REQUIRE else tagged


def _verdict(answer: str, scored: Scored, spec: ReasoningGymSpec) -> Verdict:
    details = {"dataset": spec.dataset, "profile": spec.profile.value}
    if by_text(Task.of(spec)):
        details["rule"] = "text"
    if scored.over_limit:
        return Verdict.over_limit(scored.reason, answer, **details)
    return Verdict.graded(scored.score, answer, scored.reason, **details)
