"""The answer of a math completion: after the thinking, in a box, else as the mode allows."""

from __future__ import annotations

from reward_verifiers.extract.boxed import MAX_BOX_CHARS
from reward_verifiers.extract.endings import answer_endings
from reward_verifiers.extract.numbers import last_number_or_formula
from reward_verifiers.extract.phrases import announced_answer
from reward_verifiers.extract.statement import boxed_answer
from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.specs import MathMode, Thinking
from reward_verifiers.verdict import Verdict

MAX_ANSWER_CHARS = MAX_BOX_CHARS
"""A longer answer is not judged. No honest one comes near it."""


def math_answer(completion: str, mode: MathMode, thinking: Thinking) -> str | Verdict:
    """Return the answer that ``completion`` gives, or the verdict that it gives none.

    A box decides alone: one that is empty, cut off, denied or hedged is no answer, whatever the
    words around it say. Only without any box, and not in strict mode, does an announcement count
    ("the final answer is 7"); only without that, and in lenient mode, the last number or formula.
    Where the text runs on behind an answer (``endings``), what follows is not judged.
    """
    text = after_thinking(completion, thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(thinking))
    answer = _first_given(text, mode)
    if answer is None and mode is MathMode.LENIENT:
        answer = last_number_or_formula(text)
    if answer is None:
        return Verdict.no_answer(_NOTHING_FOUND[mode])
    if isinstance(answer, str) and len(answer) > MAX_ANSWER_CHARS:
        return Verdict.over_limit(
            f"the answer is longer than {MAX_ANSWER_CHARS} characters", answer
        )
    return answer


def _first_given(text: str, mode: MathMode) -> str | Verdict | None:
    """Return what ``text`` answers up to the first place where it may end, and has an answer."""
    for end in answer_endings(text):
        answer = _given(text[:end], mode)
        if isinstance(answer, str):
            return answer
    return _given(text, mode)


def _given(text: str, mode: MathMode) -> str | Verdict | None:
    answer = boxed_answer(text)
    if answer is None and mode is not MathMode.STRICT:
        return announced_answer(text)
    return answer


_NOTHING_FOUND = {
    MathMode.STRICT: r"no \boxed{...} in the answer",
    MathMode.STANDARD: r"no \boxed{...} and no announced answer such as 'the final answer is'",
    MathMode.LENIENT: "no box, no announced answer, no number and no formula",
}
