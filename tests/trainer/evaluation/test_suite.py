"""The table of benchmarks, and the paper's figures that go with it."""

from __future__ import annotations

import pytest

from reward_trainer.evaluation.paper import BASE, FIGURES, PRORL, SHORT, model_named
from reward_trainer.evaluation.puzzles import category_of
from reward_trainer.evaluation.suite import SETS, SUITE, Group, Judged, chosen


def test_all_benchmarks_of_the_paper_are_there() -> None:
    names = [one.name for one in SUITE]
    assert len(names) == len(set(names)) == 16
    rows = {row for figures in FIGURES.values() for row in figures}
    named = {row for row in rows if "/" not in row and not row.endswith("average")}
    assert named == set(names) - {"reasoning_gym_held_out"}


def test_puzzles_and_instructions_are_scored_in_parts_and_the_rest_is_not() -> None:
    for one in SUITE:
        continuous = one.group in (Group.LOGIC, Group.IF)
        assert (one.judged is Judged.SCORE) == continuous


def test_the_held_out_tasks_stand_apart() -> None:
    assert [one.name for one in SUITE if not one.trained_on] == ["reasoning_gym_held_out"]


def test_a_set_and_a_name_give_each_benchmark_once() -> None:
    names = [one.name for one in chosen(["aime24", "math"])]
    assert names == ["aime24", *(name for name in SETS["math"] if name != "aime24")]
    assert len(chosen(["prorl"])) == len(SUITE)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'ifeval'"):
        chosen(["ifevl"])


REPORTED = [
    (model, group)
    for model, figures in FIGURES.items()
    for group in (Group.MATH, Group.CODE)
    if f"{group} average" in figures
]


@pytest.mark.parametrize(("model", "group"), REPORTED)
def test_the_papers_averages_are_those_of_its_rows(model: str, group: Group) -> None:
    figures = FIGURES[model]
    rows = [figures[name] for name in SETS[group]]
    assert sum(rows) / len(rows) == pytest.approx(figures[f"{group} average"], abs=0.011)


def test_models_are_found_by_any_name_of_theirs() -> None:
    assert model_named("prorl") == PRORL
    assert model_named(f"deepseek-ai/{BASE}") == BASE
    with pytest.raises(ValueError, match="did you mean 'DeepScaleR'"):
        model_named("deepscale")
    assert set(SHORT) == set(FIGURES)


def test_every_task_has_a_category() -> None:
    assert category_of("sudoku") == "games"
    assert category_of("a_task_of_next_year") == "other"
