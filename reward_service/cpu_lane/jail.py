"""The jail of a cpu-lane worker: what is left to an answer that takes the worker over.

Covered, where the kernel has it (each part says whether it holds):

- ``network``: an empty network of its own, and System V objects of its own
- ``landlock``: no file is written, made, removed or run; none is read but the libraries in use
- ``capabilities``: none, even for root
- ``limits``: memory, open files, bytes written to files (none), processes (none)
- ``seccomp``: only the system calls that judging needs. No new process or program, no socket, no
  signal to another process, no look into one, no file opened for writing.

Not covered: the worker's own memory. Code that runs in a worker can forge the verdicts of the
questions that this worker is given; it cannot reach another worker, the service, or the machine.
``stat`` works on any path. CPU time is bounded by the service, which ends the worker.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path

from reward_sandboxes.kernel import landlock, namespaces, prctl, rlimits, seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, Argument, Rule, refuse

MAX_OPEN_FILES = 64

_SYSTEM_LIBRARIES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
)
"""Where an extension module that is imported late finds the shared libraries it needs."""

_JUDGING = (
    # memory
    *("brk", "mmap", "munmap", "mremap", "mprotect", "madvise"),
    # the line to the service, and reading its own libraries
    *("read", "readv", "pread64", "write", "writev", "close", "lseek", "dup"),
    *("fstat", "newfstatat", "stat", "lstat", "statx", "statfs", "fstatfs"),
    *("access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd"),
    *("poll", "ppoll", "select", "pselect6"),
    # time, chance, its own identity
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time"),
    *("times", "getrandom", "getrusage", "sysinfo", "uname", "sched_yield", "sched_getaffinity"),
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid"),
    # signals to itself, threads' housekeeping, the end
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("futex", "rseq", "set_robust_list", "membarrier", "exit", "exit_group"),
)

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# asm-generic/fcntl.h: duplicate a descriptor, read its flags, close it on exec. Setting an owner or
# O_ASYNC is not among them: writing to such a descriptor sends its owner any signal.
_HARMLESS_FCNTLS = (0, 1, 2, 3, 1030)
# asm-generic/ioctls.h: what open() asks of a file: is it a terminal, close it on exec
_HARMLESS_IOCTLS = (0x5401, 0x5451)


def lock_up(readable: Iterable[Path], memory_mb: int) -> dict[str, bool | str]:
    """Jail this process, for good; return what holds: true, or the reason why not."""
    parts: dict[str, Callable[[], object]] = {
        "limits": lambda: _limits(memory_mb),
        "network": namespaces.leave_network,
        "capabilities": prctl.drop_capabilities,
        "landlock": lambda: landlock.restrict_to_reading(readable),
        "undumpable": prctl.set_undumpable,
    }
    return {name: _holds(apply) for name, apply in parts.items()}


def filter_calls() -> bool | str:
    """Leave this process only the system calls that judging needs; the last part of the jail."""
    return _holds(lambda: seccomp.install(_rules(os.getpid()), otherwise=refuse()))


def _holds(apply: Callable[[], object]) -> bool | str:
    try:
        apply()
    except OSError as error:
        return str(error)
    return True


def _limits(memory_mb: int) -> None:
    rlimits.die_first()
    rlimits.limit_memory(memory_mb << 20)
    rlimits.limit_files(MAX_OPEN_FILES)
    rlimits.forbid_processes()


def _rules(pid: int) -> list[Rule]:
    no_writing = Argument(index=2, mask=_WRITING, value=os.O_RDONLY)
    legacy_no_writing = Argument(index=1, mask=_WRITING, value=os.O_RDONLY)
    return [
        Rule(calls=_JUDGING, action=ALLOW),
        Rule(calls=("openat",), action=ALLOW, when=(no_writing,)),
        Rule(calls=("open",), action=ALLOW, when=(legacy_no_writing,)),
        Rule(calls=("tgkill",), action=ALLOW, when=(Argument(index=0, value=pid),)),
        *(
            Rule(calls=(call,), action=ALLOW, when=(Argument(index=1, value=request),))
            for call, requests in (("ioctl", _HARMLESS_IOCTLS), ("fcntl", _HARMLESS_FCNTLS))
            for request in requests
        ),
    ]


def readable_paths() -> list[Path]:
    """Return the libraries of this process: the standard one, installed packages, loaded modules.

    Of ``sys.path`` only folders of installed packages are in it, and not, say, a checkout: of a
    package that lies there only its own folder is.
    """
    scheme = sysconfig.get_paths()
    folders = {scheme[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {*site.getsitepackages(), *_SYSTEM_LIBRARIES}
    folders |= {entry for entry in sys.path if any(Path(entry).glob("*.dist-info"))}
    roots = {Path(folder).resolve() for folder in folders}
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None)
        if origin is None or "." in name:
            continue
        path = Path(origin).resolve()
        home = path.parent if path.stem == "__init__" else path
        if not any(home.is_relative_to(root) for root in roots):
            roots.add(home)
    return sorted(roots)
