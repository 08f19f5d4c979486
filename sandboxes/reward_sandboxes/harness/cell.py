"""One run: a process in a cage of its own, its standard streams, its limits, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from resource import setrlimit
from typing import Any, NamedTuple, NoReturn

from reward_sandboxes.harness.box import write_files
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.ending import Ended, reason_of
from reward_sandboxes.harness.limits import RunLimits, address_space
from reward_sandboxes.harness.note import Note
from reward_sandboxes.harness.owner import OwnerGoneError
from reward_sandboxes.harness.watch import Watch, wait_until_ended

EXTRA_FD = 3
"""Where a run finds the descriptor that it gets beside the standard streams."""
_TAIL_BYTES = 8192
_NOT_YET, _BEGUN = b"", b"begun"
_ALL_FDS = 1 << 30

Settings = Sequence[tuple[int, tuple[int, int]]]
"""Arguments of ``setrlimit``."""


class BrokenCageError(OSError):
    """A run could not be made; says nothing about the program."""


class Task(NamedTuple):
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


class Cell(NamedTuple):
    """A run that has been made."""

    task: Task
    pid: int
    pidfd: int
    stdout: int
    stderr: int
    watch: Watch


class Result(NamedTuple):
    """How a run ended; the file with its stdout is open until ``close``."""

    reason: str
    exit_code: int | None
    signal: int | None
    stdout: int
    n_stdout: int
    stderr: bytes
    """The end of it."""
    cpu_s: float
    wall_s: float
    waited_s: float
    memory_bytes: int
    starved: bool

    def header(self, n_reply: int | None = None) -> dict[str, Any]:
        """Return what RESULT says of it, with a reply of so many bytes."""
        return {
            "reason": self.reason,
            "exit_code": self.exit_code,
            "signal": self.signal,
            "stderr": self.stderr.decode("utf-8", "replace"),
            "cpu_s": round(self.cpu_s, 6),
            "wall_s": round(self.wall_s, 6),
            "waited_s": round(self.waited_s, 6),
            "memory_mb": round(self.memory_bytes / (1 << 20), 1),
            "starved": self.starved,
            "stdout": self.n_stdout,
            "reply": n_reply,
        }

    def close(self) -> None:
        """Close the file."""
        os.close(self.stdout)


class Cells:
    """Makes the runs of one job, one at a time."""

    def __init__(self, cage: Cage) -> None:
        """The cage's box is there."""
        self._cage = cage
        self._note = Note()
        self._killed = False
        self._settings: dict[tuple[RunLimits, bool], Settings] = {}

    def run(self, task: Task, owner: int) -> Result:
        """Make a run and return how it ended.

        Raises:
            OwnerGoneError: the owner at the other end of the descriptor went away meanwhile.
            OSError: it cannot be made.
        """
        cell = self.start(task)
        if not wait_until_ended(cell.pidfd, owner, cell.watch, self.kill):
            self.kill()
            raise OwnerGoneError
        return self.finish(cell)

    def start(self, task: Task) -> Cell:
        """Make a run.

        Raises:
            OSError: it cannot be made.
        """
        settings = self._settings_of(task)
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        self._note.write(_NOT_YET)
        self._killed = False
        self._cage.open(task.limits.disk_mb)
        pid = self._cage.fork()
        if pid == 0:
            self._become(task, settings, stdout, stderr)
        watch = Watch(task.limits, self._cage.pids, (stdout, stderr))
        return Cell(task, pid, os.pidfd_open(pid), stdout, stderr, watch)

    def kill(self) -> None:
        """Kill the run."""
        self._killed = True
        self._cage.kill()

    def finish(self, cell: Cell) -> Result:
        """Return how a run ended that has ended; wipe what it left.

        Raises:
            BrokenCageError: it never got to the program.
        """
        watch, limits = cell.watch, cell.task.limits
        _, status, usage = os.wait4(cell.pid, 0)
        os.close(cell.pidfd)
        wall_s = watch.wall_s
        disk_is_full = status != 0 and self._cage.disk_is_full()
        left_s = self._cage.close()
        said = self._note.read()
        if said != _BEGUN and not self._killed:
            why = said.decode("utf-8", "replace")
            raise BrokenCageError(why or f"a run ended with {status} before it began")
        n_stdout, n_stderr = os.fstat(cell.stdout).st_size, os.fstat(cell.stderr).st_size
        tail = b""
        if n_stderr:
            tail = os.pread(cell.stderr, _TAIL_BYTES, max(0, n_stderr - _TAIL_BYTES))
        os.close(cell.stderr)
        ended = Ended(
            status=status,
            stopped=watch.stopped,
            cpu_s=max(usage.ru_utime + usage.ru_stime + left_s, watch.cpu_s),
            memory_bytes=max(usage.ru_maxrss << 10, watch.memory_bytes),
            n_output=max(n_stdout, n_stderr),
            stderr=tail,
            disk_is_full=disk_is_full,
        )
        return Result(
            reason=reason_of(ended, limits),
            exit_code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            stdout=cell.stdout,
            n_stdout=min(n_stdout, limits.output_bytes),
            stderr=tail,
            cpu_s=ended.cpu_s,
            wall_s=wall_s,
            waited_s=watch.waited_s,
            memory_bytes=ended.memory_bytes,
            starved=watch.starved,
        )

    def _settings_of(self, task: Task) -> Settings:
        key = task.limits, task.interpreted
        settings = self._settings.get(key)
        if settings is None:
            mapped = address_space() if task.interpreted else 0
            settings = self._settings[key] = task.limits.settings(mapped)
        return settings

    def _become(self, task: Task, settings: Settings, stdout: int, stderr: int) -> NoReturn:
        """In the child: become the program."""
        try:
            for files in task.files:
                write_files(self._cage.scratch, files)
            self._cage.lock(building=task.building)
            for which, pair in settings:
                setrlimit(which, pair)
            os.dup2(task.stdin, 0)
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            if task.extra is not None:
                os.dup2(task.extra, EXTRA_FD)
            self._note.write(_BEGUN)
            os.closerange(EXTRA_FD + (task.extra is not None), _ALL_FDS)
        except (OSError, ValueError) as error:
            self._note.write(str(error).encode("utf-8", "replace"))
            os._exit(1)
        task.main()
