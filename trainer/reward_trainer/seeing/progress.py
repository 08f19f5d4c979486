"""How far something has come, in one line: redrawn in a terminal, said now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from reward_trainer.seeing.text import seconds

_EVERY_S = 10.0


class Progress:
    """Tells of something that is done in steps."""

    def __init__(self, what: str, total: int, out: TextIO | None = None) -> None:
        """Tell of ``what``, which takes ``total`` steps, on ``out``; default: standard error."""
        self._what = what
        self._total = total
        self._out = out or sys.stderr
        self._in_place = self._out.isatty()
        self._began = self._told = time.monotonic()

    def step(self, n_done: int) -> None:
        """Tell that so many steps are done."""
        now = time.monotonic()
        took_s = now - self._began
        last = n_done == self._total
        if self._in_place or last or now - self._told >= _EVERY_S:
            self._told = now
            left_s = took_s / n_done * (self._total - n_done)
            rest = f"took {seconds(took_s)}" if last else f"{seconds(left_s)} to go"
            self._say(f"{self._what}: {n_done} of {self._total} steps, {rest}", last=last)

    def _say(self, line: str, *, last: bool) -> None:
        start, end = ("\r\x1b[K", "\n" if last else "") if self._in_place else ("", "\n")
        self._out.write(f"{start}{line}{end}")
        self._out.flush()
