"""Losses, estimates of the divergence, weights and reductions, by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from reward_trainer.choices import Correction, KlEstimator, Reduction
from reward_trainer.kl import divergence
from reward_trainer.loss import (
    Clip,
    cispo_loss,
    clip_loss,
    clip_shares,
    gspo_loss,
    mirror_descent_loss,
)
from reward_trainer.mismatch import Bounds, weights
from reward_trainer.reduction import reduced

CLIP = Clip(low=0.2, high=0.4)
OLD = torch.zeros(2, 2)
# Ratios 2 and 1/2 in the first rollout, 1 in the second.
POLICY = torch.tensor([[math.log(2.0), math.log(0.5)], [0.0, 0.0]])
MASK = torch.ones(2, 2, dtype=torch.bool)


def close(found: Tensor, expected: object, atol: float = 1e-5) -> None:
    torch.testing.assert_close(found, torch.tensor(expected), atol=atol, rtol=0)


def test_clip_loss_takes_the_worse_of_ratio_and_clipped_ratio() -> None:
    # A = 1: min(2, 1.4) and min(0.5, 0.8); A = -1 at ratio 1
    found = clip_loss(POLICY, OLD, torch.tensor([1.0, -1.0]), MASK, clip=CLIP)
    close(found, [[-1.4, -0.5], [1.0, 1.0]])


def test_clip_loss_of_a_bad_rollout_is_bounded_below_alone() -> None:
    # A = -1: max(2, 1.4) = 2 and max(0.5, 0.8) = 0.8
    found = clip_loss(POLICY, OLD, torch.tensor([-1.0, 0.0]), MASK, clip=CLIP)
    close(found, [[2.0, 0.8], [0.0, 0.0]])


def test_tokens_held_by_a_bound_have_no_gradient_and_are_counted() -> None:
    policy = POLICY.clone().requires_grad_()
    clip_loss(policy, OLD, torch.tensor([1.0, 1.0]), MASK, clip=CLIP).sum().backward()
    assert policy.grad is not None
    close(policy.grad, [[0.0, -0.5], [-1.0, -1.0]])
    low, high = clip_shares(POLICY, OLD, torch.tensor([1.0, 1.0]), MASK, clip=CLIP)
    assert (int(low), int(high)) == (0, 1)
    low, high = clip_shares(POLICY, OLD, torch.tensor([-1.0, 1.0]), MASK, clip=CLIP)
    assert (int(low), int(high)) == (1, 0)


def test_cispo_keeps_every_gradient_at_a_clipped_weight() -> None:
    policy = POLICY.clone().requires_grad_()
    cispo_loss(policy, OLD, torch.tensor([1.0, 2.0]), MASK, clip=CLIP).sum().backward()
    assert policy.grad is not None
    close(policy.grad, [[-1.4, -0.8], [-2.0, -2.0]])


def test_gspo_clips_the_geometric_mean_of_a_completion() -> None:
    # 2 * 1/2: mean ratio 1. With the second token masked it is 2, clipped to 1.4.
    close(gspo_loss(POLICY, OLD, torch.tensor([1.0, 1.0]), MASK, clip=CLIP), [[-1.0] * 2] * 2)
    mask = torch.tensor([[True, False], [True, True]])
    found = gspo_loss(POLICY, OLD, torch.tensor([1.0, 1.0]), mask, clip=CLIP)
    close(found, [[-1.4] * 2, [-1.0] * 2])


def test_mirror_descent_begins_as_the_policy_gradient() -> None:
    policy = OLD.clone().requires_grad_()
    loss = mirror_descent_loss(policy, OLD, torch.tensor([1.0, -2.0]), MASK, tau=0.5)
    loss.sum().backward()
    assert policy.grad is not None
    close(policy.grad, [[-1.0, -1.0], [2.0, 2.0]])


def test_mirror_descent_rests_where_the_ratio_says_what_the_advantage_does() -> None:
    # log ratio of the completion log 2 = A / tau
    policy = torch.tensor([[math.log(2.0), 0.0]]).requires_grad_()
    tau = 0.5
    loss = mirror_descent_loss(
        policy, OLD[:1], torch.tensor([tau * math.log(2.0)]), MASK[:1], tau=tau
    )
    loss.sum().backward()
    assert policy.grad is not None
    close(policy.grad, [[0.0, 0.0]])


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (KlEstimator.K1, [math.log(2.0), -math.log(2.0)]),
        (KlEstimator.K2, [math.log(2.0) ** 2 / 2] * 2),
        (KlEstimator.K3, [0.5 - 1 + math.log(2.0), 2 - 1 - math.log(2.0)]),
    ],
)
def test_divergence(estimator: KlEstimator, expected: list[float]) -> None:
    close(divergence(POLICY[:1], OLD[:1], estimator), [expected])


@pytest.mark.parametrize("estimator", KlEstimator)
def test_divergence_is_nothing_between_equals_and_bounded_between_strangers(
    estimator: KlEstimator,
) -> None:
    assert torch.equal(divergence(POLICY, POLICY, estimator), torch.zeros(2, 2))
    far = divergence(torch.full((1, 1), 900.0), torch.full((1, 1), -900.0), estimator)
    near = divergence(torch.full((1, 1), -900.0), torch.full((1, 1), 900.0), estimator)
    assert far.abs().item() <= 10
    assert near.abs().item() <= 10


BOUNDS = Bounds(low=0.5, high=1.5)


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        (Correction.NONE, [[1.0, 1.0, 0.0]]),
        (Correction.TRUNCATE, [[1.5, 0.25, 0.0]]),
        (Correction.ICEPOP, [[0.0, 0.0, 0.0]]),
        # mean of log 2 and log 1/4: ratio 0.707
        (Correction.SEQUENCE_MASK, [[1.5, 0.25, 0.0]]),
    ],
)
def test_weights_of_a_sampler_that_differs(
    correction: Correction, expected: list[list[float]]
) -> None:
    old = torch.tensor([[math.log(2.0), math.log(0.25), 7.0]])
    mask = torch.tensor([[True, True, False]])
    close(weights(old, torch.zeros(1, 3), mask, correction, BOUNDS), expected)


def test_a_completion_beyond_the_bounds_is_dropped_whole() -> None:
    old = torch.tensor([[math.log(4.0), 0.0], [0.1, 0.1]])
    found = weights(old, torch.zeros(2, 2), MASK, Correction.SEQUENCE_MASK, BOUNDS)
    close(found, [[0.0, 0.0], [math.exp(0.1)] * 2])


@pytest.mark.parametrize("correction", Correction)
def test_a_sampler_that_agrees_is_trusted(correction: Correction) -> None:
    close(weights(POLICY, POLICY, MASK, correction, BOUNDS), [[1.0, 1.0], [1.0, 1.0]])


LOSS = torch.tensor([[1.0, 2.0, 3.0], [10.0, 0.0, 0.0]])
LENGTHS = torch.tensor([[True, True, True], [True, False, False]])


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [
        (Reduction.TOKEN_MEAN, 16 / 4),
        (Reduction.SEQUENCE_MEAN, (2 + 10) / 2),
        (Reduction.SEQUENCE_SUM, 16 / (2 * 5)),
    ],
)
def test_reductions_and_that_parts_add_up(reduction: Reduction, expected: float) -> None:
    whole = {"n_tokens": 4, "n_rollouts": 2, "max_tokens": 5}
    close(reduced(LOSS, LENGTHS, reduction, **whole), expected)
    parts = [
        reduced(LOSS[at : at + 1], LENGTHS[at : at + 1], reduction, **whole) for at in range(2)
    ]
    close(parts[0] + parts[1], expected)
