"""The puzzles of Reasoning Gym: is the answer in ``<answer>`` tags right by its data set's rules?"""

from __future__ import annotations

from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.specs import ReasoningGymSpec
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut"]


def extract(completion: str, spec: ReasoningGymSpec) -> str | Verdict:
    """Return the last answer in tags behind the thinking, or why there is none."""
    text = after_thinking(completion, spec.thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(spec.thinking))
    _, opened, rest = text.rpartition("<answer>")
    answer, closed, _ = rest.partition("</answer>")
    if not opened or not closed:
        return Verdict.no_answer("no <answer>...</answer> in the completion")
    return answer.strip()


def shortcut(answer: str, spec: ReasoningGymSpec) -> Verdict | None:
    """Decide what is the data set's own answer to the letter; else None."""
    if answer == spec.entry.get("answer"):
        return Verdict.correct(answer, "the same text")
    return None


def judge(answer: str, spec: ReasoningGymSpec) -> Verdict:
    """Decide what ``shortcut`` left open."""
    return Verdict.wrong(answer, f"expected {spec.entry.get('answer')!r}")


def perfect_completion(spec: ReasoningGymSpec) -> str | None:
    """Return a completion with the entry's answer, if it has one."""
    answer = spec.entry.get("answer")
    return f"<answer>{answer}</answer>" if isinstance(answer, str) else None
