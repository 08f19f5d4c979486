"""What an update does to the weights, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import same, small_config, tiny_model
from torch import Tensor, nn

from reward_trainer import batch as batches
from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.rollout import Group


def gradients(groups: list[Group], config: Config) -> list[Tensor]:
    learner = Learner(tiny_model(), config, device="cpu")
    learner.learn(batch_of(groups, learner, config), config, step=1)
    return [value.grad for value in learner.policy.parameters() if value.grad is not None]


def test_completions_without_a_reward_leave_no_trace(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"optimizer.lr": 1e-2})
    whole = group((1.0, 0.0, None, None))
    without = replace(
        whole, completions=whole.completions[:2], rewards=(1.0, 0.0), problems=(None, None)
    )
    torch.testing.assert_close(gradients([whole], config), gradients([without], config))
    assert any(bool(gradient.any()) for gradient in gradients([whole], config))


@pytest.mark.parametrize("microbatch_tokens", [1, 12, 10_000])
def test_how_rollouts_are_packed_changes_nothing(microbatch_tokens: int, tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"kl.beta": 0.1, "algorithm.entropy_bonus": 0.01})
    groups = [group(rewards) for rewards in REWARDS]
    whole = Learner(tiny_model(), config, device="cpu")
    batch = batch_of(groups, whole, config)
    whole.learn(batch, config, step=1)
    packed = config.having({"algorithm.microbatch_tokens": microbatch_tokens})
    parts = Learner(tiny_model(), packed, device="cpu")
    parts.learn(batch, packed, step=1)
    for one, other in zip(whole.policy.parameters(), parts.policy.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, atol=1e-5, rtol=1e-3)


def test_minibatches_are_updates_of_their_own(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"algorithm.minibatches": 4})
    learner = Learner(tiny_model(), config, device="cpu")
    learner.learn(batch_of([group(one) for one in REWARDS], learner, config), config, step=1)
    counts = {int(state["step"]) for state in learner.optimizer.state.values()}
    assert counts == {4}


def test_the_rate_warms_up_and_stages_change_all_of_the_optimizer(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"optimizer.lr": 0.1, "optimizer.warmup_steps": 10})
    learner = Learner(tiny_model(), config, device="cpu")
    batch = batch_of([group(REWARDS[0])], learner, config)
    rates = []
    for step in (1, 5, 10, 11):
        learner.learn(batch, config, step=step)
        rates.append(learner.optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.01, 0.05, 0.1, 0.1])
    later = config.having({"optimizer.weight_decay": 0.3, "optimizer.betas": (0.8, 0.9)})
    learner.learn(batch, later, step=12)
    options = learner.optimizer.param_groups[0]
    assert (options["weight_decay"], options["betas"]) == (0.3, (0.8, 0.9))


def test_a_gradient_that_is_no_number_is_no_update(tmp_path: Path) -> None:
    config = small_config(tmp_path)
    learner = Learner(tiny_model(), config, device="cpu")
    batch = batch_of([group(REWARDS[0])], learner, config)
    batch.advantages_B[0] = float("nan")
    before = {name: value.clone() for name, value in learner.weights()}
    seen = learner.learn(batch, config, step=1)
    assert seen["skipped"] == 1.0
    assert same(dict(learner.weights()), before)


@pytest.mark.parametrize("optimizer", ["clear", "keep"])
def test_a_reset_copies_the_policy_bit_for_bit(optimizer: str, tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"reset.optimizer": optimizer, "optimizer.lr": 1e-2})
    learner = Learner(tiny_model(), config, device="cpu")
    learner.learn(batch_of([group(REWARDS[0])], learner, config), config, step=1)
    assert learner.reference is not None
    assert not same(learner.trained.state(), learner.reference.state())

    learner.reset_reference(config)
    assert same(learner.trained.state(), learner.reference.state())
    assert bool(learner.optimizer.state) is (optimizer == "keep")
    # The reference is a copy, and not the policy itself.
    seen = learner.learn(batch_of([group(REWARDS[0])], learner, config), config, step=2)
    assert seen["kl"] == 0.0
    assert not same(learner.trained.state(), learner.reference.state())


def test_the_reference_never_learns(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"optimizer.lr": 1e-2})
    learner = Learner(tiny_model(), config, device="cpu")
    learner.learn(batch_of([group(REWARDS[0])], learner, config), config, step=1)
    assert learner.reference is not None
    assert same(learner.reference.state(), tiny_model().state_dict())


def test_a_penalty_that_a_stage_brings_has_its_reference_from_the_start(tmp_path: Path) -> None:
    off = {"kl.beta": 0.0}
    assert Learner(tiny_model(), small_config(tmp_path, **off), device="cpu").reference is None
    stages = [{"from_step": 9, "set": {"kl.beta": 0.1}}]
    staged = small_config(tmp_path, **off, stages=stages)
    assert Learner(tiny_model(), staged, device="cpu").reference is not None


def test_gradient_checkpointing_makes_layers_anew_and_changes_no_gradient(tmp_path: Path) -> None:
    config = small_config(tmp_path)
    found, runs = [], []
    for on in (False, True):
        model = tiny_model()
        if on:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        learner = Learner(model, config, device="cpu")
        batch = batch_of([group(REWARDS[0])], learner, config)
        calls: list[int] = []
        model.model.layers[0].mlp.register_forward_pre_hook(
            lambda *_, into=calls: into.append(1)  # type: ignore[misc] - a hook of any signature
        )
        learner.learn(batch, config, step=1)
        found.append([value.grad for value in learner.policy.parameters()])
        runs.append(len(calls))
    assert runs[1] == 2 * runs[0]
    torch.testing.assert_close(found[0], found[1])


def test_dropout_is_out_so_that_equal_weights_say_the_same(tmp_path: Path) -> None:
    model = tiny_model()
    model.model.layers[0].self_attn.attention_dropout = 0.5
    model.model.layers[0].mlp.act_fn = nn.Sequential(nn.SiLU(), nn.Dropout(0.5))
    config = small_config(tmp_path)
    learner = Learner(model, config, device="cpu")
    written = batches.written(group(REWARDS[0]))
    assert torch.equal(learner.logprobs(written, config)[0], learner.logprobs(written, config)[0])
