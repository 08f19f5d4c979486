"""The process that all runs of one job are forked from. It compiles Python, and does little else.

A fork write-protects all memory of the process that forks: whatever that touches afterwards is
copied, or at least costs a fault, again after each run. So this one does hardly anything between
two forks, and what is done for a run is done by the ``clerk``. Nothing of a run ever comes into its
memory either: stdin and all else that a run is given are descriptors, which only the run reads.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import marshal
import os
import resource
from resource import setrlimit

from reward_sandboxes.harness import program
from reward_sandboxes.harness.box import write_files
from reward_sandboxes.harness.command import execute
from reward_sandboxes.harness.note import Note
from reward_sandboxes.harness.source import keep_lines
from reward_sandboxes.kernel.rlimits import address_space_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType
    from typing import Any, NoReturn

    from reward_sandboxes.harness.cage import Cage
    from reward_sandboxes.harness.cord import Cord

EXTRA_FD = 3
"""Where a run finds the descriptor that it gets beside the standard streams."""
BEGUN = b"begun"
CLEAN, BROKEN, ALONE = 0, 5, 6
"""How a mother, and then a sandbox, exits: as it should, for a bug, since the clerk is gone."""

SCRIPT, CALL, COMMAND, BUILD, CANDIDATE, SUITE = range(6)
"""What a run does."""
WITH_GIVEN, WITH_EXTRA = 1, 2
"""Which descriptors come with a run, in this order, after its three standard streams and those of
its cage."""
_FIRST_OF_CAGE = 3

_ALL_FDS = 1 << 30
_MESSAGE_CHARS = 8192


def serve(cage: Cage, cord: Cord) -> NoReturn:
    """Do one job, and exit."""
    try:
        code = _do_job(cage, cord)
    except (OSError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        said = f"a mother broke: {type(error).__name__}: {error}\n"
        os.write(2, said.encode("utf-8", "replace"))
        code = BROKEN
    os._exit(code)


def contents(fd: int) -> Any:
    """Return the plain values that the clerk wrote to the file."""
    return marshal.loads(os.pread(fd, os.fstat(fd).st_size, 0))  # noqa: S302 - from our own clerk


def _do_job(cage: Cage, cord: Cord) -> int:
    message, fds = cord.take()
    if not message:
        return ALONE
    job, note = contents(fds[0]), Note()
    cage.enter(fds[1] if len(fds) > 1 else None, job["box"], job["scratch"])
    for fd in fds:
        os.close(fd)
    os.environ["HOME"] = os.environ["TMPDIR"] = job["scratch"]
    mother = Mother(cage, cord, job, note)
    while True:
        message, fds = cord.take()
        if len(message) < 2:
            return CLEAN if message else ALONE
        mother.run(message, fds)


class Mother:
    """Makes the runs of one job, one at a time."""

    def __init__(self, cage: Cage, cord: Cord, job: Mapping[str, Any], note: Note) -> None:
        """Compile the program if it is Python, and say how that went.

        This process has entered the cage; ``note`` is for its runs.
        """
        self._cage = cage
        self._cord = cord
        self._job = job
        self._note = note
        self._code: CodeType | None = None
        if job["script"] is not None:
            self._compile(**job["script"])
        # For the process that is forked.
        if job["main"] == CANDIDATE:
            from reward_sandboxes.harness import candidate as _candidate  # noqa: F401 - loaded for cells to come
        elif job["main"] == SUITE:
            from reward_sandboxes.harness import suite as _suite  # noqa: F401 - likewise
        # What runs of Python have mapped before they begin is not theirs.
        mapped = address_space_bytes()
        self._limits = [
            [_widened(one, mapped) for one in settings] if interpreted else settings
            for settings, interpreted in job["limits"]
        ]

    def run(self, message: bytes, fds: Sequence[int]) -> None:
        """Make a run and say how it ended."""
        which, limits, having, n_apart = message[1:5]
        apart, rest = fds[_FIRST_OF_CAGE:][:n_apart], fds[_FIRST_OF_CAGE + n_apart :]
        if which == CALL:
            # For all the runs that will be forked.
            from reward_sandboxes.harness import function as _function  # noqa: F401 - likewise
        try:
            pid = self._cage.fork(apart)
        except OSError as error:  # the clerk has killed it before it began, or there is no memory
            said = str(error).encode("utf-8", "replace")
            self._cord.send(b"E %d 0 0 %s" % (_signal.SIGKILL, said))
            pid = -1
        if pid == 0:
            self._become(which, self._limits[limits], apart, fds[:_FIRST_OF_CAGE], having, rest)
        for fd in fds:
            os.close(fd)
        if pid > 0:
            _, status, usage = os.wait4(pid, 0)
            cpu_s = usage.ru_utime + usage.ru_stime + self._cage.clear()
            told = status, round(cpu_s * 1e6), usage.ru_maxrss << 10, self._note.take()
            self._cord.send(b"E %d %d %d %s" % told)

    def _become(
        self,
        which: int,
        limits: Sequence[Any],
        apart: Sequence[int],
        streams: Sequence[int],
        having: int,
        rest: Sequence[int],
    ) -> NoReturn:
        """In the child: become the program."""
        try:
            given: tuple[Any, Any, Any] = ((), None, {})
            if having & WITH_GIVEN:
                given, rest = contents(rest[0]), rest[1:]
            self._cage.lock(apart)
            if which != BUILD and self._job["files"]:
                write_files(self._cage.scratch, self._job["files"])
            if given[2]:
                write_files(self._cage.scratch, given[2])
                program.give_way(given[2])
            for kind, pair in limits:
                setrlimit(kind, pair)
            for number, fd in enumerate(streams):
                os.dup2(fd, number)
            if rest:
                os.dup2(rest[0], EXTRA_FD)
            self._note.write(BEGUN)
            os.closerange(EXTRA_FD + len(rest), _ALL_FDS)
        except (OSError, ValueError) as error:
            self._note.write(str(error).encode("utf-8", "replace"))
            os._exit(1)
        self._main(which, given[0], given[1])

    def _main(self, which: int, arguments: Sequence[str], call: Any) -> NoReturn:
        job, code = self._job, self._code
        if which in (COMMAND, BUILD):
            words, environment = job["run"] if which == COMMAND else job["build"]
            execute([*words, *arguments], environment)
        if which == SUITE:
            from reward_sandboxes.harness import suite
            from reward_sandboxes.harness.channel import Channel

            suite.conduct(job["suite"], job["files"], Channel(EXTRA_FD))
        assert code is not None
        if which == SCRIPT:
            program.run_script(code, job["path"], arguments)
        prelude = job["script"]["prelude"]
        if which == CALL:
            function, given = call
            program.run_call(code, job["path"], function, given, EXTRA_FD, prelude=prelude)
        from reward_sandboxes.harness import candidate
        from reward_sandboxes.harness.channel import Channel

        candidate.serve(code, job["path"], Channel(EXTRA_FD), prelude=prelude)

    def _compile(
        self, source: bytes, cpu_s: float, memory_bytes: int, prelude: bool, beside: Sequence[str]
    ) -> None:
        path = self._job["path"]
        self._code, said = compiled(source, path, cpu_s, memory_bytes)
        self._cord.send(said)
        if self._code is not None:
            program.preload(source, beside, prelude=prelude)
            keep_lines(source, path)
            program.prepare(path, self._job["scratch"], self._job["files"])


def compiled(
    source: bytes, path: str, cpu_s: float, memory_bytes: int
) -> tuple[CodeType | None, bytes]:
    """Return the code of a Python program, or None, and what to say of it.

    A compiler that is out of time or out of its stack ends this process.
    """
    before = _cpu_s()
    most = {
        resource.RLIMIT_AS: address_space_bytes() + memory_bytes,
        resource.RLIMIT_CPU: int(before + cpu_s) + 1,
    }
    usual = {which: resource.getrlimit(which) for which in most}
    for which, soft in most.items():
        setrlimit(which, (soft, usual[which][1]))
    code, reason, message = None, "exited", ""
    try:
        code = program.compiled(source, path)
    except MemoryError:
        reason, message = "memory", "MemoryError: the compiler is out of memory"
    except (SyntaxError, ValueError, RecursionError, OverflowError) as error:
        message = f"{type(error).__name__}: {error}"
    for which, pair in usual.items():
        setrlimit(which, pair)
    spent_us = round((_cpu_s() - before) * 1e6)
    said = f"B {int(code is not None)} {spent_us} {reason} {message[-_MESSAGE_CHARS:]}"
    return code, said.encode("utf-8", "replace")


def _widened(limit: tuple[int, tuple[int, int]], more: int) -> tuple[int, tuple[int, int]]:
    """Return ``limit``, if it is one of address space, for so many bytes more."""
    which, (soft, hard) = limit
    if which != resource.RLIMIT_AS:
        return limit
    _, most = resource.getrlimit(which)
    soft, hard = soft + more, hard + more
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    return which, (soft, hard)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
