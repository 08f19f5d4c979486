"""What an evaluation found, benchmark by benchmark; percent, as papers tell it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import hypot
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


class Estimate(BaseModel):
    """A mean in percent, and how far chance may have moved it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    value: float | None
    """None: there is nothing that it could be of."""
    standard_error: float | None
    """Over prompts, each with its completions a cluster (``passes.standard_error``)."""
    n_prompts: int
    """The prompts that it is of."""


class Result(BaseModel):
    """What a benchmark, or a part of it, found."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    value: float | None
    """The number that stands beside the paper's, in percent; None: nothing was scored."""
    standard_error: float | None
    """Of ``value``, over prompts, each with its completions a cluster."""
    judged: Judged
    """What it is: pass@1, all or nothing, or the mean score."""
    score: float | None
    """The mean score, in percent, parts included."""
    pass_at: dict[int, Estimate]
    """The unbiased estimate by k, over the prompts with k known rewards at least."""
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
    tasks: dict[str, Estimate] = {}
    """By task of Reasoning Gym."""
    categories: dict[str, Estimate] = {}
    """By category of Reasoning Gym: the mean over its tasks."""
    why_unanswered: dict[str, int] = {}
    refused: dict[str, str] = {}
    """Prompts that the service cannot judge, so that nothing was asked: why, by file and line."""
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
    refused: Mapping[str, str],
    why_unanswered: Iterable[str],
    differs: Mapping[str, Difference],
    revision: str = "",
) -> Result:
    """Return what the scores of a benchmark add up to."""
    rewards = [one.rewards for one in scores]
    value = _estimate(_mean(benchmark, rewards))
    tasks = _tasks(benchmark, scores)
    finished = [end for one in scores for end in one.finished]
    counted_tokens = [one for one in scores if one.n_tokens is not None]
    n_with_tokens = sum(len(one.rewards) for one in counted_tokens)
    n_tokens = sum(one.n_tokens or 0 for one in counted_tokens)
    return Result(
        name=benchmark.name,
        value=value.value,
        standard_error=value.standard_error,
        judged=benchmark.judged,
        score=_estimate(mean_score(rewards)).value,
        pass_at=_pass_at(rewards),
        n_items=n_items,
        n_counted=value.n_prompts,
        n_unanswered=n_items - len(scores) - len(refused),
        n_completions=sum(map(len, rewards)),
        n_unscored=n_unknown(rewards),
        problems=dict(Counter(why for one in scores for why in one.problems if why)),
        truncated=100 * finished.count(False) / len(finished) if finished else None,
        tokens=n_tokens / n_with_tokens if n_with_tokens else None,
        tasks=tasks,
        categories=_categories(tasks) if benchmark.trained_on else {},
        why_unanswered=dict(Counter(why_unanswered)),
        refused=dict(refused),
        revision=revision,
        own=benchmark.group is None,
        differs=dict(differs),
    )


def average(results: Sequence[Result]) -> Estimate:
    """Return the mean of the results' values; it is None where one of them has none."""
    return _mean_of(
        [
            Estimate(value=one.value, standard_error=one.standard_error, n_prompts=one.n_counted)
            for one in results
        ]
    )


def _mean(benchmark: Benchmark, rewards: Sequence[Rewards]) -> Mean:
    if benchmark.judged is Judged.RIGHT:
        return mean_pass_at_k(rewards, 1)
    return mean_score(rewards)


def _pass_at(rewards: Sequence[Rewards]) -> dict[int, Estimate]:
    most = max((len(known(one)) for one in rewards), default=0)
    return {k: _estimate(mean_pass_at_k(rewards, k)) for k in powers_up_to(most)}


def _tasks(benchmark: Benchmark, scores: Sequence[Scores]) -> dict[str, Estimate]:
    rewards: dict[str, list[Rewards]] = defaultdict(list)
    for one in scores:
        if one.part is not None:
            rewards[one.part].append(one.rewards)
    return {task: _estimate(_mean(benchmark, rewards[task])) for task in sorted(rewards)}


def _categories(tasks: Mapping[str, Estimate]) -> dict[str, Estimate]:
    members: dict[str, list[Estimate]] = defaultdict(list)
    for task, estimate in tasks.items():
        if estimate.value is not None:
            members[category_of(task)].append(estimate)
    return {name: _mean_of(found) for name, found in sorted(members.items())}


def _estimate(mean: Mean) -> Estimate:
    return Estimate(
        value=_percent(mean.value),
        standard_error=_percent(mean.standard_error),
        n_prompts=mean.n_prompts,
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)


def _mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of estimates that are of different prompts, and all there are.

    Its standard error is the root of the sum of their squares, over how many they are.
    """
    n = len(estimates)
    values = [one.value for one in estimates if one.value is not None]
    errors = [one.standard_error for one in estimates if one.standard_error is not None]
    return Estimate(
        value=round(sum(values) / n, 4) if n and len(values) == n else None,
        standard_error=round(hypot(*errors) / n, 4) if n and len(errors) == n else None,
        n_prompts=sum(one.n_prompts for one in estimates),
    )


def as_json(results: Sequence[Result], *, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return all of an evaluation as JSON."""
    return {
        "about": dict(about),
        "benchmarks": {one.name: one.model_dump(mode="json") for one in results},
    }
