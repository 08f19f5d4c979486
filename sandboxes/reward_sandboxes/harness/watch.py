"""Watches a run: how much CPU time and memory its processes use, and when it has to be stopped.

CPU time decides. What the kernel reports of children that were waited for misses those that nobody
waited for, and what is seen by looking now and then misses short-lived ones: the larger counts.

Wall-clock time is a backstop for programs that stand still. Time in which a program could run but
got no CPU is not its own, and is not counted; a program that gets hardly any is stopped as starved.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence

from reward_sandboxes.harness.limits import OVERTIME, RunLimits

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# A run of a few milliseconds is not looked at; a longer one every now and then.
_FIRST_LOOK_S = 0.025
_LOOKS_S = 0.04
_HARD_WALL = 10.0
"""After so many times the backstop a run is stopped however much of it was waiting."""
_STAT_BYTES = 4096
_FEW_OPEN = 64
_BUFFER_BYTES = 208 << 10
"""What a socket takes before its writer waits (net.core.wmem_default)."""


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
        self.stopped = ""
        """Why it was stopped: ``time``, ``memory`` or ``output``; empty while it was not."""
        self.starved = False
        """Whether it was stopped since it got too little of a CPU."""
        self.cpu_s = 0.0
        self.waited_s = 0.0
        self.memory_bytes = 0
        self._limits = limits
        self._pids = pids
        self._outputs = outputs
        self._cpu_of: dict[tuple[int, bytes], float] = {}
        self._start = time.monotonic()
        self._paused_s = 0.0
        self._paused_at: float | None = None

    @property
    def wall_s(self) -> float:
        """Seconds since the run was made."""
        return time.monotonic() - self._start

    def pause(self) -> None:
        """Stop the wall clock: the run waits for its owner, not the other way round."""
        if self._paused_at is None:
            self._paused_at = time.monotonic()

    def go_on(self) -> None:
        """Let the wall clock run again."""
        if self._paused_at is not None:
            self._paused_s += time.monotonic() - self._paused_at
            self._paused_at = None

    def next_look_s(self) -> float:
        """Return how long to wait before looking next."""
        return _LOOKS_S if self.wall_s > _FIRST_LOOK_S else _FIRST_LOOK_S

    def look(self) -> bool:
        """Look at the run; whether it has to be stopped now, for the reason that is noted then."""
        memory = sum(map(self._look_at, self._pids()))
        self.cpu_s = sum(self._cpu_of.values())
        self.memory_bytes = max(self.memory_bytes, memory)
        if not self.stopped:
            self.stopped = self._reason(memory)
            return bool(self.stopped)
        return False

    def _look_at(self, pid: int) -> int:
        """Note CPU time and waiting of one process; return the bytes of memory that it has."""
        try:
            stat = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            resident, shared = _read(f"/proc/{pid}/statm").split()[1:3]
        except (OSError, ValueError):
            return 0  # it has just ended
        user, system, started = stat[11], stat[12], stat[19]
        self._cpu_of[pid, started] = (int(user) + int(system)) / _TICKS
        self.waited_s = max(self.waited_s, waited_s(pid))
        return (int(resident) - int(shared)) * _PAGE + buffered(pid)

    def _reason(self, memory: int) -> str:
        limits = self._limits
        if self.cpu_s > OVERTIME * limits.cpu_s:
            return "time"
        if memory > limits.memory_bytes and self._exact_memory(memory) > limits.memory_bytes:
            return "memory"
        if any(os.fstat(fd).st_size > limits.output_bytes for fd in self._outputs):
            return "output"
        paused_s = self._paused_s
        if self._paused_at is not None:
            paused_s += time.monotonic() - self._paused_at
        wall_s = self.wall_s - paused_s
        self.starved = wall_s > _HARD_WALL * limits.wall_s
        return "time" if self.starved or wall_s - self.waited_s > limits.wall_s else ""

    def _exact_memory(self, estimate: int) -> int:
        """Return the bytes of all processes, each page they share counted once. Costs more."""
        total = 0
        for pid in self._pids():
            try:
                lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
            except OSError:
                continue  # it has just ended, or the kernel does not tell
            total += sum(int(line.split()[1]) for line in lines if line.startswith(b"Pss_Anon:"))
        buffers = sum(map(buffered, self._pids()))
        return (total << 10) + buffers if total else estimate


def buffered(pid: int) -> int:
    """Return the bytes that the kernel may hold in sockets and pipes of a process, at most.

    They are nobody's resident memory. A program of the usual few descriptors holds none of note.
    """
    try:
        n_open = os.stat(f"/proc/{pid}/fd").st_size  # their number, since Linux 6.2
    except OSError:
        return 0  # it has just ended
    return max(0, n_open - _FEW_OPEN) * _BUFFER_BYTES


def waited_s(pid: int) -> float:
    """Return the seconds in which a process could run but got no CPU; 0 if the kernel is silent."""
    try:
        return int(_read(f"/proc/{pid}/schedstat").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


class Ends:
    """Waits for what ends a run: its own end, or that of its owner."""

    def __init__(self, run: int, owner: int) -> None:
        """Take the descriptors by which these are told.

        Args:
            run: can be read from when a run has ended.
            owner: a pipe from the owner.
        """
        self._run = run
        self._poll = select.poll()
        self._poll.register(run, select.POLLIN)
        self._poll.register(owner, select.POLLRDHUP)  # and POLLHUP, which need not be asked for

    def wait(self, watch: Watch, look: Callable[[], None]) -> bool:
        """Wait for a run to end, looking at it; False if the owner went away meanwhile."""
        while True:
            events = self._poll.poll(watch.next_look_s() * 1000)
            if any(fd == self._run for fd, _ in events):
                return True
            if events:
                return False
            look()


def _read(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, _STAT_BYTES)
    finally:
        os.close(fd)
