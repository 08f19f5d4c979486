"""One run: a process in a cage of its own, its standard streams, its limits, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from reward_sandboxes.harness import mother
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.ending import Ended, reason_of
from reward_sandboxes.harness.limits import RunLimits
from reward_sandboxes.harness.owner import OwnerGoneError
from reward_sandboxes.harness.ward import BrokenCageError, Ward, written
from reward_sandboxes.harness.watch import Ends, Watch

_TAIL_BYTES = 8192


class Task(NamedTuple):
    """What a run is to do."""

    main: int
    """One of the ``mother``'s."""
    limits: RunLimits
    stdin: int
    arguments: Sequence[str] = ()
    call: tuple[str, bytes] | None = None
    """A function, and the arguments that it is called with."""
    files: Mapping[str, bytes] = {}
    """Beside those of the job."""
    extra: int | None = None
    """A descriptor that the program gets as ``mother.EXTRA_FD``."""


class Cell(NamedTuple):
    """A run that has been made."""

    task: Task
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

    def __init__(self, cage: Cage, ward: Ward, owner: int) -> None:
        """The cage's box is there; ``owner`` is a pipe from the owner."""
        self._cage = cage
        self._ward = ward
        self._ends = Ends(ward.fileno(), owner)
        self._killed = False

    def run(self, task: Task) -> Result:
        """Make a run and return how it ended.

        Raises:
            OwnerGoneError: the owner went away meanwhile.
            OSError: it cannot be made.
        """
        cell = self.start(task)
        if not self._ends.wait(cell.watch, partial(self.look, cell)):
            self.kill()
            raise OwnerGoneError
        return self.finish(cell)

    def start(self, task: Task) -> Cell:
        """Make a run.

        Raises:
            OSError: it cannot be made.
        """
        building = task.main == mother.BUILD
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        fds, having, given = [task.stdin, stdout, stderr], 0, None
        apart = self._cage.open(task.limits.disk_mb, building=building)
        if apart is not None:
            fds.append(apart)
            having |= mother.WITH_APART
        if task.arguments or task.call or task.files:
            given = written((list(task.arguments), task.call, dict(task.files)))
            fds.append(given)
            having |= mother.WITH_GIVEN
        if task.extra is not None:
            fds.append(task.extra)
            having |= mother.WITH_EXTRA
        given_by_name = [task.stdin, stdout, stderr]
        self._cage.give(given_by_name if task.extra is None else [*given_by_name, task.extra])
        self._killed = False
        watch = Watch(task.limits, self._cage.pids, (stdout, stderr))
        self._ward.run(task.main, int(building), having, fds)
        if given is not None:
            os.close(given)
        return Cell(task, stdout, stderr, watch)

    def fileno(self) -> int:
        """Return the descriptor that can be read from when the run has ended."""
        return self._ward.fileno()

    def look(self, cell: Cell) -> None:
        """Look at a run, and kill it if it has to be stopped.

        One that has been killed already is killed again: it may just have been forked.
        """
        if cell.watch.look() or self._killed:
            self.kill()

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
        status, cpu_s, memory_bytes, said = self._ward.ended()
        wall_s = watch.wall_s
        disk_is_full = status != 0 and self._cage.disk_is_full()
        left_s = self._cage.close()
        if said != mother.BEGUN and not self._killed:
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
            cpu_s=max(cpu_s + left_s, watch.cpu_s),
            memory_bytes=max(memory_bytes, watch.memory_bytes),
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
