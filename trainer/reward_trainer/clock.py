"""What a step's seconds went to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Runs from now on."""

    def __init__(self) -> None:
        """Begin."""
        self.took: dict[str, float] = {}
        self._start = time.monotonic()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add what is done within to ``name``."""
        start = time.monotonic()
        yield
        self.took[name] = self.took.get(name, 0.0) + time.monotonic() - start

    def ended(self) -> dict[str, float]:
        """Return the parts, and the whole as ``step_s``."""
        return {**self.took, "step_s": time.monotonic() - self._start}
