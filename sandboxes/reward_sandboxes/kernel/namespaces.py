"""Namespaces: a process leaves the network, files, processes and shared memory of its host."""

from __future__ import annotations

import ctypes
import os

from reward_sandboxes.kernel.libc import prepared, syscall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# linux/sched.h
NEW_MOUNTS = 0x00020000
NEW_UTS = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PIDS = 0x20000000
NEW_NET = 0x40000000


def leave_network() -> None:
    """Move this process to an empty network and an empty set of System V objects.

    The network has no interface that is up, not even loopback. An ordinary user needs a user
    namespace for it, which some hosts and containers refuse; a privileged process can do without.
    The process must have one thread.

    Raises:
        OSError: the kernel refused both ways; the message is that of the first.
    """
    try:
        syscall("unshare", NEW_USER | NEW_NET | NEW_IPC)
    except OSError as refused:
        if os.geteuid() != 0:
            raise
        try:
            syscall("unshare", NEW_NET | NEW_IPC)
        except OSError:
            raise refused from None


def unshare(flags: int) -> None:
    """Move this process to new namespaces (of process ids: its children alone).

    Raises:
        OSError: the kernel refused.
    """
    syscall("unshare", flags)


def joining(kind: int) -> Callable[[int], None]:
    """Return the call that moves this process to a namespace of ``kind``, given its descriptor.

    Into one of process ids only the children move that are made from then on.
    """
    descriptor = ctypes.c_long()
    join = prepared("setns", descriptor, kind)

    def move(namespace: int) -> None:
        descriptor.value = namespace
        join()

    return move


def map_self(user: int, group: int) -> None:
    """Keep the ids ``user`` and ``group`` in the user namespace that this process has just entered.

    Every other id means nobody in it. The process must be dumpable, or ``/proc`` refuses.

    Raises:
        OSError: the kernel refused.
    """
    texts = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    for name, text in texts.items():
        with open(f"/proc/self/{name}", "wb") as file:
            file.write(text.encode())
