"""Runs in namespaces of their own: processes, files and shared memory exist for one run alone.

Covered, for each run: its own process ids (killing the first kills all, daemons too), an empty
``/tmp`` in memory with bounded size and number of files, a ``/proc`` that shows nothing else, no
capability, no way to more privileges, a filter of system calls. For the sandbox as a whole: a root
that holds the system's programs and libraries and nothing else of the host, an empty network, and a
set of System V objects and message queues that stays empty, for the filter lets no run make any.
Not covered: bugs of the kernel, and what a program learns from how long things take.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from reward_sandboxes.harness import filter as call_filter
from reward_sandboxes.harness.config import NAMESPACES
from reward_sandboxes.kernel import mounts, prctl, seccomp
from reward_sandboxes.kernel.inits import Inits
from reward_sandboxes.kernel.libc import prepared
from reward_sandboxes.kernel.namespaces import NEW_MOUNTS, unshare

BOX = "/box"
SCRATCH = "/tmp"  # noqa: S108 - of the sandbox, new for every run
MAX_FILES = 8192
"""Files and folders of one run."""

_SAFE = mounts.NO_SUID | mounts.NO_DEVICES


class NestedCage:
    """A ``Cage`` of namespaces within those of the sandbox."""

    level = NAMESPACES
    box = BOX
    scratch = SCRATCH

    def __init__(self, protections: Mapping[str, bool | str]) -> None:
        """Prepare every call that a run makes; this process has entered its namespaces."""
        self.protections = protections
        self._leave = prepared("unshare", NEW_MOUNTS)
        self._mount_proc = mounts.mounting("proc", "/proc", _SAFE | mounts.NO_EXEC)
        self._unmount_scratch = mounts.unmounting(SCRATCH)
        self._drop_capabilities = prctl.dropping_capabilities()
        self._filter_calls = seccomp.installing(call_filter.program(alone=True))
        self._scratch_mb = 0
        self._init = 0

    def begin(self, box_mb: int) -> None:
        """Mount the box in a mount namespace of this job's own, with which it goes away."""
        unshare(NEW_MOUNTS)
        self._inits = Inits()
        options = f"size={box_mb}m,nr_inodes={MAX_FILES},mode=755"
        mounts.mounting("tmpfs", BOX, _SAFE, options)()

    def seal_box(self) -> None:
        """Mount it read-only."""
        mounts.restrict(BOX, mounts.READ_ONLY)

    def open(self, disk_mb: int) -> None:
        """Mount the scratch folder."""
        if disk_mb != self._scratch_mb:
            options = f"size={disk_mb}m,nr_inodes={MAX_FILES},mode=1777"
            self._mount_scratch = mounts.mounting("tmpfs", SCRATCH, _SAFE, options)
            self._scratch_mb = disk_mb
        self._mount_scratch()

    def fork(self) -> int:
        """Fork into a new namespace of process ids."""
        self._init = self._inits.start()
        try:
            pid = os.fork()
        except OSError:
            self._inits.come_back()
            self._end_init()
            raise
        if pid:
            self._inits.come_back()
        return pid

    def lock(self, *, building: bool) -> None:
        """Enter the namespaces of the run, and give up what it takes to do so."""
        os.setsid()
        self._leave()
        self._mount_proc()
        os.chdir(SCRATCH)
        self._drop_capabilities()
        prctl.set_dumpable()
        self._filter_calls()

    def pids(self) -> list[int]:
        """Return all processes here but the zygote, this job, and the run's sleeping first one."""
        ours = (1, os.getpid(), self._init)
        return [pid for pid in _running() if pid not in ours]

    def kill(self) -> None:
        """Kill the first process of the run's namespace, and so all of them."""
        os.kill(self._init, signal.SIGKILL)

    def disk_is_full(self) -> bool:
        """Whether space or files of the scratch folder are used up."""
        found = os.statvfs(SCRATCH)
        return found.f_bavail == 0 or found.f_favail == 0

    def close(self) -> float:
        """End the namespace and unmount the scratch folder."""
        seconds = self._end_init()
        self._unmount_scratch()
        return seconds

    def end(self) -> None:
        """Nothing: everything goes with the job's mount namespace."""

    def leftovers(self) -> str:
        """Name processes that are neither the zygote nor this one."""
        left = [pid for pid in _running() if pid not in (1, os.getpid())]
        return f"{len(left)} processes are left" if left else ""

    def _end_init(self) -> float:
        os.kill(self._init, signal.SIGKILL)
        _, _, usage = os.wait4(self._init, 0)
        self._init = 0
        return usage.ru_utime + usage.ru_stime


def _running() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]
