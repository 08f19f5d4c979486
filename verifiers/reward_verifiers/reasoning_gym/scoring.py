"""One answer by the rules of its data set: bounds first, then the rule, then what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from reward_verifiers.errors import BadSpecError
from reward_verifiers.reasoning_gym.bounds import check_bounds
from reward_verifiers.reasoning_gym.errors import NoAnswerError, TooCostlyError
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError
from reward_verifiers.reasoning_gym.exact.table import EXACT
from reward_verifiers.reasoning_gym.rules import RULES
from reward_verifiers.reasoning_gym.task import Task, in_spec
from reward_verifiers.reasoning_gym_spec import ReasoningGymSpec, ScoreProfile

_TOO_MUCH = (TooCostlyError, OverLimitError, OverflowError, RecursionError)
_NO_ANSWER = (ValueError, ArithmeticError)
"""What reading an answer raises that is none; the package's own errors come as ``ValueError``."""

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Scored:
    """What an answer earns."""

    score: float
    reason: str
    over_limit: bool = False


def quick_score(answer: str, spec: ReasoningGymSpec) -> Scored | None:
    """Return what ``answer`` earns where that takes no more than comparing texts, else None."""
    rules = RULES.get(spec.dataset)
    if rules is None:
        return None
    fixed = spec.profile is ScoreProfile.FIXED
    if rules.fixed_at_once if fixed else rules.upstream_at_once:
        rule = rules.fixed if fixed else rules.upstream
        task = Task.of(spec)
        return _scored(rule(answer, task), task)
    return None


def score(answer: str, spec: ReasoningGymSpec) -> Scored:
    """Return what ``answer`` earns.

    Raises:
        BadSpecError: the entry is none of its data set.
    """
    task = Task.of(spec)
    fixed = spec.profile is ScoreProfile.FIXED
    try:
        check_bounds(answer, task, fixed=fixed)
        return _scored(_earned(answer, task, fixed=fixed), task)
    except BadSpecError:
        raise
    except _TOO_MUCH as error:
        # What Python says of a text that is too deep or too large is nothing for a person.
        is_ours = isinstance(error, TooCostlyError | OverLimitError)
        reason = str(error) if is_ours else "too deep or too large to judge"
        return Scored(0.0, reason, over_limit=True)
    except NoAnswerError as error:
        return Scored(0.0, f"not read as an answer: {error}")
    except _NO_ANSWER:
        return Scored(0.0, "not read as an answer: not of the form that this task asks for")


def _earned(answer: str, task: Task, *, fixed: bool) -> float:
    if task.dataset in EXACT:
        with in_spec():
            return EXACT[task.dataset].score(answer, task.entry, fixed=fixed)
    rules = RULES[task.dataset]
    return (rules.fixed if fixed else rules.upstream)(answer, task)


def _scored(earned: float, task: Task) -> Scored:
    if earned >= 1.0:
        return Scored(1.0, "right")
    what = "partly right" if earned > 0.0 else "not right"
    shown = f"; the entry's own answer is {task.gold[:_SHOWN]!r}" if task.gold else ""
    return Scored(earned if earned > 0.0 else 0.0, f"{what}{shown}")  # NaN earns nothing, too
