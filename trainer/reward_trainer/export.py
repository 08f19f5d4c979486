"""A run's policy as a folder that everybody loads: ``from_pretrained``, vLLM, the Hub."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

import torch

from reward_trainer import checkpoint
from reward_trainer.adapter import Adapter
from reward_trainer.assembly import load_model, load_tokenizer
from reward_trainer.config import Config
from reward_trainer.errors import TrainerError
from reward_trainer.folder import CONFIG, configuration_in
from reward_trainer.precision import narrow_frozen
from reward_trainer.trained import AllWeights


def export(run: Path, out: Path | None = None, *, step: int | None = None) -> Path:
    """Write the policy of a checkpoint of ``run``, with its tokenizer; return where.

    The weights are in the type that the run computed in, adapters merged into them.

    Args:
        run: the run's folder.
        out: what is written; by default ``exported/step-NNNNNN`` in the run's folder.
        step: that of the checkpoint; by default the newest.

    Raises:
        TrainerError: there is no such run or checkpoint, or ``out`` is there already.
    """
    config = _config(run)
    place = _checkpoint(run, step)
    out = out or run / "exported" / place.name
    if out.exists():
        raise TrainerError(f"{out} is there already; remove it, or name another with -o")
    model = cast("Any", load_model(config))
    state = checkpoint.load_part(place, "policy")
    if config.lora.rank:
        adapter = Adapter(model, config.lora, seed=config.run.seed)
        adapter.load(state)
        narrow_frozen(model, config)  # as in the run
        adapter.merge()
    else:
        AllWeights(model).load(state)
    model.to(getattr(torch, config.model.dtype))
    beside = out.with_name(f".{out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    model.save_pretrained(beside)
    load_tokenizer(config.model.name).save_pretrained(beside)
    beside.rename(out)
    return out


def _config(run: Path) -> Config:
    """Return the configuration of a run, for a machine that may have no GPU."""
    config = configuration_in(run)
    if config is None:
        raise TrainerError(f"{run} holds no run: there is no {CONFIG} in it")
    return config.having({"model.attention": "sdpa"})


def _checkpoint(run: Path, step: int | None) -> Path:
    found = dict(checkpoint.checkpoints(run / "checkpoints"))
    if not found:
        raise TrainerError(f"{run} has no checkpoint yet")
    chosen = max(found) if step is None else step
    if chosen not in found:
        known = ", ".join(map(str, found))
        raise TrainerError(f"{run} has no checkpoint of step {step}; it has {known}")
    return found[chosen]
