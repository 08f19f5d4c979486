"""Who started a container, and whether they still live."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_START_TIME_FIELD = 19  # of /proc/PID/stat, counted behind the name of the program


@cache
def own_name() -> str:
    """Return a name of this process that no other ever had: boot, pid namespace, pid, start.

    Not to be called before a fork whose child starts containers, too.
    """
    return f"{_place()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(name: str) -> bool:
    """Say whether the process of ``name`` has surely ended.

    Of a process on another host or in another container nothing can be said.
    """
    place, _, process = name.rpartition("/")
    place, _, pid = place.rpartition("/")
    return place == _place() and pid.isdecimal() and _started(int(pid)) != process


@cache
def _place() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"


def _started(pid: int) -> str:
    """Return when a process started, in ticks since boot; empty if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[_START_TIME_FIELD]
