"""The mother, as the clerk sees her: what she is told, and what she says."""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cord import Cord

_ENDED, _BUILT, _OVER = b"E", b"B", b"O"
_BEGIN, _END = b"!", b"."
_RUN = b"R"


class BrokenCageError(OSError):
    """A run could not be made; says nothing about the program."""


class Built(NamedTuple):
    """How it went to compile a program."""

    ok: bool
    reason: str
    message: str
    cpu_s: float


class Ended(NamedTuple):
    """How the process of a run ended."""

    status: int
    cpu_s: float
    memory_bytes: int
    said: bytes
    """What it noted last."""


class Ward:
    """One mother after the other, each for one job, all of one zygote."""

    def __init__(self, cage: Cage, cord: Cord) -> None:
        """The zygote waits for its first job."""
        self._cage = cage
        self._cord = cord
        self._mother = 0
        self._busy = False

    def fileno(self) -> int:
        """Return the descriptor that can be read from when she has something to say."""
        return self._cord.fileno()

    def open(self, job: Mapping[str, Any], place: int | None) -> None:
        """Tell her of a job, and where it is."""
        if not self._mother:
            self._cord.send(_BEGIN)
            self._over(self._cord.receive())
        self._cage.mother = self._mother
        fd = written(job)
        self._cord.send(b"J", [fd] if place is None else [fd, place])
        os.close(fd)
        self._busy = True

    def built(self) -> Built | int:
        """Return how it went to compile the program, or by which signal that ended her."""
        said = self._cord.receive()
        if said.startswith(_OVER):
            self._busy = False
            return self._over(said)
        kind, ok, cpu_us, reason, message = said.split(b" ", 4)
        if kind != _BUILT:
            raise BrokenCageError(f"a mother said {said[:100]!r}")
        text = message.decode("utf-8", "replace")
        return Built(ok == b"1", reason.decode("ascii"), text, int(cpu_us) / 1e6)

    def run(self, order: bytes, fds: Sequence[int]) -> None:
        """Have a run made, by a ``mother``'s order and with the descriptors of it."""
        self._cord.send(_RUN + order, fds)

    def ended(self) -> Ended:
        """Return how the run ended.

        Raises:
            BrokenCageError: she ended instead.
        """
        said = self._cord.receive()
        kind, *numbers, note = said.split(b" ", 4)
        if kind != _ENDED:
            raise BrokenCageError(f"a mother said {said[:100]!r}")
        status, cpu_us, memory_bytes = map(int, numbers)
        return Ended(status, cpu_us / 1e6, memory_bytes, note)

    def end(self) -> None:
        """Tell her that the job is over, and wait until she has ended.

        Raises:
            BrokenCageError: not as she should have.
        """
        if self._busy:
            self._busy = False
            self._cord.send(_END)
            self._over(self._cord.receive())

    def _over(self, said: bytes) -> int:
        """Note who the next one is; return the signal that ended the last one."""
        kind, *numbers = said.split(b" ")
        if kind != _OVER:
            raise BrokenCageError(f"a zygote said {said[:100]!r}")
        status, mother = map(int, numbers)
        self._cage.staff.discard(self._mother)
        self._cage.staff.add(mother)
        self._mother = mother
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise BrokenCageError(f"a mother ended with {os.WEXITSTATUS(status)}")
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def written(values: Any) -> int:
    """Return a file with plain values, for ``mother.contents``."""
    fd = os.memfd_create("given")
    rest = memoryview(marshal.dumps(values))
    while rest:
        rest = rest[os.write(fd, rest) :]
    return fd
