"""Advantages, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from reward_trainer import advantage


def close(found: Tensor, expected: list[list[float]], atol: float = 1e-4) -> None:
    torch.testing.assert_close(found, torch.tensor(expected), atol=atol, rtol=0)


Estimate = Callable[[Tensor, Tensor], Tensor]
ALL = torch.tensor([[True, True, True, True]])


def test_grpo_divides_by_the_deviation_of_the_group() -> None:
    close(advantage.grpo(torch.tensor([[1.0, 0.0, 0.0, 1.0]]), ALL), [[1.0, -1.0, -1.0, 1.0]])


def test_grpo_with_bessels_correction() -> None:
    # mean 1/4, squares 9/16 + 3/16 = 3/4, over 3: deviation 1/2
    rewards = torch.tensor([[1.0, 0.0, 0.0, 0.0]])
    close(advantage.grpo(rewards, ALL, correction=1), [[1.5, -0.5, -0.5, -0.5]])


def test_dr_grpo_does_not_divide() -> None:
    close(
        advantage.dr_grpo(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), ALL), [[0.75, -0.25, -0.25, -0.25]]
    )


def test_rloo_compares_with_the_others() -> None:
    # 1 - 0 and 0 - 1/3
    third = 1 / 3
    close(
        advantage.rloo(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), ALL), [[1.0, -third, -third, -third]]
    )


def test_reinforce_baseline_normalises_over_the_batch() -> None:
    # centred: 1/2, -1/2, 1/4, -1/4; mean square (1/4 + 1/16) / 2 = 5/32
    rewards = torch.tensor([[1.0, 0.0], [0.5, 0.0]])
    root = (5 / 32) ** 0.5
    close(
        advantage.reinforce_baseline(rewards, torch.ones(2, 2, dtype=torch.bool)),
        [[0.5 / root, -0.5 / root], [0.25 / root, -0.25 / root]],
    )


EVERY = pytest.mark.parametrize(
    "estimate",
    [advantage.grpo, advantage.dr_grpo, advantage.rloo, advantage.reinforce_baseline],
    ids=lambda function: function.__name__,
)


@EVERY
def test_what_is_not_scored_neither_moves_the_group_nor_has_an_advantage(
    estimate: Estimate,
) -> None:
    scored = torch.tensor([[True, True, False]])
    with_it = estimate(torch.tensor([[1.0, 0.0, 99.0]]), scored)
    with_nan = estimate(torch.tensor([[1.0, 0.0, float("nan")]]), scored)
    alone = estimate(torch.tensor([[1.0, 0.0]]), torch.tensor([[True, True]]))
    torch.testing.assert_close(with_it, torch.cat([alone, torch.zeros(1, 1)], dim=1))
    torch.testing.assert_close(with_nan, with_it)


@EVERY
@pytest.mark.parametrize("scored", [[True, False, False], [False, False, False]])
def test_one_scored_rollout_has_nothing_to_be_compared_with(
    estimate: Estimate, scored: list[bool]
) -> None:
    found = estimate(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([scored]))
    assert torch.equal(found, torch.zeros(1, 3))


@EVERY
def test_groups_of_equal_rewards_have_no_advantages(estimate: Estimate) -> None:
    assert torch.equal(
        estimate(torch.full((2, 4), 0.7), torch.ones(2, 4, dtype=torch.bool)).abs() < 1e-6,
        torch.ones(2, 4, dtype=torch.bool),
    )


@EVERY
def test_advantages_of_a_group_add_up_to_nothing(estimate: Estimate) -> None:
    torch.manual_seed(0)
    found = estimate(torch.rand(5, 8), torch.rand(5, 8) > 0.3)
    torch.testing.assert_close(found.sum(dim=1), torch.zeros(5), atol=1e-4, rtol=0)
