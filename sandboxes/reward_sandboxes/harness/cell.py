"""One run: a process in a cage of its own, its standard streams, its limits, and how it ended."""

from __future__ import annotations

import mmap
import os
import resource
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from reward_sandboxes.harness.box import write_files
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.ending import Ended, reason_of
from reward_sandboxes.harness.limits import RunLimits, address_space
from reward_sandboxes.harness.owner import OwnerGoneError
from reward_sandboxes.harness.watch import Watch, wait_until

EXTRA_FD = 3
"""Where a run finds the descriptor that it gets beside the standard streams."""
_TAIL_BYTES = 8192
_NOTE_BYTES = 1024
_FAR = 1 << 30


class BrokenCageError(OSError):
    """A run could not be made; says nothing about the program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a run is to do."""

    main: Callable[[], NoReturn]
    """Becomes the program. The descriptor ``extra`` is ``EXTRA_FD`` by then."""
    limits: RunLimits
    stdin: int
    files: Sequence[Mapping[str, bytes]] = ()
    extra: int | None = None
    interpreted: bool = True
    """Whether it goes on in this interpreter, whose own memory is not counted."""
    building: bool = False


@dataclass(slots=True)
class Result:
    """How a run ended; the files of its output are open until ``close``."""

    reason: str
    exit_code: int | None
    signal: int | None
    stdout: int
    stderr: int
    n_stdout: int
    tail: bytes
    cpu_s: float
    wall_s: float
    waited_s: float
    memory_bytes: int
    starved: bool

    def header(self) -> dict[str, Any]:
        """Return what RESULT says of it."""
        return {
            "reason": self.reason,
            "exit_code": self.exit_code,
            "signal": self.signal,
            "stderr": self.tail.decode("utf-8", "replace"),
            "cpu_s": round(self.cpu_s, 6),
            "wall_s": round(self.wall_s, 6),
            "waited_s": round(self.waited_s, 6),
            "memory_mb": round(self.memory_bytes / (1 << 20), 1),
            "starved": self.starved,
        }

    def close(self) -> None:
        """Close the files."""
        os.close(self.stdout)
        os.close(self.stderr)


@dataclass(slots=True)
class Cell:
    """A run that has been made."""

    pid: int
    pidfd: int
    watch: Watch
    stdout: int
    stderr: int
    task: Task


class Cells:
    """Makes the runs of one job, one at a time."""

    def __init__(self, cage: Cage) -> None:
        """The cage's box is there."""
        self._cage = cage
        self._note = mmap.mmap(-1, mmap.PAGESIZE)
        self._settings: dict[int, list[tuple[int, tuple[int, int]]]] = {}

    def run(self, task: Task, owner: int) -> Result:
        """Make a run and return how it ended.

        Raises:
            OwnerGoneError: the owner at the other end of the descriptor went away meanwhile.
            OSError: it cannot be made.
        """
        cell = self.start(task)
        alive = wait_until(cell.pidfd, owner, cell.watch, self.kill)
        if not alive:
            raise OwnerGoneError
        return self.finish(cell)

    def start(self, task: Task) -> Cell:
        """Make a run.

        Raises:
            OSError: it cannot be made.
        """
        settings = self._settings.get(id(task.limits))
        if settings is None:
            mapped = address_space() if task.interpreted else 0
            settings = self._settings[id(task.limits)] = task.limits.settings(mapped)
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        self._note[0] = 0
        self._cage.open(task.limits.disk_mb)
        pid = self._cage.fork()
        if pid == 0:
            self._become(task, settings, stdout, stderr)
        watch = Watch(task.limits, self._cage.pids, (stdout, stderr))
        return Cell(pid, os.pidfd_open(pid), watch, stdout, stderr, task)

    def kill(self) -> None:
        """Kill the run."""
        self._cage.kill()

    def finish(self, cell: Cell) -> Result:
        """Return how a run ended that has ended; wipe what it left.

        Raises:
            BrokenCageError: it never got to the program.
        """
        _, status, usage = os.wait4(cell.pid, 0)
        os.close(cell.pidfd)
        wall_s = cell.watch.wall_s
        disk_is_full = status != 0 and self._cage.disk_is_full()
        left_s = self._cage.close()
        if not self._note[0]:
            said = self._note[1:_NOTE_BYTES].split(b"\0")[0].decode("utf-8", "replace")
            raise BrokenCageError(said or f"a run ended with {status} before it began")
        found = cell.watch.found
        n_stdout, n_stderr = (os.fstat(fd).st_size for fd in (cell.stdout, cell.stderr))
        ended = Ended(
            status=status,
            stopped=found.stopped,
            cpu_s=max(usage.ru_utime + usage.ru_stime + left_s, found.cpu_s),
            memory_bytes=max(usage.ru_maxrss << 10, found.memory_bytes),
            n_stdout=n_stdout,
            n_stderr=n_stderr,
            stderr=os.pread(cell.stderr, _TAIL_BYTES, max(0, n_stderr - _TAIL_BYTES)),
            disk_is_full=disk_is_full,
        )
        return Result(
            reason=reason_of(ended, cell.task.limits),
            exit_code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            stdout=cell.stdout,
            stderr=cell.stderr,
            n_stdout=min(n_stdout, cell.task.limits.output_bytes),
            tail=ended.stderr,
            cpu_s=ended.cpu_s,
            wall_s=wall_s,
            waited_s=found.waited_s,
            memory_bytes=ended.memory_bytes,
            starved=found.starved,
        )

    def _become(
        self, task: Task, settings: list[tuple[int, tuple[int, int]]], stdout: int, stderr: int
    ) -> NoReturn:
        """In the child: become the program."""
        try:
            for files in task.files:
                write_files(self._cage.scratch, files)
            self._cage.lock(building=task.building)
            for which, pair in settings:
                resource.setrlimit(which, pair)
            os.dup2(task.stdin, 0)
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            keep = EXTRA_FD
            if task.extra is not None:
                os.dup2(task.extra, EXTRA_FD)
                keep += 1
            os.closerange(keep, _FAR)
        except (OSError, ValueError) as error:
            said = str(error).encode("utf-8", "replace")[: _NOTE_BYTES - 1]
            self._note[1 : 1 + len(said)] = said
            os._exit(1)
        self._note[0] = 1
        self._note.close()
        task.main()
