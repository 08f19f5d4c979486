"""The workload's promises: its shape, its truth and that it is the same every time."""

from __future__ import annotations

from random import Random
from statistics import mean

import pytest

from benchmarks import workload
from benchmarks.kinds import INTEGERS, KINDS


@pytest.fixture(scope="module")
def rows() -> list[workload.Row]:
    return workload.batch(3)


def test_the_same_seed_gives_the_same_batch(rows: list[workload.Row]) -> None:
    assert workload.batch(3) == rows
    assert workload.batch(4) != rows


def test_a_batch_has_64_groups_of_16_and_half_of_it_is_right(rows: list[workload.Row]) -> None:
    assert len(rows) == 1024
    assert sum(row.right for row in rows) == 512
    assert {row.kind for row in rows} == set(KINDS)


def test_a_group_shares_a_gold_and_has_1_to_4_distinct_answers(rows: list[workload.Row]) -> None:
    for start in range(0, len(rows), 16):
        group = rows[start : start + 16]
        assert len({(row.kind, row.gold) for row in group}) == 1
        assert 1 <= len({row.answer for row in group}) <= 4


def test_completions_are_as_long_as_a_reasoning_models(rows: list[workload.Row]) -> None:
    lengths = [len(row.completion) for row in rows]
    assert min(lengths) >= 2_000
    assert max(lengths) <= 8_000
    assert 4_600 <= mean(lengths) <= 5_600


def test_a_completion_thinks_once_and_boxes_its_answer_once_after_that(
    rows: list[workload.Row],
) -> None:
    for row in rows:
        thinking, end, said = row.completion.partition("</think>")
        assert thinking.startswith("<think>")
        assert end
        assert "boxed" not in thinking
        assert said.count(rf"\boxed{{{row.answer}}}") == said.count("boxed") == 1


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_never_calls_one_answer_both_right_and_wrong(name: str) -> None:
    for seed in range(300):
        question = KINDS[name](Random(seed))
        assert question.right[0] == question.gold
        assert len(set(question.right)) == len(question.right) >= 2
        assert len(set(question.wrong)) == len(question.wrong) >= 2
        assert not set(question.right) & set(question.wrong)


def test_the_integer_batch_has_integers_only() -> None:
    for row in workload.batch(0, kinds=INTEGERS):
        int(row.gold)
        float(row.answer.replace(",", "").replace(" ", ""))
