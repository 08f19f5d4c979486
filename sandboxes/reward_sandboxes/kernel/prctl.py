"""What a process may set about itself: privileges, dumps, and dying with its parent."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import os
import struct

from reward_sandboxes.kernel.libc import prctl, prepared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

# linux/capability.h
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY_FILE = "/proc/sys/kernel/cap_last_cap"
_LAST_CAPABILITY = 40


def set_no_new_privs() -> None:
    """Make sure that no program started from here gains privileges (setuid, file capabilities)."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def set_undumpable() -> None:
    """Leave no core file, and keep other processes of the same user from attaching."""
    prctl(_PR_SET_DUMPABLE, 0)


def set_dumpable() -> None:
    """Let ``/proc/self`` belong to this process's user again, as after a change of user it does."""
    prctl(_PR_SET_DUMPABLE, 1)


def setting_dumpable() -> Callable[[], int]:
    """Return the call that does what ``set_dumpable`` does."""
    return prepared("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Be killed when the thread that started this process ends; ``parent`` is that process's id.

    The order matters: a change of credentials (a new user namespace) takes the setting back.

    Raises:
        ProcessLookupError: the parent is gone already.
    """
    prctl(_PR_SET_PDEATHSIG, int(_signal.SIGKILL))
    if os.getppid() != parent:
        raise ProcessLookupError(f"the parent process {parent} is gone")


def drop_capabilities() -> None:
    """Give up every capability, for good; root keeps its user id, but not its powers.

    Raises:
        OSError: the kernel refused.
    """
    bound_capabilities()
    dropping_capabilities()()


def bound_capabilities() -> None:
    """Let no program that is started from here have a capability; this process keeps its own.

    Raises:
        OSError: the kernel refused.
    """
    for capability in range(_last_capability() + 1):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except PermissionError:
            break  # without CAP_SETPCAP there is nothing in the bounding set that we could use
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)


def dropping_capabilities() -> Callable[[], int]:
    """Return the call that takes this process's own capabilities from it."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return prepared("capset", header, bytes(2 * 3 * 4))


def _last_capability() -> int:
    try:
        with open(_LAST_CAPABILITY_FILE, "rb") as file:
            return int(file.read())
    except (OSError, ValueError):
        return _LAST_CAPABILITY
