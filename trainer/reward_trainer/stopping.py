"""A person, or a machine that goes down, who wants a run to stop: SIGINT and SIGTERM.

The first of them stops the run where nothing is half done: amid sampling and waiting at once, else
when the step is whole. The second one stops it wherever it is.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STDERR = 2
_LATER = b"\nreward-trainer: stopping when this step is whole; once more: at once\n"


class StopAsked(KeyboardInterrupt):
    """The run is to stop, and nothing is half done."""


class Stop:
    """Whether a run is to stop."""

    def __init__(self) -> None:
        """Be asked by nobody yet."""
        self.asked_by = 0
        """The signal; 0: nobody has asked."""
        self._breakable = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Listen from now on, where this is the thread that can."""
        if threading.current_thread() is threading.main_thread():
            self._before = {one: signal.signal(one, self._ask) for one in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        for one, before in self._before.items():
            signal.signal(one, before)

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """Stop at once within this, where it harms nothing.

        Raises:
            StopAsked: the run is to stop, or was before.
        """
        try:
            self._breakable = True
            self.heed()
            yield
        finally:
            self._breakable = False

    def heed(self) -> None:
        """Stop here if that was asked.

        Raises:
            StopAsked: it was.
        """
        if self.asked_by:
            raise StopAsked

    def _ask(self, number: int, _: FrameType | None) -> None:
        if self.asked_by:
            raise KeyboardInterrupt
        self.asked_by = number
        if self._breakable:
            raise StopAsked
        # Not by print: it may be what was interrupted.
        os.write(_STDERR, _LATER)
