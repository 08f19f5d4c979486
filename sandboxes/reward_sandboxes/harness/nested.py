"""Runs in namespaces of their own: processes, files and shared memory exist for one run alone.

Covered, for each run: its own process ids (killing the first kills all, daemons too), an empty
``/tmp`` in memory with bounded size and number of files, a ``/proc`` that shows nothing else, no
capability, no way to more privileges, a filter of system calls. For the sandbox as a whole: a root
that holds the system's programs and libraries and nothing else of the host, an empty network, and a
set of System V objects and message queues that stays empty, for the filter lets no run make any.
Not covered: bugs of the kernel, and what a program learns from how long things take.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import os

from reward_sandboxes.harness import filter as call_filter
from reward_sandboxes.harness.config import NAMESPACES
from reward_sandboxes.kernel import mounts, prctl, seccomp
from reward_sandboxes.kernel.inits import Inits
from reward_sandboxes.kernel.libc import prepared
from reward_sandboxes.kernel.namespaces import NEW_MOUNTS, NEW_PIDS, joining, unshare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOX = "/box"
SCRATCH = "/tmp"  # noqa: S108 - of the sandbox, new for every run
MAX_FILES = 8192
"""Files and folders of one run."""

_SAFE = mounts.NO_SUID | mounts.NO_DEVICES
_THIS_ONE = os.O_RDONLY | os.O_CLOEXEC
_OWN_MOUNTS = "/proc/self/ns/mnt"


class _Place:
    """Where one run is, or will be."""

    def __init__(self, init: int, pids: int, mounts: int) -> None:
        self.init = init
        """The first process; 0 when it has been ended."""
        self.pids = pids
        self.mounts = mounts


class NestedCage:
    """A ``Cage`` of namespaces within those of the sandbox."""

    level = NAMESPACES
    box = BOX
    scratch = SCRATCH
    ahead = True

    def __init__(self, protections: Mapping[str, bool | str]) -> None:
        """Prepare every call that a run makes; this process has entered its namespaces."""
        self.protections = protections
        self.staff: set[int] = set()
        self.mother = 0
        self._home = os.open(_OWN_MOUNTS, _THIS_ONE)
        self._job = -1
        self._move = joining(NEW_MOUNTS)
        self._leave = prepared("unshare", NEW_MOUNTS)
        self._inits = Inits()
        self._places: list[_Place] = []
        """The oldest first."""
        self._scratch_mb = 0
        # What follows is for the process that runs are forked from.
        self._bear_in = joining(NEW_PIDS)
        self._mount_proc = mounts.mounting("proc", "/proc", _SAFE | mounts.NO_EXEC)
        self._drop_capabilities = prctl.dropping_capabilities()
        self._set_dumpable = prctl.setting_dumpable()
        self._filter_most, self._filter_rest = map(seccomp.installing, call_filter.apart())

    def begin(self, box_mb: int) -> int:
        """Mount the box in a mount namespace of this job's own, with which it goes away."""
        unshare(NEW_MOUNTS)
        options = f"size={box_mb}m,nr_inodes={MAX_FILES},mode=755"
        mounts.mounting("tmpfs", BOX, _SAFE, options)()
        self._job = os.open(_OWN_MOUNTS, _THIS_ONE)
        return os.dup(self._job)

    def enter(self, place: int | None, box: str, scratch: str) -> None:
        """Move to the job's mount namespace, and give up what making runs does not take."""
        assert place is not None
        self._move(place)
        self._filter_most()

    def seal_box(self) -> None:
        """Mount it read-only."""
        mounts.restrict(BOX, mounts.READ_ONLY)

    def open(self, disk_mb: int, *, building: bool) -> Sequence[int]:
        """Mount the scratch folder in a namespace of its own, and make one of process ids."""
        if disk_mb != self._scratch_mb:
            options = f"size={disk_mb}m,nr_inodes={MAX_FILES},mode=1777"
            self._mount_scratch = mounts.mounting("tmpfs", SCRATCH, _SAFE, options)
            self._scratch_mb = disk_mb
        self._leave()
        try:
            self._mount_scratch()
            place = os.open(_OWN_MOUNTS, _THIS_ONE)
        finally:
            self._move(self._job)
        init, pids = self._inits.start()
        self._places.append(_Place(init, pids, place))
        return pids, place

    def give(self, fds: Sequence[int]) -> None:
        """Nothing: no process of another run is there to open it."""

    def fork(self, apart: Sequence[int]) -> int:
        """Fork into the new namespace of process ids."""
        self._bear_in(apart[0])
        return os.fork()

    def lock(self, apart: Sequence[int]) -> None:
        """Enter the run's mount namespace, and give up what it takes to do so."""
        os.setsid()
        self._move(apart[1])
        self._mount_proc()
        os.chdir(SCRATCH)
        self._drop_capabilities()
        self._set_dumpable()
        self._filter_rest()

    def clear(self) -> float:
        """Nothing: the clerk ends the namespace."""
        return 0.0

    def pids(self) -> list[int]:
        """Return all processes here but the sandbox's own, and the run's sleeping first one."""
        ours = {os.getpid(), *self.staff, *[place.init for place in self._places]}
        return [pid for pid in _running() if pid not in ours]

    def kill(self) -> None:
        """Kill the first process of the run's namespace, and so all of them."""
        os.kill(self._places[0].init, _signal.SIGKILL)

    def disk_is_full(self) -> bool:
        """Whether space or files of the scratch folder are used up."""
        self._move(self._places[0].mounts)
        found = os.statvfs(SCRATCH)
        self._move(self._job)
        return found.f_bavail == 0 or found.f_favail == 0

    def reap(self) -> float:
        """End the namespace of process ids."""
        place = self._places[0]
        os.kill(place.init, _signal.SIGKILL)
        _, _, usage = os.wait4(place.init, 0)
        place.init = 0
        return usage.ru_utime + usage.ru_stime

    def close(self) -> None:
        """Let go of the namespaces, and so of the scratch folder."""
        place = self._places.pop(0)
        os.close(place.pids)
        os.close(place.mounts)

    def end(self) -> None:
        """Leave the job's mount namespace; everything goes with it."""
        self._move(self._home)
        if self._job >= 0:
            os.close(self._job)
            self._job = -1

    def leftovers(self) -> str:
        """Name processes that are none of the sandbox's own."""
        left = self.pids()
        return f"{len(left)} processes are left" if left else ""


def _running() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]
