"""Runs as users of their own, where the kernel is the container's own and knows no better way.

For gVisor, whose kernel has neither Landlock nor mounts within user namespaces. What keeps programs
from the host there is that kernel; what is left to do is to keep a run from the sandbox and from
other runs. So the sandbox is root of a container of its own, and each run a user that no other run
ever was: without capabilities, in a folder that no other user enters, with a filter of system
calls; whatever that user still runs is killed after it.

Covered, by that: files of other runs, other processes and what they have open, privileges, network.
Not covered, and named among the protections: other processes can be seen, and how they were
started; files are limited in size one by one and as what the container has; processes are counted
every now and then; both clocks go on while a run waits for a core.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import ctypes
import os
import stat
import sys

from reward_sandboxes.harness import filter as call_filter
from reward_sandboxes.harness.box import MAX_DEPTH
from reward_sandboxes.harness.config import USERS
from reward_sandboxes.harness.janitor import BASE, folder_prefix, remove
from reward_sandboxes.kernel import prctl, rlimits, seccomp
from reward_sandboxes.kernel.libc import syscall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import NoReturn

FIRST = 100_000
"""The user that tries at the start whether the kernel keeps users apart; runs are the next ones."""
MAX_TASKS = 128
"""Threads of one run, in all its processes, seen at once: one with more is a bomb, and killed."""

_PROTECTIONS: dict[str, bool | str] = {
    "files": True,
    "disk": "no file system of its own, so only single files are limited in size",
    "network": True,
    "processes": "others can be seen, and how they were started",
    "process_count": "counted now and then, by looking",
    "clocks": "on a busy host, time spent waiting for a core counts as used",
    "ipc": True,
    "signals": True,
    "user": True,
    "capabilities": True,
    "system_calls": True,
}
_OPEN = 0o755
# struct sysinfo of linux/sysinfo.h
_INFO_BYTES, _TASKS_AT = 256, 80
_PRIVATE = ("mem", "cwd", "root", "exe")
_MAX_REASON_BYTES = 200


class UsersCage:
    """A ``Cage`` that is a user."""

    level = USERS

    def __init__(self) -> None:
        """Prepare the calls that a run makes."""
        self.protections: Mapping[str, bool | str] = _PROTECTIONS
        self.box = self.scratch = ""
        self.staff: set[int] = set()
        self.mother = 0
        self.ahead = False
        self._drop_capabilities = prctl.dropping_capabilities()
        self._filter_calls = seccomp.installing(call_filter.strangers())
        self._user = FIRST
        self._root = ""
        self._building = False
        self._outlived = False
        self._tasks = 0
        self._group = 0

    def begin(self, box_mb: int) -> None:
        """Make a folder of this job's own, with the box in it."""
        self._root = f"{BASE}/{folder_prefix()}{os.urandom(8).hex()}"
        self.box, self.scratch = f"{self._root}/box", f"{self._root}/run"
        for folder, mode in ((self._root, 0o711), (self.box, _OPEN), (self.scratch, 0o700)):
            os.mkdir(folder)
            os.chmod(folder, mode)

    def enter(self, place: int | None, box: str, scratch: str) -> None:
        """Keep what this process has open from runs, and note where they are."""
        self._root = box.rpartition("/")[0]
        prctl.die_with_parent(os.getppid())
        self.box, self.scratch = box, scratch
        close_to_others()

    def seal_box(self) -> None:
        """Nothing: it is root's, after each compiler."""

    def open(self, disk_mb: int, *, building: bool) -> Sequence[int]:
        """Give the scratch folder to the user of the next run."""
        self._user += 1
        self._tasks = tasks()
        self._building = building
        for folder in (self.scratch, self.box)[: 1 + building]:
            os.chown(folder, self._user, self._user)
        return ()

    def give(self, fds: Sequence[int]) -> None:
        """Let this run alone open again, as in ``/dev/stdin``, what it is given."""
        for fd in fds:
            if stat.S_ISREG(os.fstat(fd).st_mode):
                os.fchown(fd, self._user, self._user)
                os.fchmod(fd, 0o600)

    def fork(self, apart: Sequence[int]) -> int:
        """Fork, and become the user whom the clerk gave the scratch folder."""
        self._user = os.stat(self.scratch).st_uid
        pid = os.fork()
        if pid == 0:
            os.setsid()
            _become(self._user)
            return 0
        self._group = pid
        os.symlink(str(pid), f"{self._root}/{self._user}")
        return pid

    def lock(self, apart: Sequence[int]) -> None:
        """Give up what a user has beside files."""
        prctl.die_with_parent(os.getppid())
        os.chdir(self.scratch)
        prctl.set_dumpable()
        self._drop_capabilities()
        self._filter_calls()

    def clear(self) -> float:
        """End everything of the user's: kill them all until the first process has reaped them."""
        while True:
            try:
                os.killpg(self._group, _signal.SIGKILL)
            except ProcessLookupError:
                return 0.0

    def pids(self) -> list[int]:
        """Return the processes of the user, and kill them if there are too many."""
        if tasks() > self._tasks + MAX_TASKS:
            self.kill()
            return []
        return [*running(self._user)]

    def kill(self) -> None:
        """Kill what the user runs now; ``clear`` does so until there is nothing.

        Takes next to no calls, for between any two of them a bomb has its turn.
        """
        try:  # noqa: SIM105 - without ``contextlib``, which loads much
            os.killpg(int(os.readlink(f"{self._root}/{self._user}")), _signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has just begun, or just ended

    def disk_is_full(self) -> bool:
        """Whether nothing more fits on the disk of the container."""
        found = os.statvfs(self._root)
        return found.f_bavail == 0 or (found.f_files > 0 and found.f_favail == 0)

    def reap(self) -> float:
        """End what outlived the run."""
        while _kill(self._user):
            self._outlived = True
        return 0.0

    def close(self) -> None:
        """Empty the scratch folder, and take what a compiler left from its user."""
        remove(self.scratch)
        os.mkdir(self.scratch, 0o700)
        if self._building:
            _take(self.box, MAX_DEPTH)
            self._building = False

    def end(self) -> None:
        """Remove the job's folder."""
        if self._root:
            remove(self._root)

    def leftovers(self) -> str:
        """Name what outlived its run, or is still there."""
        if self._outlived or any(running(None)):
            return "processes outlived their run"
        return f"{self._root} is left" if self._root and os.path.lexists(self._root) else ""


def enter() -> UsersCage:
    """Confine this process, root of its container; return what cages its runs.

    Raises:
        OSError: it is not that, or this kernel does not keep users apart.
    """
    if os.getsid(0) != 1 or os.geteuid() != 0:
        raise OSError("needs a container of its own, and root in it")
    prctl.die_with_parent(os.getppid())
    rlimits.die_first()
    prctl.set_no_new_privs()
    prctl.set_undumpable()
    close_to_others()
    cage = UsersCage()
    _try_stranger(cage)
    return cage


def close_to_others() -> None:
    """Let no other user open the files that this process has open and that have no name.

    Some kernels let everybody ask ``/proc`` for what a process has open.
    """
    for name in os.listdir("/proc/self/fd"):
        try:
            place = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # what listed them
        if place.startswith("/memfd:"):
            os.fchmod(int(name), 0o600)


def tasks() -> int:
    """Return how many threads there are, of all processes."""
    found = ctypes.create_string_buffer(_INFO_BYTES)
    syscall("sysinfo", found)
    return int.from_bytes(found.raw[_TASKS_AT : _TASKS_AT + 2], sys.byteorder)


def running(user: int | None) -> Iterator[int]:
    """Yield the processes of ``user``, or of every user of runs."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/status", "rb") as file:
                    lines = dict(line.partition(b":")[::2] for line in file.read().splitlines())
                own, state = int(lines[b"Uid"].split()[0]), lines[b"State"].split()[0]
            except (OSError, KeyError):
                continue  # it has just ended
            has_ended = state == b"Z"
            if not has_ended and (own == user or (user is None and own > FIRST)):
                yield int(name)


def _become(user: int) -> None:
    """In a child: be that user and nobody else, for good; or be no more."""
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:
        os._exit(1)


def _kill(user: int) -> bool:
    """Kill all processes of a user at once, if there are any; whether there were.

    They are one group, which the filter lets none of them leave. One by one they fork faster.
    """
    for pid in running(user):
        try:
            os.killpg(os.getpgid(pid), _signal.SIGKILL)
        except ProcessLookupError:
            continue  # it has just ended
        return True
    return False


def _take(folder: str, depth: int) -> None:
    """Make root the owner of ``folder`` and all in it, for everybody to read; deeper is removed."""
    os.chown(folder, 0, 0)
    os.chmod(folder, _OPEN)
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            if depth:
                _take(entry.path, depth - 1)
            else:
                remove(entry.path)
        elif entry.is_file(follow_symlinks=False):
            mode = entry.stat(follow_symlinks=False).st_mode
            os.chown(entry.path, 0, 0)
            os.chmod(entry.path, mode & _OPEN | 0o444)
        else:
            os.unlink(entry.path)


def _try_stranger(cage: UsersCage) -> None:
    """Have another user try what no run may do.

    Raises:
        OSError: it could.
    """
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_stranger(cage, write_end)
    os.close(write_end)
    with open(read_end, "rb") as file:
        said = file.read(_MAX_REASON_BYTES).decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if said or status:
        raise OSError(said or f"a stranger ended with {status}")


def _be_stranger(cage: UsersCage, write_end: int) -> NoReturn:
    """Try to reach the processes of root, and say so if that works."""
    own = {os.getpid()}
    _become(FIRST)
    cage.scratch = BASE
    try:
        cage.lock(())
        others = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
        reached = [what for pid in others if pid not in own and (what := _reached(pid))]
        said = f"a user reaches {reached[0]} of root's" if reached else ""
        if not said and _is_allowed(os.setresuid, 0, 0, 0):
            said = "a user becomes root"
        if not said and _is_allowed(os.setpgid, 0, 0):
            said = "a filter of system calls is not in force"
    except OSError as error:
        said = str(error)
    os.write(write_end, said.encode())
    os._exit(1 if said else 0)


def _reached(pid: int) -> str:
    """Return what this process can open of another, or signal, but should not; empty if nothing."""
    try:
        fds = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        fds = []
    places = [f"/proc/{pid}/{name}" for name in (*_PRIVATE, *(f"fd/{fd}" for fd in fds))]
    if _is_allowed(os.kill, pid, 0):
        return f"process {pid}"
    opened = (
        place for place in places for how in (os.O_RDONLY, os.O_WRONLY) if _is_opened(place, how)
    )
    return next(opened, "")


def _is_opened(place: str, how: int) -> bool:
    """Whether this process can open what is no device, as ``/dev/null``, that everybody can."""
    try:
        fd = os.open(place, how | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    found = os.fstat(fd)
    os.close(fd)
    return not stat.S_ISCHR(found.st_mode)


def _is_allowed(call: Callable[..., object], *arguments: object) -> bool:
    try:
        call(*arguments)
    except OSError:
        return False
    return True
