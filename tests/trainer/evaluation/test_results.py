"""What the scores of a benchmark add up to, and the averages of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reward_trainer.evaluation.results import Result, average, result_of
from reward_trainer.evaluation.score import Scores
from reward_trainer.evaluation.suite import chosen
from reward_trainer.evaluation.table import report

Rewards = Sequence[float | None]


def scores_of(at: int, rewards: Rewards, part: str | None = None) -> Scores:
    return Scores(
        key=str(at),
        id=str(at),
        part=part,
        rewards=tuple(rewards),
        outcomes=(None,) * len(rewards),
        problems=tuple("sandbox_down" if reward is None else None for reward in rewards),
        finished=(True,) * len(rewards),
        n_tokens=None,
    )


def result(name: str, *prompts: Rewards, parts: Sequence[str] = ()) -> Result:
    (benchmark,) = chosen([name])
    scores = [
        scores_of(at, rewards, parts[at] if parts else None) for at, rewards in enumerate(prompts)
    ]
    nothing: dict[str, Any] = {"refused": {}, "why_unanswered": (), "differs": {}}
    return result_of(benchmark, scores, n_items=len(prompts), **nothing)


def test_unscored_samples_are_left_out_of_n_and_told() -> None:
    found = result("aime24", (1.0, None, 0.0, None), (0.0, 0.0, 0.0, 0.0))
    assert (found.value, found.n_counted, found.n_unscored) == (25, 2, 2)
    assert found.problems == {"sandbox_down": 2}
    assert found.pass_at[2].value == 50  # 1 of 1 draws of the first, 0 of the second
    assert (found.pass_at[4].value, found.pass_at[4].n_prompts) == (0, 1)


def test_pass_at_k_of_some_prompts_alone_is_marked() -> None:
    found = result("aime24", (1.0, None, 0.0, None), (0.0, 0.0, 0.0, 0.0))
    text = report([found], ours="mine", beside=[])
    row = text.splitlines()[6].split()
    assert row[:5] == ["aime24", "25.00", "25.00", "50.00", "50.00"]
    assert row[5:] == ["0.00*", "-"]
    assert "* Not of all its items" in text


def test_prompts_that_nobody_scored_make_no_zero() -> None:
    found = result("aime24", (None, None), (None, None))
    assert (found.value, found.standard_error, found.n_counted) == (None, None, 0)
    assert (found.pass_at, found.n_unscored) == ({}, 4)
    assert report([found], ours="mine", beside=[]).splitlines()[2].split()[:3] == [
        *("aime24*", "-", "-")
    ]


def test_the_error_of_an_average_is_that_of_its_independent_parts() -> None:
    first, second = result("aime24", (1.0,), (0.0,)), result("aime25", (1.0,), (1.0,))
    three = first.model_copy(update={"value": 10.0, "standard_error": 3.0})
    four = second.model_copy(update={"value": 20.0, "standard_error": 4.0})
    mean = average([three, four])
    assert (mean.value, mean.standard_error, mean.n_prompts) == (15, 2.5, 4)
    nothing = result("amc", (None,))
    assert average([three, nothing]).value is None
    assert average([]).value is None


def test_a_category_is_the_mean_of_its_tasks_with_their_errors() -> None:
    parts = ["sudoku", "sudoku", "maze", "maze"]
    found = result("reasoning_gym", (1.0,), (0.0,), (0.5,), (0.5,), parts=parts)
    assert found.tasks["sudoku"].standard_error == 50
    games = found.categories["games"]
    assert (games.value, games.standard_error, games.n_prompts) == (50, 25, 4)
    assert found.value == pytest.approx(50)
