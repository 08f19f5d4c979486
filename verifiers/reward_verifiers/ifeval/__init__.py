"""Instruction following: which of the instructions does the completion follow?

Way of a completion: what stands behind the thinking is the text (``extract``); every instruction is
a row of its family's table (``families.py``), a pure check of the text and of its arguments
(``judge``). What sentences, words and the language of a text are is worked out once for all of them
(``text/``). What the rules mean stands in ``docs/ifeval.md``.
"""

from __future__ import annotations

from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.ifeval.asked import asked
from reward_verifiers.ifeval.families import version_of
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.variants import loose
from reward_verifiers.ifeval_spec import FollowMode, FollowReward
from reward_verifiers.specs import IfevalSpec
from reward_verifiers.verdict import Verdict

__all__ = ["extract", "judge", "perfect_completion", "shortcut"]

MAX_CHARS = 1_000_000
"""No instruction asks for more; a longer text is not judged."""


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
    if not text.strip():
        return Verdict.no_answer("the completion is blank")
    if len(text) > MAX_CHARS:
        return Verdict.over_limit(f"the completion has more than {MAX_CHARS} characters", text)
    return text


def shortcut(answer: str, spec: IfevalSpec) -> Verdict | None:
    """Return None: checking instructions is a worker's job."""
    return None


def judge(answer: str, spec: IfevalSpec) -> Verdict:
    """Check every instruction.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes.
    """
    texts = loose(answer) if spec.mode is FollowMode.LOOSE else (Text(answer),)
    followed = [any(map(one.followed_by, texts)) for one in asked(spec)]
    n_followed = sum(followed)
    share = n_followed / len(followed)
    score = float(n_followed == len(followed)) if spec.reward is FollowReward.ALL else share
    return Verdict.graded(
        score,
        answer,
        f"{n_followed} of {len(followed)} instructions followed",
        family=spec.family.value,
        version=version_of(spec),
        profile=spec.profile.value,
        mode=spec.mode.value,
        instructions=[
            {"id": name, "followed": yes}
            for name, yes in zip(spec.instruction_id_list, followed, strict=True)
        ],
    )


def perfect_completion(spec: IfevalSpec) -> str | None:
    """Return None: no text follows from instructions; their arguments are checked all the same.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes.
    """
    asked(spec)
    return None
