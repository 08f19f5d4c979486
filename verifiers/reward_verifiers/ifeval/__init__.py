"""Instruction following: which of the instructions does the completion follow?

Way of a completion: what stands behind the thinking is the text (``extract``); every instruction is
a row of its family's table (``families.py``), a pure check of the text and of its arguments
(``judge``). What sentences, words and the language of a text are is worked out once for all of them
(``text/``). What the rules mean stands in ``docs/ifeval.md``.
"""

from __future__ import annotations

from typing import Any

from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.ifeval.asked import asked
from reward_verifiers.ifeval.families import version_of
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.variants import loose
from reward_verifiers.ifeval_spec import Family, FollowMode, FollowReward
from reward_verifiers.specs import IfevalSpec
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut"]

MAX_CHARS = 1_000_000
"""No instruction asks for more; a longer text is not judged."""

_OPEN_INSTRUCT = (Family.IFTRAIN, Family.RLVR)


def extract(completion: str, spec: IfevalSpec) -> str | Verdict:
    """Return what stands behind the thinking, without the blanks between, or why there is nothing.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes.
    """
    asked(spec)
    text = after_thinking(completion, spec.thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(spec.thinking))
    if len(text) < len(completion):
        text = text.lstrip()
    if spec.family in _OPEN_INSTRUCT:
        text = _without_answer_tags(text)
    if not text.strip():
        return Verdict.no_answer("the completion is blank")
    if len(text) > MAX_CHARS:
        return Verdict.over_limit(f"the completion has more than {MAX_CHARS} characters", text)
    return text


def _without_answer_tags(text: str) -> str:
    """Return what open-instruct's verifiers hand to their checks."""
    return text.replace("<answer>", "").replace("</answer>", "").strip()


def shortcut(answer: str, spec: IfevalSpec) -> Verdict | None:
    """Return None: checking instructions is a worker's job."""
    return None


def judge(answer: str, spec: IfevalSpec) -> Verdict:
    """Check every instruction.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes.
    """
    instructions = _followed(answer, spec)
    n_followed = sum(one["followed"] for one in instructions)
    share = n_followed / len(instructions)
    return Verdict.graded(
        float(share == 1.0) if spec.reward is FollowReward.ALL else share,
        answer,
        f"{n_followed} of {len(instructions)} instructions followed",
        family=spec.family.value,
        version=version_of(spec),
        profile=spec.profile.value,
        mode=spec.mode.value,
        instructions=instructions,
    )


def _followed(answer: str, spec: IfevalSpec) -> list[dict[str, Any]]:
    """Return by instruction whether it is followed; a loose verdict tells the strict one too."""
    text, checks = Text(answer), zip(spec.instruction_id_list, asked(spec), strict=True)
    if spec.mode is FollowMode.STRICT:
        return [{"id": name, "followed": one.followed_by(text)} for name, one in checks]
    others = tuple(other for other in loose(answer) if other.raw != answer)
    followed = []
    for name, one in checks:
        strictly = one.followed_by(text)
        loosely = strictly or any(map(one.followed_by, others))
        followed.append({"id": name, "followed": loosely, "followed_strictly": strictly})
    return followed


def perfect_completion(spec: IfevalSpec) -> str | None:
    """Return None: no text follows from instructions; their arguments are checked all the same.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes.
    """
    asked(spec)
    return None
