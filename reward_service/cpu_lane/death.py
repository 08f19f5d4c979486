"""How a worker ended while it judged, and whose doing that can have been.

An answer cannot send its worker a signal: judging is arithmetic on text, and the jail stands
around it. What it can do is make the worker fault, exhaust its memory, exit or talk nonsense. A
worker that was killed was killed by somebody else: an operator, the kernel of a full host.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum

from reward_service.cpu_lane.worker import EXIT_CRASHED, EXIT_OUT_OF_MEMORY

CONNECTION_ENDED = "its connection ended"
"""Why the service let go of a worker that went by itself."""

_FAULTS = frozenset(
    {
        *(signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT),
        *(signal.SIGSYS, signal.SIGTRAP, signal.SIGXCPU, signal.SIGXFSZ),
    }
)
"""Signals that a process brings on itself."""
_NAMES = {one.value: one.name for one in signal.Signals}  # of real-time signals, the ends alone


class Blame(StrEnum):
    """Whose doing a death is, if it happens again."""

    ANSWER = "answer"
    VERIFIER = "verifier"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker that was judging."""

    cause: str
    blame: Blame


def death(why: str, status: int) -> Death:
    """Return how it died: ``why`` the service let go of it, and the exit ``status`` it left."""
    if status == EXIT_CRASHED:
        return Death("the verifier raised an error", Blame.VERIFIER)
    if status == EXIT_OUT_OF_MEMORY:
        return Death("out of memory", Blame.ANSWER)
    if status >= 0:
        return Death(f"exit code {status}", Blame.ANSWER)
    if why != CONNECTION_ENDED:
        return Death(why, Blame.ANSWER)  # it talked nonsense, and the service ended it
    blame = Blame.ANSWER if -status in _FAULTS else Blame.OUTSIDE
    return Death(f"signal {_NAMES.get(-status, -status)}", blame)
