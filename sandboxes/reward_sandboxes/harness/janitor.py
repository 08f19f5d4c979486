"""Cleans up after a sandbox that has no namespaces, whose processes and files outlive it.

In a namespace of processes the kernel ends all with the first. Here a process that is in nobody's
session but its own waits for the sandbox, and for the guard that its owner may kill at any time.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import os
import select

from reward_sandboxes.kernel import prctl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

BASE = "/tmp"  # noqa: S108 - in it, folders that nobody else may enter


def folder_prefix() -> str:
    """Return how the names of all folders begin that this sandbox makes."""
    return f"reward-sandbox-{os.getsid(0)}-"


def keep(run: Callable[[], NoReturn], guard: int, close: Iterable[int]) -> NoReturn:
    """Run the sandbox in a child, and clean up when it or the guard has ended.

    Args:
        run: the sandbox.
        guard: the read end of a pipe whose other end the guard alone has.
        close: descriptors of the sandbox's alone.
    """
    os.setsid()
    prctl.adopt_orphans()
    child = os.fork()
    if child == 0:
        os.close(guard)
        run()
    for fd in close:
        os.close(fd)
    poll = select.poll()
    poll.register(guard)
    poll.register(os.pidfd_open(child), select.POLLIN)
    poll.poll()
    _, status = os.waitpid(child, os.WNOHANG)
    end_descendants()
    for name in os.listdir(BASE):
        if name.startswith(folder_prefix()):
            remove(f"{BASE}/{name}")
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def descendants(ancestor: int) -> list[int]:
    """Return the ids of the children of a process, their children, and so on."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue  # it has just ended
            children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    level = children.get(ancestor, [])
    while level:
        found += level
        level = [child for parent in level for child in children.get(parent, ())]
    return found


def end(pid: int) -> None:
    """Kill a process, if it has not ended by itself."""
    try:  # noqa: SIM105 - without ``contextlib``, which loads much
        os.kill(pid, _signal.SIGKILL)
    except ProcessLookupError:
        pass


def end_descendants() -> float:
    """Kill and wait for every descendant until none is left; return their CPU seconds.

    This process has to adopt orphans.
    """
    seconds = 0.0
    while True:
        for pid in descendants(os.getpid()):
            end(pid)
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return seconds
        seconds += usage.ru_utime + usage.ru_stime


def remove(folder: str) -> None:
    """Remove ``folder``, however deep and whatever rights a program gave to what is in it.

    A folder within one of its folders is moved up, since paths may be longer than the kernel takes.
    """
    os.chmod(folder, 0o700)
    while inner := _emptied(folder):
        for place in inner:
            os.chmod(place, 0o700)
            for deeper in _emptied(place):
                os.chmod(deeper, 0o700)  # its entry for its parent is about to change
                os.rename(deeper, f"{folder}/{os.urandom(16).hex()}")
            os.rmdir(place)
    os.rmdir(folder)


def _emptied(folder: str) -> list[str]:
    """Remove all files of ``folder``; return the folders in it."""
    inner = []
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            inner.append(entry.path)
        else:
            os.unlink(entry.path)
    return inner
