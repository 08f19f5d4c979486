"""Enters the confinement of a sandbox: once, when it starts, and for good."""

from __future__ import annotations

import os

from reward_sandboxes.harness import view
from reward_sandboxes.harness.config import LANDLOCK, NAMESPACES, USERS, Config
from reward_sandboxes.harness.nested import BOX, NestedCage
from reward_sandboxes.kernel import landlock, namespaces, prctl, rlimits
from reward_sandboxes.kernel.libc import syscall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reward_sandboxes.harness.cage import Cage

_NOBODY = 65534
_OUTER = (
    namespaces.NEW_MOUNTS
    | namespaces.NEW_PIDS
    | namespaces.NEW_IPC
    | namespaces.NEW_NET
    | namespaces.NEW_UTS
)
_HOST_NAME = b"sandbox"


def leave_host(config: Config, level: str) -> None:
    """Move this process, or its next child, to its own namespaces, where ``level`` asks for them.

    Root makes the view first, since it may read what the user of programs may not, and then becomes
    that user. Anybody else makes it from within.

    Raises:
        OSError: the kernel refused.
    """
    if level != NAMESPACES:
        return
    if os.geteuid() == 0:
        _leave_as_root(config)
    user, group = os.geteuid(), os.getegid()
    namespaces.unshare(namespaces.NEW_USER | _OUTER)
    namespaces.map_self(user, group)


def enter(config: Config, level: str) -> Cage:
    """Confine this process, a child of one that has left the host; return what cages its runs.

    Raises:
        OSError: the kernel refused.
    """
    if level == USERS:
        from reward_sandboxes.harness import users

        return users.enter()
    if level != NAMESPACES:
        return _fence(config, level)
    if os.path.isdir(BOX):
        view.mount_proc()
    else:
        view.show_only(config.places, os.geteuid(), os.getegid(), own_proc=True)
    syscall("sethostname", _HOST_NAME, len(_HOST_NAME))
    # Its parent is outside of its namespace, and so has no number.
    prctl.die_with_parent(0)
    _harden()
    names = ("files", "disk", "network", "processes", "process_count", "ipc", "signals")
    held: dict[str, bool | str] = {**dict.fromkeys(names, True), "user": _user_protection()}
    return NestedCage({**held, "capabilities": True, "system_calls": True})


def _leave_as_root(config: Config) -> None:
    """Make the view if this root is one that may, and become the user of programs."""
    try:
        namespaces.unshare(namespaces.NEW_MOUNTS)
    except PermissionError:
        pass  # root of a container without its powers: the user namespace will give some back
    else:
        user = _user(config)
        view.show_only(config.places, user, user, own_proc=False)
    _become(config)


def _fence(config: Config, level: str) -> Cage:
    # Loaded here, for it needs more of the library than where there are namespaces.
    from reward_sandboxes.harness.fenced import FencedCage

    protections: dict[str, bool | str]
    if level == LANDLOCK:
        found = landlock.version()
        signals = True if found >= 6 else "signals reach other processes: needs Linux 6.12"
        protections = {
            "files": True,
            "disk": "no file system of its own, so only single files are limited in size",
            "network": True,
            "processes": "others can be seen in their number and names",
            "process_count": "counted over all processes of this user",
            "ipc": True,
            "signals": signals,
            "capabilities": True,
            "system_calls": True,
        }
    else:
        names = ("files", "disk", "network", "processes", "ipc", "capabilities", "system_calls")
        protections = dict.fromkeys(names, "switched off")
    if level == LANDLOCK and os.geteuid() == 0:
        _become(config)
    if not os.access(os.__file__, os.R_OK):
        raise OSError(f"user {os.geteuid()} cannot read Python's own library, {os.__file__}")
    protections["user"] = _user_protection()
    prctl.die_with_parent(os.getppid())
    prctl.adopt_orphans()
    _harden()
    return FencedCage(level, config.shown, protections)


def _user_protection() -> bool | str:
    return os.geteuid() != 0 or "runs as root"


def _user(config: Config) -> int:
    return _NOBODY if config.uid is None else config.uid


def _become(config: Config) -> None:
    """Turn from root into the user of programs, for good, if this root may turn into anybody."""
    user = _user(config)
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except PermissionError:
        return  # root of a container without its powers, which is nobody special
    prctl.set_dumpable()


def _harden() -> None:
    """Give up what neither the harness nor a program needs any more."""
    try:  # noqa: SIM105 - without ``contextlib``, which loads much
        rlimits.die_first()
    except OSError:
        pass  # some hosts do not let it be changed
    prctl.bound_capabilities()
    prctl.set_no_new_privs()
    prctl.set_undumpable()
