"""What computes in bfloat16 and learns in float32 loses nothing on the way."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import ToldJudge, same, small_config, tiny_model, trainer_of
from torch import Tensor

from reward_trainer import batch as batches
from reward_trainer import checkpoint
from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.rollout import Group

GROUPS = [group(rewards) for rewards in REWARDS]
WRITTEN = [one for each in GROUPS for one in batches.written(each)]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return small_config(
        tmp_path, **{"model.dtype": "bfloat16", "optimizer.lr": 1e-2, "kl.beta": 0.1}
    )


def learned(config: Config, *, first: int = 1, last: int = 2, on: Learner | None = None) -> Learner:
    learner = on or Learner(tiny_model(), config, device="cpu")
    for step in range(first, last + 1):
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
    return learner


def said(learner: Learner, config: Config, *, reference: bool = False) -> Tensor:
    return learner.logprobs(WRITTEN, config, reference=reference)[0]


def test_bfloat16_computes_and_float32_remembers(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"model.dtype": "bfloat16", "optimizer.lr": 1e-6})
    learner = Learner(tiny_model(), config, device="cpu")
    seen: set[torch.dtype] = set()
    block: Any = learner.policy.model
    block.model.layers[0].mlp.register_forward_hook(lambda *given: seen.add(given[-1].dtype))
    groups = [group(REWARDS[0])]
    batch = batch_of(groups, learner, config)
    learner.learn(batch, config, step=1)
    assert seen == {torch.bfloat16}
    assert {value.dtype for _, value in learner.weights()} == {torch.float32}
    # So small an update is lost in bfloat16, whose steps are 2 ** -8 of a weight.
    assert not same(dict(learner.weights()), dict(tiny_model().state_dict()))
    exact = batch_of(groups, Learner(tiny_model(), small_config(tmp_path), device="cpu"), config)
    assert (batch.old_logprobs_BT - exact.old_logprobs_BT).abs().max() < 0.05


@pytest.mark.parametrize("tied", [False, True])
def test_the_reference_is_half_as_large_and_says_the_same_bit_for_bit(
    tied: bool, config: Config
) -> None:
    model = tiny_model()
    if tied:
        model.lm_head.weight = model.model.embed_tokens.weight
    learner = learned(config, on=Learner(model, config, device="cpu"))
    assert learner.reference is not None
    assert not torch.equal(said(learner, config), said(learner, config, reference=True))

    learner.reset_reference(config)
    assert torch.equal(said(learner, config), said(learner, config, reference=True))
    seen = learner.learn(batch_of(GROUPS, learner, config), config, step=3)
    assert seen["kl"] == 0.0
    held = learner.reference.state()
    narrow = {name for name, value in held.items() if value.dtype == torch.bfloat16}
    # Autocast leaves embeddings and norms in float32, and so does the reference.
    wide = {name for name in held if "embed" in name or "norm" in name}
    assert narrow == held.keys() - wide - ({"lm_head.weight"} if tied else set())


def test_a_reset_rounds_weights_as_computing_does(config: Config) -> None:
    learner = learned(config)
    learner.reset_reference(config)
    assert learner.reference is not None
    for name, value in learner.reference.state().items():
        assert torch.equal(value, learner.trained.state()[name].to(value.dtype)), name


def test_a_run_that_goes_on_is_the_same(config: Config, tmp_path: Path) -> None:
    broken, unbroken = learned(config), learned(config)
    for one in (broken, unbroken):
        one.reset_reference(config.having({"reset.optimizer": "keep"}))
        learned(config, first=3, last=3, on=one)
    place = checkpoint.save(tmp_path / "checkpoints", 3, broken, {}, keep=1)
    resumed = Learner(tiny_model(), config, device="cpu")
    checkpoint.restore(place, resumed)
    for one in (resumed, unbroken):
        learned(config, first=4, last=5, on=one)
    assert same(resumed.trained.state(), unbroken.trained.state())
    assert torch.equal(
        said(resumed, config, reference=True), said(unbroken, config, reference=True)
    )


def small_tokens(_: int, of: Group) -> list[float]:
    """Reward each completion by the share of its tokens that are small."""
    return [fmean(token < 46 for token in one.token_ids) for one in of.completions]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"model.gradient_checkpointing": True},
        {"optimizer.eight_bit": True},
        # Whose weights are noise cannot say anything else without its head.
        {"lora.rank": 64, "lora.targets": ["down_proj", "lm_head"], "optimizer.eight_bit": True},
        {"lora.rank": 8, "lora.targets": ["down_proj", "lm_head"], "lora.dropout": 0.1},
    ],
    ids=str,
)
def test_it_learns(changes: dict[str, Any], config: Config) -> None:
    if "optimizer.eight_bit" in changes:
        pytest.importorskip("bitsandbytes")
    few = {
        "run.steps": 12,
        "sampling.prompts": 8,
        "algorithm.minibatches": 4,
        "kl.beta": 1e-3,
        "reset.every": 6,
    }
    trainer = trainer_of(config.having({**few, **changes}), ToldJudge(small_tokens))
    rewards: list[float] = []

    class Watch:
        def step(self, record: dict[str, Any]) -> None:
            rewards.append(record["reward"])
            if record["mismatch"] is not None:  # as where all were right
                assert record["mismatch"] < 0.05

        def event(self, record: dict[str, Any]) -> None:
            pass

    trainer.watchers = [Watch()]
    trainer.run()
    assert fmean(rewards[-3:]) > fmean(rewards[:2]) + 0.2
