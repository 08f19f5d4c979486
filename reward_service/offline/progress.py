"""How far a run is, for whoever watches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a run is."""

    n_items: int
    """Items in the output, those of an interrupted run included."""
    n_bad: int
    """Of these, how many have no reward; in a check, how many golds fail."""
    n_before: int
    """Items that were there when this run began."""
    share: float | None
    """How much of the input is done, 0 to 1, where it can be known."""
    share_before: float | None
    """The same when this run began."""
    elapsed_s: float
    """Seconds since this run began."""

    @property
    def rate(self) -> float:
        """Items a second in this run."""
        return (self.n_items - self.n_before) / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left if it goes on at this pace, or None where nobody can know."""
        if self.share is None or self.share_before is None or self.share <= self.share_before:
            return None
        return self.elapsed_s * (1.0 - self.share) / (self.share - self.share_before)


OnProgress = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """Watch nothing."""


class Meter:
    """Tells a watcher of each window."""

    def __init__(
        self,
        counts: Callable[[], tuple[int, int]],
        share: float | None,
        on_progress: OnProgress,
    ) -> None:
        """Watch a run.

        Args:
            counts: how many items are done, and how many of them are bad.
            share: how much of the input is done at the beginning.
            on_progress: whom to tell.
        """
        self._counts = counts
        self._n_before, _ = counts()
        self._share_before = share
        self._began = time.monotonic()
        self._on_progress = on_progress

    def tell(self, share: float | None) -> None:
        """Say that ``share`` of the input is done."""
        n_items, n_bad = self._counts()
        self._on_progress(
            Progress(
                n_items=n_items,
                n_bad=n_bad,
                n_before=self._n_before,
                share=share,
                share_before=self._share_before,
                elapsed_s=time.monotonic() - self._began,
            )
        )
