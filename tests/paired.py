"""Two processes that learn together, for tests: each has what it is told to make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from loop_parts import model_at, tiny_folder

from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.processes import Channel
from reward_trainer.ranks import World, join, lead, obey, together


class Pair:
    """The learner of one of the two; the other's does the same when the first is asked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.learner: Learner | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.learner, name)

    def make(self, config: Config, *, tied: bool = False) -> Learner:
        """Return a new learner, which is this process's part of one."""
        # The first alone can write models: transformers leaves it to who leads.
        return self._make(config, tiny_folder(), tied=tied)

    @together
    def _make(self, config: Config, folder: Path, *, tied: bool) -> Learner:
        self.learner = _learner(config, folder, self.world, tied=tied)
        return self.learner

    @together
    def gradients(self) -> list[torch.Tensor]:
        """Return the gradients of the last update, put together."""
        from reward_trainer.sharding import full

        assert self.learner is not None
        return [full(one.grad) for one in self.learner.policy.parameters() if one.grad is not None]

    @together
    def held(self) -> int:
        """Return how many weights of the policy this process holds."""
        assert self.learner is not None
        return sum(_local(one).numel() for one in self.learner.policy.parameters())

    @together
    def fail(self) -> None:
        """Fail in the process that does not lead, while the other waits for it."""
        if not self.world.leads:
            raise ValueError("no such luck")
        self.world.add_up(torch.zeros(1))


def new_learner(config: Config, *, tied: bool = False) -> Learner:
    """Return a learner of the tiny model, which is alone; its head may be its embeddings."""
    return _learner(config, tiny_folder(), World(), tied=tied)


def _learner(config: Config, folder: Path, world: World, *, tied: bool) -> Learner:
    model = model_at(folder)
    if tied:
        model.lm_head.weight = model.model.embed_tokens.weight
    if config.model.gradient_checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    return Learner(model, config, device="cpu", world=world)


@contextmanager
def paired() -> Iterator[Pair]:
    """Yield the first of two that learn together."""
    world = lead(2, _follow)
    try:
        yield Pair(world)
    finally:
        world.close()
        if dist.is_initialized():  # as when one was lost, behind which this process would end
            dist.destroy_process_group()


def _follow(channel: Channel, rank: int, size: int, port: int) -> None:
    obey(channel, Pair(join(rank=rank, size=size, port=port)))


def _local(weight: Any) -> torch.Tensor:
    return weight.to_local() if hasattr(weight, "to_local") else weight
