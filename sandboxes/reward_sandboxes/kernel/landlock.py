"""Landlock: a process narrows its own view of the file system, without any privilege.

Covered: reading, writing, making, removing, renaming and executing files, anywhere but beneath the
paths given; TCP connections and listening (kernel 6.7), abstract sockets and signals to processes
outside (kernel 6.12).
Not covered: ``stat`` (names, sizes and times can be probed), files that are open already, UDP, and
everything that is not a file.
"""

from __future__ import annotations

import errno
import os
import stat
import struct

from reward_sandboxes.kernel.libc import prepared, syscall
from reward_sandboxes.kernel.prctl import set_no_new_privs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# linux/landlock.h
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_MAKE_DEVICES = 1 << 6 | 1 << 11
_TRUNCATE = 1 << 14
_IOCTL = 1 << 15
# Rights of the file system by the first version that knows them; each version adds the next bits.
_FS_RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_NET_RIGHTS_BY_VERSION = {1: 0, 4: 0b11}
_SCOPES_BY_VERSION = {1: 0, 6: 0b11}


def version() -> int:
    """Return the version of Landlock that this kernel offers.

    Raises:
        OSError: it offers none, or it is switched off.
    """
    return syscall("landlock_create_ruleset", None, 0, _CREATE_RULESET_VERSION)


def restrict_to_reading(paths: Iterable[str | os.PathLike[str]]) -> int:
    """Let this process only read, and only ``paths`` and what is beneath them; return the version.

    A path that does not exist is skipped. Sets "no new privileges" first.

    Raises:
        OSError: the kernel offers no Landlock, or refused.
    """
    found = version()
    ruleset = _create_ruleset(found)
    try:
        for path in paths:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        set_no_new_privs()
        restricting(ruleset)()
    finally:
        os.close(ruleset)
    return found


def make_ruleset(
    *, runnable: Iterable[str | os.PathLike[str]], writable: Iterable[str | os.PathLike[str]]
) -> int:
    """Return a descriptor of rules for ``restricting``.

    Args:
        runnable: what may be read and executed, and what is beneath it. As for ``writable``, a
            path that does not exist is skipped.
        writable: where everything is allowed that Landlock governs, but to make devices.

    Raises:
        OSError: the kernel offers no Landlock.
    """
    found = version()
    ruleset = _create_ruleset(found)
    everything = _newest(_FS_RIGHTS_BY_VERSION, found) & ~_MAKE_DEVICES
    for path in runnable:
        _allow(ruleset, path, _EXECUTE | _READ_FILE | _READ_DIR)
    for path in writable:
        _allow(ruleset, path, everything)
    return ruleset


def restricting(ruleset: int) -> Callable[[], int]:
    """Return the call that puts the rules on this process, for good.

    "No new privileges" has to be set by then.
    """
    return prepared("landlock_restrict_self", ruleset, 0)


def _create_ruleset(found: int) -> int:
    """Make a ruleset that governs everything this version can govern."""
    files, network, scopes = (
        _newest(rights, found)
        for rights in (_FS_RIGHTS_BY_VERSION, _NET_RIGHTS_BY_VERSION, _SCOPES_BY_VERSION)
    )
    attributes = struct.pack("=Q", files)
    if found >= 4:
        attributes += struct.pack("=Q", network)
    if found >= 6:
        attributes += struct.pack("=Q", scopes)
    return syscall("landlock_create_ruleset", attributes, len(attributes), 0)


def _newest(rights: dict[int, int], found: int) -> int:
    return rights[max(version for version in rights if version <= found)]


def _allow(ruleset: int, path: str | os.PathLike[str], rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            return
        raise
    try:
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = struct.pack("=Qi", rights if is_directory else rights & _OF_FILES, descriptor)
        syscall("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
