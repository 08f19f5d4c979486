"""A guard against hangs. How fast something is, ``benchmarks/`` measures, and no test."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class HangError(BaseException):
    """Work that ought to take moments went on and on; no `except` in it may take this for its own.

    It is the CPU time of this process that counts, so that a busy machine ends nothing.
    """


@contextmanager
def no_hang(cpu_s: float = 20.0) -> Iterator[None]:
    """End the work within once it has used so many seconds of CPU time.

    They are no measure of speed. The work takes well under a second; what is quadratic or worse on
    the same input takes minutes or never ends, so that any number between tells the two apart.

    Raises
    ------
    HangError
        The work went on for longer. It is raised in the middle of it, unless that is one long call
        in C that looks at no signals.
    """

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"used more than {cpu_s:g} s of CPU time")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
