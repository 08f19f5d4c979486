"""The seam between evaluation and what writes completions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.suite import MAX_TOKENS, SAMPLES, TEMPERATURE, TOP_P


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How completions are sampled; the defaults are the paper's."""

    samples: int = SAMPLES
    """Completions of each prompt."""
    temperature: float = TEMPERATURE
    top_p: float = TOP_P
    max_tokens: int = MAX_TOKENS


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """The completions of one prompt."""

    completions: tuple[str, ...]
    finished: tuple[bool, ...]
    """Of each, whether it ended by itself and was not cut off."""
    n_tokens: int | None
    """Of all of them; None: the engine did not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """A prompt that there are no completions of."""

    why: str


Done = Callable[[Item, Written | Unanswered], Awaitable[None]]
"""Takes what was written to an item, or why nothing was."""


class Writer(Protocol):
    """Something that writes completions."""

    async def write(self, items: Sequence[Item], terms: Terms, done: Done) -> None:
        """Answer every item, and tell each as soon as it is complete.

        Raises:
            TrainerError: nothing can be written at all; what was told is good.
        """
        ...

    async def aclose(self) -> None:
        """Give up what it holds."""
        ...


class OnDemand:
    """A ``Writer`` that is opened when something is to be written, which may be never."""

    def __init__(self, opened: Callable[[], Writer]) -> None:
        """Open nothing yet."""
        self._opened = opened
        self._writer: Writer | None = None

    async def write(self, items: Sequence[Item], terms: Terms, done: Done) -> None:
        """See ``Writer``."""
        if self._writer is None:
            self._writer = self._opened()
        await self._writer.write(items, terms, done)

    async def aclose(self) -> None:
        """See ``Writer``."""
        if self._writer is not None:
            await self._writer.aclose()
