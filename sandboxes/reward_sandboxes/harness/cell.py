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


class Ready(NamedTuple):
    """A run for which everything is there."""

    task: Task
    stdout: int
    stderr: int
    order: bytes
    """What the mother is told."""
    fds: Sequence[int]
    """What she gets with it."""
    own: Sequence[int]
    """Those of them that are closed when she has them."""


class Cell(NamedTuple):
    """A run that has been made."""

    task: Task
    stdout: int
    stderr: int
    watch: Watch


class End(NamedTuple):
    """How a run ended, nothing of which runs any more; what it left is still there."""

    status: int
    cpu_s: float
    memory_bytes: int
    wall_s: float


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
        self.ahead = cage.ahead
        """Whether a run may be prepared before the one before it is over."""
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
        return self.result(cell, self.wait(cell))

    def start(self, task: Task) -> Cell:
        """Make a run.

        Raises:
            OSError: it cannot be made.
        """
        return self.begin(self.prepare(task))

    def prepare(self, task: Task) -> Ready:
        """Make everything that a run needs, for the next one.

        Raises:
            OSError: the kernel refused.
        """
        building = task.main == mother.BUILD
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        streams = [task.stdin, stdout, stderr]
        apart = self._cage.open(task.limits.disk_mb, building=building)
        having, own, extra = 0, [], []
        if task.arguments or task.call or task.files:
            having |= mother.WITH_GIVEN
            own = [written((list(task.arguments), task.call, dict(task.files)))]
        if task.extra is not None:
            having |= mother.WITH_EXTRA
            extra = [task.extra]
        self._cage.give([*streams, *extra])
        order = bytes((task.main, int(building), having, len(apart)))
        return Ready(task, stdout, stderr, order, [*streams, *apart, *own, *extra], own)

    def begin(self, ready: Ready) -> Cell:
        """Make the run; the one before it is over."""
        self._killed = False
        outputs = ready.stdout, ready.stderr
        watch = Watch(ready.task.limits, self._cage.pids, outputs)
        self._ward.run(ready.order, ready.fds)
        for fd in ready.own:
            os.close(fd)
        return Cell(ready.task, *outputs, watch)

    def drop(self, ready: Ready) -> None:
        """Let go of a run that will not be made; the one before it is closed."""
        self._cage.reap()
        self._cage.close()
        for fd in (ready.stdout, ready.stderr, *ready.own):
            os.close(fd)

    def wait(self, cell: Cell) -> End:
        """Wait for a run to end, watching it.

        Raises:
            OwnerGoneError: the owner went away meanwhile.
            BrokenCageError: it never got to the program.
        """
        if not self._ends.wait(cell.watch, partial(self.look, cell)):
            self.kill()
            raise OwnerGoneError
        return self.end(cell)

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

    def end(self, cell: Cell) -> End:
        """Return how a run ended whose first process has, and end the others.

        Raises:
            BrokenCageError: it never got to the program.
        """
        ended = self._ward.ended()
        watch = cell.watch
        wall_s = watch.wall_s
        cpu_s = ended.cpu_s + self._cage.reap()
        if ended.said != mother.BEGUN and not self._killed:
            why = ended.said.decode("utf-8", "replace")
            raise BrokenCageError(why or f"a run ended with {ended.status} before it began")
        return End(
            status=ended.status,
            cpu_s=max(cpu_s, watch.cpu_s),
            memory_bytes=max(ended.memory_bytes, watch.memory_bytes),
            wall_s=wall_s,
        )

    def result(self, cell: Cell, end: End) -> Result:
        """Return what came of a run; wipe the rest."""
        watch, limits, status = cell.watch, cell.task.limits, end.status
        disk_is_full = status != 0 and self._cage.disk_is_full()
        self._cage.close()
        n_stdout, n_stderr = os.fstat(cell.stdout).st_size, os.fstat(cell.stderr).st_size
        tail = b""
        if n_stderr:
            tail = os.pread(cell.stderr, _TAIL_BYTES, max(0, n_stderr - _TAIL_BYTES))
        os.close(cell.stderr)
        ended = Ended(
            status=status,
            stopped=watch.stopped,
            cpu_s=end.cpu_s,
            memory_bytes=end.memory_bytes,
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
            cpu_s=end.cpu_s,
            wall_s=end.wall_s,
            waited_s=watch.waited_s,
            memory_bytes=end.memory_bytes,
            starved=watch.starved,
        )
