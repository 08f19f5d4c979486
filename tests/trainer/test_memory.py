"""A GPU that is full, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import MIXED, ToldJudge, small_config, tiny_model, trainer_of

from reward_trainer.config import Config, names
from reward_trainer.errors import MemoryFullError
from reward_trainer.folder import refuse_another_run, write_down
from reward_trainer.learner import Learner
from reward_trainer.policy import Policy
from reward_trainer.record import Record

SAID = "CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has 79.11 GiB"


def failing(error: Exception, *, when: Callable[[], bool]) -> Callable[..., Any]:
    """Return a pass of the network that fails in some cases."""
    forward = Policy.forward

    def called(self: Policy, *arguments: Any, **named: Any) -> Any:
        if when():
            raise error
        return forward(self, *arguments, **named)

    return called


def told(config: Config, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is said when an update finds no room."""
    learner = Learner(tiny_model(), config, device="cpu")
    batch = batch_of([group(one) for one in REWARDS], learner, config)
    full = torch.OutOfMemoryError(SAID)
    monkeypatch.setattr(Policy, "forward", failing(full, when=torch.is_grad_enabled))
    with pytest.raises(MemoryFullError) as raised:
        learner.learn(batch, config, step=1)
    return str(raised.value)


def test_what_takes_less_is_named_by_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"algorithm.microbatch_tokens": 16384, "sampler.kind": "vllm"}
    said = told(small_config(tmp_path, **changes), monkeypatch)
    assert "algorithm.microbatch_tokens (16384 now)" in said
    assert "sampler.gpu_memory_share (0.5)" in said
    assert "model.gradient_checkpointing (off)" in said
    assert "lora.rank=32, optimizer.eight_bit=true" in said
    assert said.endswith(f"torch says: {' '.join(SAID.split())}")
    settings = re.findall(r"[a-z]+\.[a-z_]+", said.partition("torch says")[0])
    assert len(settings) > 8
    assert set(settings) <= set(names())


def test_what_is_so_already_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {
        "lora.rank": 2,
        "model.gradient_checkpointing": True,
        "sampler.kind": "vllm",
        "sampler.gpus": 1,
        "run.gpus": 2,
    }
    said = told(small_config(tmp_path, **changes), monkeypatch)
    for name in ("lora.", "gradient_checkpointing", "sampler.", "eight_bit"):
        assert name not in said


def test_a_run_ends_with_it_and_what_it_names_may_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(tmp_path, **{"run.steps": 3, "run.checkpoint_every": 1})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    write_down(config, tmp_path)
    full = torch.OutOfMemoryError(SAID)
    monkeypatch.setattr(Policy, "forward", failing(full, when=lambda: trainer.step == 2))
    with pytest.raises(MemoryFullError, match="may change when a run goes on") as raised:
        trainer.run()
    assert Record.learned(tmp_path)
    named = str(raised.value).partition(" in a new run")[0]
    assert "algorithm.microbatch_tokens" in named
    changes = {
        "algorithm.microbatch_tokens": 64,
        "model.logprob_chunk_tokens": 64,
        "sampler.gpu_memory_share": 0.3,
        "model.gradient_checkpointing": True,
        "sampler.gpus": 1,
        "run.gpus": 2,
    }
    assert set(re.findall(r"[a-z]+\.[a-z_]+", named)) == set(changes)
    refuse_another_run(config.having(changes), tmp_path)


def test_another_failure_of_torch_is_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(tmp_path)
    learner = Learner(tiny_model(), config, device="cpu")
    monkeypatch.setattr(Policy, "forward", failing(RuntimeError("shapes"), when=lambda: True))
    with pytest.raises(RuntimeError, match="shapes"):
        batch_of([group(REWARDS[0])], learner, config)
