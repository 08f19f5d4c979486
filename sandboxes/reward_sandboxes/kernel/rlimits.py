"""Resource limits of this process, hard and soft alike, so that it cannot raise them again."""

from __future__ import annotations

import resource


def limit_memory(extra_bytes: int) -> None:
    """Let the address space grow by ``extra_bytes`` from what it is now, and no more."""
    _set(resource.RLIMIT_AS, address_space_bytes() + extra_bytes)


def limit_files(n_open: int) -> None:
    """Allow ``n_open`` open files, and not one byte written to a regular file; no core dumps."""
    _set(resource.RLIMIT_NOFILE, n_open)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)


def forbid_processes() -> None:
    """Allow no further process or thread. Not enforced for a process that may override limits."""
    _set(resource.RLIMIT_NPROC, 0)


def die_first() -> None:
    """Be the first process that the kernel ends when the machine runs out of memory."""
    with open("/proc/self/oom_score_adj", "wb") as file:
        file.write(b"1000")


def address_space_bytes() -> int:
    """Return the size of this process's address space."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _set(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
