"""What other processes do in tests of them. Run as a script, it starts one and waits for its death.

Engines here write the place they have, the sum of their weights and what they are asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reward_trainer.errors import TrainerError
from reward_trainer.processes import Channel, Companion


def echo(channel: Channel, *arguments: Any) -> None:
    """Say what this process is, then what it hears, until it is told to fail."""
    channel.send((os.getpid(), *arguments))
    for heard in channel:
        if heard == "refuse":
            raise TrainerError("it cannot be had")
        if heard == "fail":
            raise ValueError("no such luck")
        if heard == "die":
            os.kill(os.getpid(), 9)
        channel.send(heard)


class Engine:
    """A ``Sampler`` that says what it has."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._weights: dict[str, Any] = {}
        self._asleep = False

    def sample(self, requests: Sequence[Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        from reward_trainer.rollout import Completion

        if any(request.max_tokens == 0 for request in requests):
            raise TrainerError("the engine has no memory left")
        total = sum(float(value.double().sum()) for value in self._weights.values())
        for at in reversed(range(len(requests))):
            state = "asleep" if self._asleep else "awake"
            one = Completion(
                token_ids=tuple(requests[at].token_ids),
                logprobs=(self._factor * total,),
                text=f"{os.environ['CUDA_VISIBLE_DEVICES']} {state}",
                stopped=True,
            )
            yield at, (one,) * requests[at].n

    def push_weights(self, weights: Iterable[tuple[str, Any]]) -> None:
        self._weights = dict(weights)

    def sleep(self) -> None:
        self._asleep = True

    def wake(self) -> None:
        self._asleep = False

    def close(self) -> None:
        pass


if __name__ == "__main__":
    started = Companion("the other", echo)
    sys.stdout.write(f"{started.receive()[0]}\n")
    sys.stdout.flush()
    started.receive()
