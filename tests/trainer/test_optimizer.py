"""The rate is that of its step; moments in 8 bits learn like others, in a quarter of their memory,
and are gone on from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import same, small_config, tiny_model

from reward_trainer import checkpoint
from reward_trainer.config import Config
from reward_trainer.errors import TrainerError
from reward_trainer.learner import Learner
from reward_trainer.optimizer import rate_at
from reward_trainer.sections import Optimizer

GROUPS = [group(rewards) for rewards in REWARDS]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    pytest.importorskip("bitsandbytes")
    return small_config(tmp_path, **{"optimizer.eight_bit": True, "optimizer.lr": 1e-2})


def learned(config: Config, *, first: int = 1, last: int = 3, on: Learner | None = None) -> Learner:
    learner = on or Learner(tiny_model(), config, device="cpu")
    for step in range(first, last + 1):
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
    return learner


def moments(learner: Learner) -> list[dict[str, Any]]:
    """Return what the optimizer keeps of each tensor that is large enough for 8 bits."""
    state = learner.optimizer.state
    return [state[one] for one in learner.policy.parameters() if one.numel() >= 4096]


def rates(*steps: int, of: int = 10, **options: Any) -> list[float]:
    """Return the rates of these steps, of ``of`` in all, as shares of the highest."""
    chosen = Optimizer(**{"lr": 2.0, **options})
    return [rate_at(chosen, step=step, steps=of) / chosen.lr for step in steps]


def test_the_rate_stays_where_nothing_else_is_said() -> None:
    assert rates(1, 2, 10, final_lr_share=0.3) == [1, 1, 1]
    assert rates(1, 3, 4, 10, warmup_steps=4) == [0.25, 0.75, 1, 1]


@pytest.mark.parametrize(
    ("schedule", "shares"),
    [
        ("linear", [1, 0.8, 0.6, 0.4, 0.2]),
        # 0.2 + 0.8 (1 + cos) / 2 of 0, 45, 90, 135 and 180 degrees
        ("cosine", [1, 0.6 + 0.4 * 0.5**0.5, 0.6, 0.6 - 0.4 * 0.5**0.5, 0.2]),
    ],
)
def test_the_rate_falls_from_the_warm_ups_end_to_the_last_step(
    schedule: str, shares: list[float]
) -> None:
    falls = {"schedule": schedule, "final_lr_share": 0.2}
    assert rates(1, 3, 5, 7, 9, of=9, **falls) == pytest.approx(shares)
    assert rates(4, 5, 6, 7, 8, of=8, warmup_steps=4, **falls) == pytest.approx(shares)
    assert rates(1, 2, 3, of=8, warmup_steps=4, **falls) == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_rate_may_fall_to_nothing_and_never_below(schedule: str) -> None:
    falls = {"schedule": schedule, "final_lr_share": 0.0}
    assert rates(9, 10, 11, 99, **falls)[1:] == [0, 0, 0]
    assert rates(9, **falls)[0] > 0
    assert rates(1, of=1, **falls) == [1]
    assert rates(1, 5, 6, of=5, warmup_steps=10, **falls) == [0.1, 0.5, 0.6]


def test_neither_a_stop_nor_a_reset_nor_a_stage_begins_the_rate_anew(tmp_path: Path) -> None:
    falls = {"optimizer.schedule": "linear", "optimizer.final_lr_share": 0.5, "run.steps": 5}
    stage = {"from_step": 4, "set": {"optimizer.lr": 0.8}}
    config = small_config(tmp_path, **{"optimizer.lr": 1.0, "stages": [stage], **falls})
    learner = Learner(tiny_model(), config, device="cpu")
    found = []
    for step in range(1, 6):
        batch = batch_of(GROUPS[:1], learner, config)
        learner.learn(batch, config.at(step), step=step)
        found.append(learner.optimizer.param_groups[0]["lr"])
        if step == 2:
            learner.reset_reference(config.having({"reset.optimizer": "clear"}))
        if step == 3:
            resumed = Learner(tiny_model(), config, device="cpu")
            resumed.load(learner.state())
            learner = resumed
    assert found == pytest.approx([1, 0.875, 0.75, 0.8 * 0.625, 0.8 * 0.5])


def test_moments_take_a_quarter_of_the_memory(config: Config) -> None:
    kept = moments(learned(config))
    assert len(kept) == 3
    for one in kept:
        assert {one["state1"].dtype, one["state2"].dtype} == {torch.uint8}
        scales = one["absmax1"].nbytes + one["absmax2"].nbytes
        assert one["state1"].nbytes + one["state2"].nbytes + scales < 2.1 * one["state1"].numel()


def test_they_learn_what_others_learn(config: Config) -> None:
    eight = learned(config)
    exact = learned(config.having({"optimizer.eight_bit": False}))
    begun = tiny_model().state_dict()
    for name, value in eight.weights():
        went, should = value - begun[name], dict(exact.weights())[name] - begun[name]
        likeness = torch.nn.functional.cosine_similarity(went.flatten(), should.flatten(), dim=0)
        assert likeness > 0.9, name


@pytest.mark.parametrize("rank", [0, 64])
def test_a_run_that_goes_on_has_the_same_moments(rank: int, config: Config, tmp_path: Path) -> None:
    config = config.having({"lora.rank": rank})
    broken, unbroken = learned(config), learned(config)
    place = checkpoint.save(tmp_path / "checkpoints", 3, broken, {}, keep=1)
    resumed = Learner(tiny_model(), config, device="cpu")
    checkpoint.restore(place, resumed)
    for one in (resumed, unbroken):
        learned(config, first=4, last=6, on=one)
    assert same(resumed.trained.state(), unbroken.trained.state())
    mine, theirs = resumed.optimizer.state_dict(), unbroken.optimizer.state_dict()
    torch.testing.assert_close(mine, theirs, atol=0, rtol=0)


def test_a_reset_clears_them(config: Config) -> None:
    learner = learned(config)
    learner.reset_reference(config.having({"reset.optimizer": "clear"}))
    assert not learner.optimizer.state
    assert type(learner.optimizer) is not torch.optim.AdamW


def test_without_their_package_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes.optim", None)
    config = small_config(tmp_path, **{"optimizer.eight_bit": True})
    with pytest.raises(TrainerError, match="pip install bitsandbytes"):
        Learner(tiny_model(), config, device="cpu")
