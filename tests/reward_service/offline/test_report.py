"""Sums over a scored file, by numbers computed on paper."""

from __future__ import annotations

import json
from dataclasses import replace
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_service.cli.tables import report_tables
from reward_service.report import Result, Tally, ks_up_to, pass_at_k


def results(pattern: str, domain: str | None = "math") -> list[Result]:
    """One result per character: c correct, w wrong, n no answer, ? unscored."""
    outcomes = {"c": "correct", "w": "wrong", "n": "no_answer"}
    return [
        Result(
            domain=domain,
            reward=None if mark == "?" else float(mark == "c"),
            outcome=outcomes.get(mark),
            problem="worker_died" if mark == "?" else None,
        )
        for mark in pattern
    ]


@pytest.mark.parametrize(
    ("n", "c", "k", "expected"),
    [
        (1, 1, 1, 1.0),
        (1, 0, 1, 0.0),
        (4, 1, 1, 0.25),
        (4, 1, 2, 0.5),  # 1 - C(3,2)/C(4,2) = 1 - 3/6
        (4, 2, 2, 5 / 6),  # 1 - C(2,2)/C(4,2) = 1 - 1/6
        (5, 2, 3, 0.9),  # 1 - C(3,3)/C(5,3) = 1 - 1/10
        (10, 3, 5, 11 / 12),  # 1 - C(7,5)/C(10,5) = 1 - 21/252
        (4, 3, 2, 1.0),
        (8, 0, 8, 0.0),
    ],
)
def test_pass_at_k_by_hand(n: int, c: int, k: int, expected: float) -> None:
    assert pass_at_k(n, c, k) == pytest.approx(expected)


@given(st.integers(1, 300), st.data())
def test_pass_at_k_is_the_ratio_of_binomials(n: int, data: st.DataObject) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    assert pass_at_k(n, c, k) == pytest.approx(1 - comb(n - c, k) / comb(n, k), abs=1e-9)


def test_pass_at_k_of_more_tries_than_completions_is_refused() -> None:
    with pytest.raises(ValueError, match="1 <= k <= n"):
        pass_at_k(4, 1, 5)


def test_ks_are_the_powers_of_two_and_the_number_itself() -> None:
    assert [ks_up_to(n) for n in (0, 1, 2, 3, 8, 10)] == [
        [],
        [1],
        [1, 2],
        [1, 2, 3],
        [1, 2, 4, 8],
        [1, 2, 4, 8, 10],
    ]


def test_a_report_counts_outcomes_and_leaves_the_unscored_out_of_the_mean() -> None:
    tally = Tally()
    tally.add(results("ccw?"))
    tally.add(results("n", domain="stem"))
    report = tally.report()

    math, stem = report.domains
    assert (math.domain, math.n, math.n_scored, math.n_unscored) == ("math", 4, 3, 1)
    assert math.mean_reward == pytest.approx(2 / 3)
    assert math.outcomes == {"correct": 2, "wrong": 1}
    assert math.problems == {"worker_died": 1}
    assert (stem.domain, stem.mean_reward, stem.outcomes) == ("stem", 0.0, {"no_answer": 1})
    assert (report.total.n, report.total.mean_reward) == (5, 0.5)
    assert (report.n, report.n_unscored) == (5, 1)


def test_verdicts_that_the_program_could_have_forged_are_counted_and_shown() -> None:
    shared = [replace(each, shared_process=True) for each in results("cw", domain="code")]
    tally = Tally()
    tally.add(shared)
    tally.add(results("c", domain="code"))
    report = Tally.from_state(json.loads(json.dumps(tally.state()))).report()
    without = Tally()
    without.add(results("c"))

    assert (report.domains[0].n_shared_process, report.total.n_shared_process) == (2, 2)
    assert "shared process" in report_tables(report)
    assert "shared process" not in report_tables(without.report())


def test_pass_at_k_is_the_mean_over_prompts_with_enough_scored_completions() -> None:
    tally = Tally()
    tally.add(results("cwww"))
    tally.add(results("ccww"))
    tally.add(results("c?"))  # one scored completion: counts for k = 1 alone
    (math,) = tally.report().domains

    points = {point.k: (point.value, point.n_prompts) for point in math.pass_at_k}
    assert points == {
        1: (pytest.approx((0.25 + 0.5 + 1.0) / 3), 3),
        2: (pytest.approx((0.5 + 5 / 6) / 2), 2),
        4: (pytest.approx(1.0), 2),
    }
    assert (math.n_prompts, math.n_prompts_all_correct, math.n_prompts_none_correct) == (3, 1, 0)


def test_there_is_no_pass_at_k_without_several_completions() -> None:
    tally = Tally()
    tally.add(results("c"))
    tally.add(results("w"))
    assert tally.report().total.pass_at_k == []


def test_what_cannot_be_read_has_a_row_of_its_own_and_no_mean() -> None:
    tally = Tally()
    tally.add(results("?", domain=None))
    (row,) = tally.report().domains
    assert (row.domain, row.n, row.mean_reward, row.n_prompts) == ("unreadable", 1, None, 0)


def test_a_tally_survives_its_journal() -> None:
    tally = Tally()
    for pattern in ("ccw?", "wwww", "nc"):
        tally.add(results(pattern))
    again = Tally.from_state(json.loads(json.dumps(tally.state())))
    assert again.report() == tally.report()
    assert again.counts() == (10, 1)


def test_an_empty_file_has_an_empty_report() -> None:
    report = Tally().report()
    assert (report.n, report.domains, report.total.mean_reward) == (0, [], None)
