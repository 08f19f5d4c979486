"""Several engines as one: each in a process of its own, on GPUs of its own or the learner's.

Weights go to them through a file in the machine's memory: engines keep them in ways of their own,
and none has to share a group of processes with another, or with what learns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from reward_trainer import processes
from reward_trainer.errors import LostError
from reward_trainer.processes import Channel, Companion
from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request, Sampler

Open = Callable[..., Sampler]
"""Starts an engine; called in its process."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - files there are in memory; the folder made in it is ours
_FILE = "weights.safetensors"
_DONE = "done"
_HEADER_BYTES = 2**20


class SeveralSamplers:
    """A ``Sampler`` that shares prompts out among engines."""

    def __init__(
        self, places: Sequence[str], open_engine: Open, *arguments: Any, dtype: torch.dtype
    ) -> None:
        """Start an engine at each of ``places`` with ``open_engine(*arguments)``.

        Args:
            places: the GPUs that each engine has, as in CUDA_VISIBLE_DEVICES; empty: none.
            open_engine: importable.
            arguments: see ``open_engine``.
            dtype: that weights are sent in.
        """
        self._dtype = dtype
        self._engines = [
            Companion(_name(at, place), _serve, place, open_engine, arguments)
            for at, place in enumerate(places)
        ]
        # They start at the same time.
        for engine in self._engines:
            engine.receive()

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        """See ``Sampler``: request i goes to engine i modulo their number."""
        n = len(self._engines)
        for first, engine in enumerate(self._engines):
            engine.send(("sample", list(requests[first::n])))
        busy = dict(enumerate(self._engines))
        while busy:
            ready = wait([engine.replies for engine in busy.values()])
            for first, engine in list(busy.items()):
                if engine.replies not in ready:
                    continue
                said = engine.receive()
                if said == _DONE:
                    del busy[first]
                else:
                    at, completions = said
                    yield first + at * n, completions

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """See ``Sampler``."""
        from safetensors.torch import save_file

        # Copies: tied weights are one tensor, which such a file cannot hold twice.
        held = {
            name: value.to("cpu", self._dtype, copy=True).contiguous() for name, value in weights
        }
        n_bytes = sum(value.nbytes for value in held.values())
        with TemporaryDirectory(prefix="reward-trainer-", dir=_memory(n_bytes)) as folder:
            path = Path(folder) / _FILE
            save_file(held, path)
            self._all("push_weights", str(path))

    def sleep(self) -> None:
        """See ``Sampler``."""
        self._all("sleep")

    def wake(self) -> None:
        """See ``Sampler``."""
        self._all("wake")

    def close(self) -> None:
        """See ``Sampler``."""
        processes.end(self._engines)

    def _all(self, name: str, *arguments: Any) -> None:
        """Have all engines do the same at the same time."""
        processes.send(self._engines, (name, *arguments))
        for engine in self._engines:
            if (said := engine.receive()) != _DONE:
                raise LostError(f"{engine.name} did not {name}, but said {said!r}")


def _serve(channel: Channel, place: str, open_engine: Open, arguments: tuple[Any, ...]) -> None:
    """Be an engine, until the channel is closed."""
    os.environ["CUDA_VISIBLE_DEVICES"] = place
    engine = open_engine(*arguments)
    channel.send(_DONE)
    for name, *given in channel:
        if name == "sample":
            for found in engine.sample(*given):
                channel.send(found)
        elif name == "push_weights":
            engine.push_weights(_weights(*given))
        else:
            getattr(engine, name)()
        channel.send(_DONE)
    engine.close()


def _weights(path: str) -> Iterator[tuple[str, Tensor]]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - it is no mapping
            yield name, file.get_tensor(name)


def _memory(n_bytes: int) -> Path | None:
    """Return a folder of files that are held in memory, where the system has one with room.

    Containers have 64 MB of it when nobody says otherwise.
    """
    roomy = os.access(_MEMORY, os.W_OK) and disk_usage(_MEMORY).free > n_bytes + _HEADER_BYTES
    return _MEMORY if roomy else None


def _name(at: int, place: str) -> str:
    return f"the engine on GPU {place}" if place else f"engine {at + 1}"
