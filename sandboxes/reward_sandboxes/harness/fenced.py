"""Runs without namespaces: a fence of Landlock rules and a filter of system calls, or no fence.

Covered by ``landlock``, for each run: no file is read but the system's own and those named, none is
written but in a folder of the run's, no socket leads anywhere, what runs is ended by a search for
descendants. Not covered, and named among the protections: other processes can be seen, files are
not limited in number and total size, and of processes and threads only the user's sum is.
Covered by ``none``: nothing.
"""

from __future__ import annotations

import os

from reward_sandboxes.harness import filter as call_filter
from reward_sandboxes.harness.config import LANDLOCK
from reward_sandboxes.harness.janitor import (
    BASE,
    descendants,
    end,
    end_descendants,
    folder_prefix,
    remove,
)
from reward_sandboxes.kernel import landlock, prctl, seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        self.staff: set[int] = set()
        self.mother = 0
        self.ahead = False
        self._fenced = level == LANDLOCK
        self._readable = (*_RUNNABLE, *readable)
        self._drop_capabilities = prctl.dropping_capabilities()
        if self._fenced:
            self._filter_calls = seccomp.installing(call_filter.together())
        self._rules: Sequence[int] = ()
        self._root = ""

    def begin(self, box_mb: int) -> None:
        """Make a folder of this job's own, with the box in it."""
        self._root = f"{BASE}/{folder_prefix()}{os.urandom(8).hex()}"
        self.box, self.scratch = f"{self._root}/box", f"{self._root}/run"
        for folder in (self._root, self.box, self.scratch):
            os.mkdir(folder, 0o700)

    def enter(self, place: int | None, box: str, scratch: str) -> None:
        """Be there for what runs leave, and note where they are."""
        prctl.adopt_orphans()
        prctl.die_with_parent(os.getppid())
        self.box, self.scratch = box, scratch

    def seal_box(self) -> None:
        """Nothing: the rules of runs do not let them write to it."""

    def open(self, disk_mb: int, *, building: bool) -> Sequence[int]:
        """Make the rules for what is in the folder now."""
        self._rules = [self._fence(building)] if self._fenced else []
        return self._rules

    def give(self, fds: Sequence[int]) -> None:
        """Nothing: all runs are of one user."""

    def fork(self, apart: Sequence[int]) -> int:
        """Fork."""
        return os.fork()

    def lock(self, apart: Sequence[int]) -> None:
        """Put the fence up."""
        prctl.die_with_parent(os.getppid())
        os.setsid()
        os.chdir(self.scratch)
        prctl.set_dumpable()
        if apart:
            self._drop_capabilities()
            landlock.restricting(apart[0])()
            self._filter_calls()

    def clear(self) -> float:
        """End every descendant."""
        return end_descendants()

    def pids(self) -> list[int]:
        """Return the descendants of the process that runs are forked from."""
        return descendants(self.mother)

    def kill(self) -> None:
        """Kill every descendant that there is now; ``clear`` does so until there is none."""
        for pid in descendants(self.mother):
            end(pid)

    def disk_is_full(self) -> bool:
        """Whether nothing more fits on the disk of the host."""
        found = os.statvfs(self._root)
        return found.f_bavail == 0 or found.f_favail == 0

    def reap(self) -> float:
        """Nothing: the mother has ended every descendant."""
        return 0.0

    def close(self) -> None:
        """Empty the scratch folder."""
        for rules in self._rules:
            os.close(rules)
        remove(self.scratch)
        os.mkdir(self.scratch, 0o700)

    def end(self) -> None:
        """Remove the job's folder."""
        if self._root:
            remove(self._root)

    def leftovers(self) -> str:
        """Name what has not ended or is still there."""
        left = set(descendants(os.getpid())) - self.staff
        if left:
            return f"{len(left)} processes are left"
        return f"{self._root} is left" if self._root and os.path.lexists(self._root) else ""

    def _fence(self, building: bool) -> int:
        writable = [self.scratch, *([self.box] if building else [])]
        runnable = [*self._readable, self.box]
        return landlock.make_ruleset(runnable=runnable, writable=(*writable, *_DEVICES))
