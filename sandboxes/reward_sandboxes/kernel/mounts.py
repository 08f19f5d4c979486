"""Mounts: what a process finds under which path, in a mount namespace of its own."""

from __future__ import annotations

import os
import struct

from reward_sandboxes.kernel.libc import prepared, syscall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# linux/mount.h
READ_ONLY = 1
NO_SUID = 2
NO_DEVICES = 4
NO_EXEC = 8
_RECURSIVE = 0x4000
_PRIVATE = 0x40000
_TREE_CLONE = 1
_TREE_CLOEXEC = os.O_CLOEXEC
_MOVE_FROM_DESCRIPTOR = 4
_DETACH = 2

# linux/fcntl.h
_HERE = -100
_OF_DESCRIPTOR = 0x1000
_WITH_SUBMOUNTS = 0x8000


def keep_private() -> None:
    """Let nothing that is mounted from now on be seen by others, nor theirs here."""
    syscall("mount", None, b"/", None, _RECURSIVE | _PRIVATE, None)


def mounting(kind: str, target: str, flags: int, options: str = "") -> Callable[[], int]:
    """Return the call that mounts a new file system of ``kind`` at ``target``."""
    data = options.encode() if options else None
    return prepared("mount", kind.encode(), target.encode(), kind.encode(), flags, data)


def pick(source: str) -> int:
    """Return a descriptor of what is mounted at ``source`` and beneath, to ``put`` elsewhere.

    Raises:
        OSError: it does not exist, or the kernel refused (before 5.2 it cannot).
    """
    flags = _TREE_CLONE | _TREE_CLOEXEC | _WITH_SUBMOUNTS
    return syscall("open_tree", _HERE, os.fsencode(source), flags)


def put(picked: int, target: str, flags: int) -> None:
    """Mount what was picked at ``target``, with ``flags`` on every part of it.

    Raises:
        OSError: the kernel refused (before 5.12 it cannot set the flags).
    """
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    at = _OF_DESCRIPTOR | _WITH_SUBMOUNTS
    syscall("mount_setattr", picked, b"", at, attributes, len(attributes))
    syscall("move_mount", picked, b"", _HERE, os.fsencode(target), _MOVE_FROM_DESCRIPTOR)


def restrict(target: str, flags: int) -> None:
    """Set ``flags`` on the mount at ``target`` alone.

    Raises:
        OSError: the kernel refused.
    """
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    syscall("mount_setattr", _HERE, target.encode(), 0, attributes, len(attributes))


def make_root(folder: str) -> None:
    """Make the mount at ``folder`` the root of this mount namespace, and forget the old one.

    Raises:
        OSError: the kernel refused.
    """
    os.chdir(folder)
    syscall("pivot_root", b".", b".")
    syscall("umount2", b".", _DETACH)
    os.chdir("/")
