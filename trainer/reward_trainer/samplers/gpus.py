"""Which GPUs sample."""

from __future__ import annotations

import os
from collections.abc import Mapping

from reward_trainer.config import Config
from reward_trainer.errors import TrainerError


def places(config: Config, n_gpus: int, env: Mapping[str, str] = os.environ) -> list[str]:
    """Return the GPUs of each engine, as in CUDA_VISIBLE_DEVICES; "" where there are none.

    Args:
        config: of the run: its first GPUs learn; those behind them sample, or they do it all.
        n_gpus: that this process sees.
        env: names them, where not all of the machine's are seen.

    Raises:
        TrainerError: there are too few, or engines of so many do not come out even.
    """
    learning, sampling = config.run.gpus, config.sampler.gpus
    together = config.sampler.tensor_parallel
    if n_gpus and learning + sampling > n_gpus:
        raise TrainerError(
            f"{learning + sampling} GPUs are asked for (run.gpus {learning} and sampler.gpus"
            f" {sampling}), and there are {n_gpus} here"
        )
    engines, left = divmod(sampling or learning, together)
    if left:
        raise TrainerError(
            f"sampler.tensor_parallel: engines of {together} GPUs do not share"
            f" {sampling or learning} GPUs without a rest"
        )
    if not n_gpus:
        return [""] * engines
    named = env.get("CUDA_VISIBLE_DEVICES", "").split(",")
    names = named if len(named) >= n_gpus and named[0] else [str(at) for at in range(n_gpus)]
    mine = names[learning : learning + sampling] if sampling else names[:learning]
    return [",".join(mine[at * together : (at + 1) * together]) for at in range(engines)]
