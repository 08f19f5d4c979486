"""What a run's times say of the program, and when they say more of the host.

The harness lets a run go on until 1.3 times its limit. One that ends by itself before that, on a
busy host, might have met the limit on a quiet one, since a neighbour on a shared core makes the
same work take more CPU time; it is made again alone. So is one that the host starved of CPU. An
endless loop reaches 1.3 times the limit and is over it anywhere.

One that was killed may have killed itself, or been killed by a host that ran out of memory: that
is made again as well, and what happens twice is its own doing. So it is with compilers.
"""

from __future__ import annotations

import signal
from dataclasses import replace

from reward_sandboxes.answers import Compiled, Ran
from reward_sandboxes.types import Built, ExitReason, HostBusyError, RunResult

_BORDER = 1.3
_BUSY_WAIT = 0.05
"""A run that waited for a CPU for more than this share of its CPU time ran on a busy host."""


def settled(ran: Ran, cpu_s: float, *, crowded: bool, alone: bool) -> RunResult | None:
    """Return the result of a run with a limit of ``cpu_s``, or None if it is to be made alone.

    ``crowded`` says whether other programs ran meanwhile, ``alone`` whether it was made alone.

    Raises:
        HostBusyError: it was starved even alone.
    """
    result = ran.result
    if ran.starved and alone:
        raise HostBusyError("the host gave a program too little CPU time, even alone")
    late = result.cpu_s > cpu_s
    busy = crowded or ran.waited_s > _BUSY_WAIT * result.cpu_s
    borderline = late and busy and result.cpu_s < _BORDER * cpu_s
    killed = result.reason is ExitReason.SIGNALLED and result.signal == signal.SIGKILL
    if not alone and (ran.starved or borderline or killed):
        return None
    if late and result.reason in (ExitReason.EXITED, ExitReason.SIGNALLED):
        result = replace(result, reason=ExitReason.TIME)
    return replace(result, retried=True) if alone else result


def settled_build(compiled: Compiled, *, alone: bool) -> Built | None:
    """Return how compiling went, or None if it is to be done again, alone.

    Raises:
        HostBusyError: the compiler was starved even alone.
    """
    if compiled.built.ok:
        return compiled.built
    if compiled.starved and alone:
        raise HostBusyError("the host gave a compiler too little CPU time, even alone")
    return None if not alone and (compiled.starved or compiled.killed) else compiled.built
