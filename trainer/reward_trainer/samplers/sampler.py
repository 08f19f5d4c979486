"""The seam between the trainer and the engine that samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from reward_trainer.rollout import Completion


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Completions wanted of one prompt."""

    token_ids: Sequence[int]
    n: int
    """How many."""
    max_tokens: int
    temperature: float
    top_p: float = 1.0
    seed: int = 0
    """The same seed, weights and request give the same completions."""


class Sampler(Protocol):
    """An engine that samples from a model whose weights are given to it."""

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        """Yield (index of the request, its completions) as soon as each is complete.

        The log-probabilities are those of the distribution that was sampled from, temperature
        included.
        """
        ...

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Sample from ``weights`` from now on: names and tensors as in the model's checkpoint."""
        ...

    def sleep(self) -> None:
        """Give up the memory that only sampling needs, where the engine can."""
        ...

    def wake(self) -> None:
        """Be ready to sample again."""
        ...

    def close(self) -> None:
        """End the engine."""
        ...
