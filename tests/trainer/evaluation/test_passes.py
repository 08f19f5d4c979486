"""The estimates, by hand."""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_trainer.evaluation.passes import (
    mean_pass_at_k,
    mean_score,
    n_unknown,
    pass_at_k,
    powers_up_to,
    standard_error,
)


@pytest.mark.parametrize(
    ("n", "n_right", "k", "expected"),
    [
        (4, 1, 1, 1 / 4),
        (4, 1, 2, 1 - 3 / 6),  # C(3, 2) / C(4, 2)
        (5, 2, 3, 1 - 1 / 10),  # C(3, 3) / C(5, 3)
        (4, 0, 4, 0.0),
        (4, 4, 1, 1.0),
        (4, 2, 3, 1.0),  # two wrong ones cannot fill three places
        (16, 3, 1, 3 / 16),
    ],
)
def test_pass_at_k_by_hand(n: int, n_right: int, k: int, expected: float) -> None:
    assert pass_at_k(n, n_right, k) == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 9), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_right_one(n: int, data: st.DataObject) -> None:
    n_right = data.draw(st.integers(0, n))
    k = data.draw(st.integers(1, n))
    draws = list(combinations(range(n), k))
    lucky = sum(any(at < n_right for at in draw) for draw in draws)
    assert pass_at_k(n, n_right, k) == pytest.approx(lucky / len(draws), abs=1e-12)


def test_thousands_of_samples_neither_overflow_nor_vanish() -> None:
    assert 0 < pass_at_k(100_000, 1, 256) == pytest.approx(256 / 100_000)


@pytest.mark.parametrize(("n", "n_right", "k"), [(4, 1, 5), (4, 5, 1), (4, 1, 0), (4, -1, 2)])
def test_what_makes_no_sense_is_refused(n: int, n_right: int, k: int) -> None:
    with pytest.raises(ValueError, match="no such thing"):
        pass_at_k(n, n_right, k)


def test_the_k_are_powers_of_two_and_all() -> None:
    assert powers_up_to(16) == [1, 2, 4, 8, 16]
    assert powers_up_to(12) == [1, 2, 4, 8, 12]
    assert powers_up_to(0) == []


def test_unknown_rewards_are_left_out_and_counted() -> None:
    prompts = [(1.0, None, 0.0), (None, None, None), (1.0, 1.0, None)]
    mean = mean_pass_at_k(prompts, 1)
    assert (mean.value, mean.n_prompts) == (0.75, 2)
    assert n_unknown(prompts) == 5


def test_prompts_with_fewer_known_rewards_than_k_say_nothing() -> None:
    mean = mean_pass_at_k([(1.0, 0.0, 0.0, 0.0), (1.0, None, None, None)], 2)
    assert (mean.value, mean.n_prompts) == (0.5, 1)


def test_a_part_of_the_score_is_not_right_but_counts_in_the_mean() -> None:
    prompts = [(0.9, 1.0), (0.5, 0.5)]
    assert mean_pass_at_k(prompts, 1).value == 0.25
    assert mean_score(prompts).value == pytest.approx(0.725)


def test_prompts_weigh_the_same_however_many_rewards_are_known() -> None:
    assert mean_score([(1.0, None, None), (0.0, 0.0, 0.0)]).value == 0.5


def test_nothing_known_is_no_number() -> None:
    assert mean_score([(None,)]).value is None
    assert mean_score([]).n_prompts == 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 0.0], 0.5),  # (1/4 + 1/4) / (2 * 1) = 1/4
        ([1.0, 0.0, 0.5, 0.5], sqrt(0.5 / 12)),  # (1/4 + 1/4) / (4 * 3)
        ([0.25, 0.25, 0.25], 0.0),
        ([1.0], None),
        ([], None),
    ],
)
def test_the_standard_error_by_hand(values: list[float], expected: float | None) -> None:
    assert standard_error(values) == (None if expected is None else pytest.approx(expected))


def test_samples_of_a_prompt_that_say_the_same_make_the_error_no_smaller() -> None:
    few = mean_pass_at_k([(1.0,), (0.0,), (0.0,)], 1)
    many = mean_pass_at_k([(1.0,) * 16, (0.0,) * 16, (0.0,) * 16], 1)
    assert many.standard_error == few.standard_error == pytest.approx(1 / 3)


@given(st.integers(2, 6), st.integers(1, 5), st.data())
def test_the_standard_error_is_the_clustered_one_without_its_bias(
    n: int, samples: int, data: st.DataObject
) -> None:
    rewards = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=samples, max_size=samples)
    prompts = [data.draw(rewards) for _ in range(n)]
    mean = mean_score(prompts)
    assert mean.value is not None
    off = [sum(reward - mean.value for reward in prompt) for prompt in prompts]
    clustered = sqrt(sum(one**2 for one in off)) / (n * samples)
    assert mean.standard_error == pytest.approx(clustered * sqrt(n / (n - 1)), abs=1e-12)


def test_pass_at_k_has_an_error_over_the_prompts_that_it_is_of() -> None:
    prompts = [(1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (1.0, None, None, None)]
    mean = mean_pass_at_k(prompts, 2)  # 1/2 and 0
    assert (mean.value, mean.n_prompts) == (0.25, 2)
    assert mean.standard_error == pytest.approx(0.25)
