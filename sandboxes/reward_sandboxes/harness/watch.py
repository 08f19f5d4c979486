"""Watches a run: how much CPU time and memory its processes use, and when it has to be stopped.

CPU time decides. What the kernel reports of children that were waited for misses those that nobody
waited for, and what is seen by looking now and then misses short-lived ones: the larger counts.

Wall-clock time is a backstop for programs that stand still. Time in which a program could run but
got no CPU is not its own, and is not counted; a program that gets hardly any is stopped as starved.
"""

from __future__ import annotations

import os
import resource
import select
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reward_sandboxes.harness.limits import RunLimits

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = resource.getpagesize()
# A run of a few milliseconds is not looked at; a longer one every now and then.
_FIRST_LOOK_S = 0.025
_LOOKS_S = 0.04
_OVERTIME = 1.3
"""So many times its CPU time may a run use before it is stopped: a busy host makes work longer."""
_HARD_WALL = 10.0


@dataclass(slots=True)
class Watched:
    """What was seen of a run."""

    stopped: str = ""
    """Why it was stopped: ``time``, ``memory`` or ``output``; empty if it ended by itself."""
    starved: bool = False
    cpu_s: float = 0.0
    waited_s: float = 0.0
    memory_bytes: int = 0
    _seen: dict[tuple[int, bytes], float] = field(default_factory=dict)


class Watch:
    """Watches one run from the moment it is made."""

    def __init__(
        self, limits: RunLimits, pids: Callable[[], Sequence[int]], outputs: Sequence[int]
    ) -> None:
        """The run has just been forked.

        Args:
            limits: of the run.
            pids: returns its processes.
            outputs: files that it writes to, of bounded size.
        """
        self.found = Watched()
        self._limits = limits
        self._pids = pids
        self._outputs = outputs
        self._start = time.monotonic()
        self._idle_s = 0.0
        self._idle_since: float | None = None

    @property
    def wall_s(self) -> float:
        """Seconds since the run was made."""
        return time.monotonic() - self._start

    def pause(self) -> None:
        """Stop the wall clock: the run waits for its owner, not the other way round."""
        if self._idle_since is None:
            self._idle_since = time.monotonic()

    def go_on(self) -> None:
        """Let the wall clock run again."""
        if self._idle_since is not None:
            self._idle_s += time.monotonic() - self._idle_since
            self._idle_since = None

    def next_look_s(self) -> float:
        """Return how long to wait before looking next."""
        return _LOOKS_S if self.wall_s > _FIRST_LOOK_S else _FIRST_LOOK_S

    def look(self) -> bool:
        """Look at the run; whether it has to be stopped, for a reason that is noted."""
        found = self.found
        memory = 0
        for pid in self._pids():
            memory += self._look_at(pid)
        found.cpu_s = max(found.cpu_s, sum(found._seen.values()))
        found.memory_bytes = max(found.memory_bytes, memory)
        found.stopped = self._reason(memory)
        return bool(found.stopped)

    def _look_at(self, pid: int) -> int:
        """Note CPU time and waiting of one process; return the bytes of memory that it has."""
        try:
            stat = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            resident, shared = _read(f"/proc/{pid}/statm").split()[1:3]
            waited = _read(f"/proc/{pid}/schedstat").split()[1]
        except (OSError, IndexError):
            return 0  # it has just ended, or this kernel does not say
        ticks = int(stat[11]) + int(stat[12])
        self.found._seen[pid, stat[19]] = ticks / _TICKS
        self.found.waited_s = max(self.found.waited_s, int(waited) / 1e9)
        return (int(resident) - int(shared)) * _PAGE

    def _reason(self, memory: int) -> str:
        limits = self._limits
        if self.found.cpu_s > _OVERTIME * limits.cpu_s:
            return "time"
        if memory > limits.memory_bytes and self._exact_memory() > limits.memory_bytes:
            return "memory"
        if any(os.fstat(fd).st_size > limits.output_bytes for fd in self._outputs):
            return "output"
        return self._wall_reason()

    def _wall_reason(self) -> str:
        idle = self._idle_s
        if self._idle_since is not None:
            idle += time.monotonic() - self._idle_since
        wall = self.wall_s - idle
        if wall - self.found.waited_s > self._limits.wall_s:
            return "time"
        if wall > _HARD_WALL * self._limits.wall_s:
            self.found.starved = True
            return "time"
        return ""

    def _exact_memory(self) -> int:
        """Return the bytes of all processes, each page they share counted once. Costs more."""
        total = 0
        for pid in self._pids():
            try:
                lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith(b"Pss_Anon:"))
        return total * 1024 or self.found.memory_bytes


def wait_until(pidfd: int, owner: int, watch: Watch, kill: Callable[[], None]) -> bool:
    """Wait for the process of ``pidfd`` to end, watching; False if the owner went away meanwhile.

    When it has to be stopped, everything in the run is killed.
    """
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(owner, select.POLLRDHUP)  # and POLLHUP, which need not be asked for
    killed = False
    while True:
        events = poll.poll(watch.next_look_s() * 1000)
        if any(fd == pidfd for fd, _ in events):
            return True
        if events:
            kill()
            return False
        if not killed and watch.look():
            kill()
            killed = True


def _read(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)
