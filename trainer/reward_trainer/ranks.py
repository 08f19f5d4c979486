"""The processes that learn together, each with its share of the weights and of the work.

The first, which the user started, leads: it alone knows of prompts, rewards and files. Where it
calls a method that all have to run, each with its share, it sends the others the name and the
arguments; between two such calls they wait, for as long as it takes.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, wraps
from multiprocessing.connection import wait
from threading import Event, Thread
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from reward_trainer import processes
from reward_trainer.errors import LostError
from reward_trainer.processes import Channel, Companion

P = ParamSpec("P")
T = TypeVar("T")

_HOST = "127.0.0.1"
_GRACE_S = 10.0
"""How long the leader may take to end by itself when another process is gone."""


class World:
    """The processes that learn together, as one of them sees them; by itself, one alone."""

    def __init__(self, *, rank: int = 0, size: int = 1, others: Sequence[Companion] = ()) -> None:
        """Be number ``rank`` of ``size``; ``others`` are the rest where this one leads."""
        self.rank = rank
        self.size = size
        self._others = others
        self._ordering = False
        self._sound = True
        self._closed = Event()
        if others:
            Thread(target=self._watch, name="ranks", daemon=True).start()

    @property
    def leads(self) -> bool:
        """Whether this is the process that the user started."""
        return self.rank == 0

    @cached_property
    def mesh(self) -> DeviceMesh:
        """The devices of all."""
        kind = "cuda" if torch.cuda.is_available() else "cpu"
        return init_device_mesh(kind, (self.size,))

    def add_up(self, values: Tensor) -> Tensor:
        """Make ``values`` the sum of those of all, and return them."""
        if self.size > 1:
            dist.all_reduce(values)
        return values

    @contextmanager
    def ordered(self, name: str, *arguments: Any, **named: Any) -> Iterator[None]:
        """Have the others run the method ``name`` while the leader does, within this.

        Raises:
            LostError: one of them is gone.
        """
        if not self._others or self._ordering:
            yield
            return
        self._ordering, self._sound = True, False
        try:
            processes.send(self._others, (name, arguments, named))
            yield
            self._sound = True
        except (RuntimeError, OSError) as error:
            # What a library makes of it when a process that it talks to is gone.
            why = processes.cause(self._others)
            if why is None:
                raise
            raise LostError(why) from error
        finally:
            self._ordering = False

    def close(self) -> None:
        """End the others, and leave them."""
        if self.size == 1 or self._closed.is_set():
            return
        self._closed.set()
        processes.dismiss(self._others)
        if self._sound:  # else it could wait for one that is gone
            dist.destroy_process_group()
        processes.end(self._others)

    def _watch(self) -> None:
        """End this process when another is gone and it does not find out by itself."""
        gone = wait([one.sentinel for one in self._others])
        if self._closed.is_set():
            return
        assert gone
        why = processes.cause(self._others)
        if not self._closed.wait(_GRACE_S):
            sys.stderr.write(f"reward-trainer: {why}; the same command goes on\n")
            sys.stderr.flush()
            os._exit(1)


class _Member(Protocol):
    world: World


M = TypeVar("M", bound=_Member)


def together(method: Callable[Concatenate[M, P], T]) -> Callable[Concatenate[M, P], T]:
    """Have all processes run a method when the leader does."""

    @wraps(method)
    def run(self: M, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.world.ordered(method.__name__, *args, **kwargs):
            return method(self, *args, **kwargs)

    return run


def together_yielding(
    method: Callable[Concatenate[M, P], Iterator[T]],
) -> Callable[Concatenate[M, P], Iterator[T]]:
    """Have all processes run a generator, to its end, when the leader does."""

    @wraps(method)
    def run(self: M, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        with self.world.ordered(method.__name__, *args, **kwargs):
            yield from method(self, *args, **kwargs)

    return run


def lead(size: int, follow: Callable[..., None], *arguments: Any) -> World:
    """Start the other processes of a world of ``size``, as its leader.

    Args:
        size: processes; on a machine with GPUs each has one of its own.
        follow: called in each as ``follow(channel, rank, size, port, *arguments)``; it is to
            ``join`` and to ``obey``.
        arguments: see ``follow``.
    """
    if size == 1:
        return World()
    store = _store(port=0, leads=True)
    others = [
        Companion(f"process {rank + 1} of {size}", follow, rank, size, store.port, *arguments)
        for rank in range(1, size)
    ]
    world = World(rank=0, size=size, others=others)
    _meet(store, rank=0, size=size)
    return world


def join(*, rank: int, size: int, port: int) -> World:
    """Take part in the world whose leader listens at ``port``."""
    _meet(_store(port=port, leads=False), rank=rank, size=size)
    return World(rank=rank, size=size)


def obey(channel: Channel, member: _Member) -> None:
    """Run what the leader runs, on ``member``, until it closes the channel."""
    for name, args, kwargs in channel:
        result = getattr(member, name)(*args, **kwargs)
        if isinstance(result, Iterator):
            deque(result, maxlen=0)
    dist.destroy_process_group()


def _store(*, port: int, leads: bool) -> Any:
    """Return where processes find one another; port 0: one that is free."""
    open_store: Any = dist.TCPStore  # type: ignore[attr-defined]  # documented
    return open_store(_HOST, port, is_master=leads, wait_for_workers=False)


def _meet(store: Any, *, rank: int, size: int) -> None:
    if torch.cuda.is_available():
        torch.cuda.set_device(rank)
        device = torch.device("cuda", rank)
        dist.init_process_group("nccl", store=store, rank=rank, world_size=size, device_id=device)
        return
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # this machine alone is to reach it
    dist.init_process_group("gloo", store=store, rank=rank, world_size=size)
