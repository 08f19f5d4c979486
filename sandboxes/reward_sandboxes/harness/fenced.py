"""Runs without namespaces: a fence of Landlock rules and a filter of system calls, or no fence.

Covered by ``landlock``, for each run: no file is read but the system's own and those named, none is
written but in a folder of the run's, no socket leads anywhere, what runs is ended by a search for
descendants. Not covered, and named among the protections: other processes can be seen, files are
not limited in number and total size, and of processes and threads only the user's sum is.
Covered by ``none``: nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping, Sequence

from reward_sandboxes.harness import filter as call_filter
from reward_sandboxes.harness.config import LANDLOCK
from reward_sandboxes.kernel import landlock, prctl, seccomp

_BASE = "/tmp"  # noqa: S108 - in it, a folder that nobody else may enter
_RUNNABLE = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class FencedCage:
    """A ``Cage`` of Landlock rules, or, of level ``none``, one with open doors."""

    def __init__(
        self, level: str, readable: Sequence[str], protections: Mapping[str, bool | str]
    ) -> None:
        """Prepare the calls that a run makes."""
        self.level = level
        self.protections = protections
        self.box = self.scratch = ""
        self._fenced = level == LANDLOCK
        self._readable = (*_RUNNABLE, *readable)
        self._drop_capabilities = prctl.dropping_capabilities()
        if self._fenced:
            self._filter_calls = seccomp.installing(call_filter.program(alone=False))
        self._root = ""
        self._child = 0

    def begin(self, box_mb: int) -> None:
        """Make a folder of this job's own, with the box in it."""
        prctl.adopt_orphans()
        prctl.die_with_parent(os.getppid())
        self._root = f"{_BASE}/reward-sandbox-{os.getpid()}-{os.urandom(8).hex()}"
        self.box, self.scratch = f"{self._root}/box", f"{self._root}/run"
        for folder in (self._root, self.box, self.scratch):
            os.mkdir(folder, 0o700)
        if self._fenced:
            self._fences = {building: self._fence(building) for building in (True, False)}

    def seal_box(self) -> None:
        """Nothing: the rules of runs do not let them write to it."""

    def open(self, disk_mb: int) -> None:
        """Nothing: the folder is empty."""

    def fork(self) -> int:
        """Fork."""
        pid = os.fork()
        self._child = pid
        return pid

    def lock(self, *, building: bool) -> None:
        """Put the fence up."""
        prctl.die_with_parent(os.getppid())
        os.setsid()
        os.chdir(self.scratch)
        prctl.set_dumpable()
        if self._fenced:
            self._drop_capabilities()
            landlock.restricting(self._fences[building])()
            self._filter_calls()

    def pids(self) -> list[int]:
        """Return the descendants of this process."""
        return list(_descendants(os.getpid()))

    def kill(self) -> None:
        """Kill the run's session, whoever is still in it."""
        try:
            os.killpg(self._child, signal.SIGKILL)
        except ProcessLookupError:
            _kill(self._child)

    def disk_is_full(self) -> bool:
        """Whether nothing more fits on the disk of the host."""
        found = os.statvfs(self._root)
        return found.f_bavail == 0 or found.f_favail == 0

    def close(self) -> float:
        """End every descendant, and empty the scratch folder."""
        seconds = _reap_all()
        self._child = 0
        _remove(self.scratch)
        os.mkdir(self.scratch, 0o700)
        if self._fenced:
            os.close(self._fences[False])
            self._fences[False] = self._fence(building=False)
        return seconds

    def end(self) -> None:
        """Remove the job's folder."""
        if self._root:
            _remove(self._root)

    def leftovers(self) -> str:
        """Name what has not ended or is still there."""
        left = sum(1 for _ in _descendants(os.getpid()))
        if left:
            return f"{left} processes are left"
        return f"{self._root} is left" if self._root and os.path.lexists(self._root) else ""

    def _fence(self, building: bool) -> int:
        writable = [self.scratch, *([self.box] if building else [])]
        runnable = [*self._readable, self.box]
        return landlock.make_ruleset(runnable=runnable, writable=(*writable, *_DEVICES))


def _descendants(of: int) -> list[int]:
    """Return the ids of the children of ``of``, their children, and so on."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue  # it has ended
            parents.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    level = parents.get(of, [])
    while level:
        found += level
        level = [child for parent in level for child in parents.get(parent, ())]
    return found


def _reap_all() -> float:
    """Kill and wait for every descendant, again and again until none is left."""
    seconds = 0.0
    while True:
        for pid in _descendants(os.getpid()):
            _kill(pid)
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return seconds
        seconds += usage.ru_utime + usage.ru_stime


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended by itself
        os.kill(pid, signal.SIGKILL)


def _remove(folder: str) -> None:
    """Remove ``folder``, however deep and whatever rights a program gave to what is in it."""
    waiting = [folder]
    while waiting:
        place = waiting[-1]
        os.chmod(place, 0o700)
        inner = []
        for entry in os.scandir(place):
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.path)
            else:
                os.unlink(entry.path)
        if inner:
            waiting += inner
        else:
            os.rmdir(place)
            waiting.pop()
