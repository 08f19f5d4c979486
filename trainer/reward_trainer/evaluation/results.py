"""What an evaluation found, benchmark by benchmark; percent, as papers tell it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from reward_trainer.evaluation.passes import (
    Mean,
    Rewards,
    known,
    mean_pass_at_k,
    mean_score,
    n_unknown,
    powers_up_to,
)
from reward_trainer.evaluation.protocol import Difference
from reward_trainer.evaluation.puzzles import category_of
from reward_trainer.evaluation.score import Scores
from reward_trainer.evaluation.suite import Benchmark, Judged


class Result(BaseModel):
    """What a benchmark, or a part of it, found."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    value: float | None
    """The number that stands beside the paper's, in percent; None: nothing was scored."""
    judged: Judged
    """What it is: pass@1, all or nothing, or the mean score."""
    score: float | None
    """The mean score, in percent, parts included."""
    pass_at: dict[int, float]
    """The unbiased estimate by k, in percent, over the prompts with k known rewards at least."""
    n_items: int
    """Prompts of the benchmark, or of those that were asked for."""
    n_counted: int
    """Prompts with a known reward: ``value`` is of these."""
    n_unanswered: int = 0
    """Prompts that nothing was written to."""
    n_completions: int
    n_unscored: int
    """Completions whose reward is unknown. They count in no number, least of all as 0."""
    problems: dict[str, int]
    """Why, with how many."""
    truncated: float | None
    """The share of completions that were cut off, in percent."""
    tokens: float | None
    """Mean tokens of a completion, where the engine told them."""
    tasks: dict[str, float | None] = {}
    """By task of Reasoning Gym."""
    categories: dict[str, float] = {}
    """By category of Reasoning Gym: the mean over its tasks."""
    why_unanswered: dict[str, int] = {}
    revision: str = ""
    """The commit of the data set of the Hub that its items are of."""
    own: bool = False
    """Whether it is a set of the user's own, which the paper does not have."""
    differs: dict[str, Difference] = {}
    """What is off the paper's protocol; with anything here it is not comparable."""

    @property
    def whole(self) -> bool:
        """Whether it is of all prompts that were asked for."""
        return self.n_counted == self.n_items

    @property
    def comparable(self) -> bool:
        """Whether it can be held against the paper's figure."""
        return self.whole and not self.differs and not self.own


def result_of(
    benchmark: Benchmark,
    scores: Sequence[Scores],
    *,
    n_items: int,
    why_unanswered: Iterable[str],
    differs: Mapping[str, Difference],
    revision: str = "",
) -> Result:
    """Return what the scores of a benchmark add up to."""
    rewards = [one.rewards for one in scores]
    value = _value(benchmark, rewards)
    tasks = _tasks(benchmark, scores)
    finished = [end for one in scores for end in one.finished]
    counted_tokens = [one for one in scores if one.n_tokens is not None]
    n_with_tokens = sum(len(one.rewards) for one in counted_tokens)
    n_tokens = sum(one.n_tokens or 0 for one in counted_tokens)
    return Result(
        name=benchmark.name,
        value=_percent(value),
        judged=benchmark.judged,
        score=_percent(mean_score(rewards)),
        pass_at=_pass_at(rewards),
        n_items=n_items,
        n_counted=value.n_prompts,
        n_unanswered=n_items - len(scores),
        n_completions=sum(map(len, rewards)),
        n_unscored=n_unknown(rewards),
        problems=dict(Counter(why for one in scores for why in one.problems if why)),
        truncated=100 * finished.count(False) / len(finished) if finished else None,
        tokens=n_tokens / n_with_tokens if n_with_tokens else None,
        tasks=tasks,
        categories=_categories(tasks) if benchmark.trained_on else {},
        why_unanswered=dict(Counter(why_unanswered)),
        revision=revision,
        own=benchmark.group is None,
        differs=dict(differs),
    )


def average(results: Sequence[Result]) -> float | None:
    """Return the mean of the results' values; None where one of them has none."""
    values = [result.value for result in results]
    if not values or None in values:
        return None
    return sum(value for value in values if value is not None) / len(values)


def _value(benchmark: Benchmark, rewards: Sequence[Rewards]) -> Mean:
    if benchmark.judged is Judged.RIGHT:
        return mean_pass_at_k(rewards, 1)
    return mean_score(rewards)


def _pass_at(rewards: Sequence[Rewards]) -> dict[int, float]:
    most = max((len(known(one)) for one in rewards), default=0)
    means = {k: mean_pass_at_k(rewards, k).value for k in powers_up_to(most)}
    return {k: round(100 * value, 4) for k, value in means.items() if value is not None}


def _tasks(benchmark: Benchmark, scores: Sequence[Scores]) -> dict[str, float | None]:
    rewards: dict[str, list[Rewards]] = defaultdict(list)
    for one in scores:
        if one.part is not None:
            rewards[one.part].append(one.rewards)
    return {task: _percent(_value(benchmark, rewards[task])) for task in sorted(rewards)}


def _categories(tasks: Mapping[str, float | None]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for task, value in tasks.items():
        if value is not None:
            values[category_of(task)].append(value)
    return {name: round(sum(found) / len(found), 4) for name, found in sorted(values.items())}


def _percent(mean: Mean) -> float | None:
    return None if mean.value is None else round(100 * mean.value, 4)


def as_json(results: Sequence[Result], *, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return all of an evaluation as JSON."""
    return {
        "about": dict(about),
        "benchmarks": {one.name: one.model_dump(mode="json") for one in results},
    }
