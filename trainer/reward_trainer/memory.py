"""GPUs whose memory is not enough for learning, and what takes less of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from reward_trainer.choices import Dtype, Engine
from reward_trainer.config import Config
from reward_trainer.errors import MemoryFullError


@contextmanager
def enough_memory(config: Config) -> Iterator[None]:
    """Within it, a device on which there is no room left is an error of its own.

    Raises:
        MemoryFullError: it is full; says which settings take less.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        said = " ".join(str(error).split())
        raise MemoryFullError(
            "the memory of a GPU that learns is full. What takes less of it, and may change when a"
            f" run goes on: {', '.join(_that_go_on(config))}; in a new run, too:"
            f" {', '.join(_of_a_new_run(config))}. torch says: {said}"
        ) from error


def _that_go_on(config: Config) -> list[str]:
    """Return what a run that goes on may change, as ``folder`` allows it."""
    less = [
        f"algorithm.microbatch_tokens ({config.algorithm.microbatch_tokens} now)",
        f"model.logprob_chunk_tokens ({config.model.logprob_chunk_tokens})",
    ]
    if not config.model.gradient_checkpointing:
        less.append("model.gradient_checkpointing (off)")
    if config.sampler.gpus == 0:
        if config.sampler.kind is Engine.VLLM:
            less.append(f"sampler.gpu_memory_share ({config.sampler.gpu_memory_share})")
        less.append("sampler.gpus (0: those that learn sample, too)")
    return [*less, f"run.gpus ({config.run.gpus})"]


def _of_a_new_run(config: Config) -> list[str]:
    less = [f"sampling.max_tokens ({config.sampling.max_tokens})"]
    if config.model.dtype is Dtype.FLOAT32:
        less.append("model.dtype=bfloat16")
    if config.lora.rank == 0:
        less.append("lora.rank=32")
    if config.run.gpus == 1 and not config.optimizer.eight_bit:
        less.append("optimizer.eight_bit=true")
    return less
