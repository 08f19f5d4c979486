"""Process number one of a new namespace of process ids: sleeps, and when killed takes all with it.

The first process in such a namespace cannot be signalled from within, not even by itself, and
inherits every orphan; no program expects to be that. So a process that does nothing is the first
one, and the program the second. It runs nothing but ``pause`` on a small stack in this process's
own memory, which makes it far cheaper than a fork.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import ctypes
import os

from reward_sandboxes.kernel.libc import prepared
from reward_sandboxes.kernel.namespaces import NEW_PIDS

# linux/sched.h
_SHARE_MEMORY = 0x100
_STACK_BYTES = 1 << 16
_ALIGNMENT = 16


class Inits:
    """Makes one such process after the other, each in a namespace of its own; one at a time."""

    def __init__(self) -> None:
        """Prepare the calls; handlers of signals must not be set, or the process would run them."""
        library = ctypes.CDLL(None, use_errno=True)
        self._stack = ctypes.create_string_buffer(_STACK_BYTES)
        top = ctypes.addressof(self._stack) + _STACK_BYTES
        self._clone = library.clone
        self._arguments = (
            ctypes.cast(library.pause, ctypes.c_void_p),
            ctypes.c_void_p(top - top % _ALIGNMENT),
            ctypes.c_int(_SHARE_MEMORY | _signal.SIGCHLD),
            ctypes.c_void_p(None),
        )
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._leave = prepared("unshare", NEW_PIDS)
        self._come_back = prepared("setns", self._own, NEW_PIDS)

    def start(self) -> tuple[int, int]:
        """Start one; return its id, and a descriptor of its namespace.

        Raises:
            OSError: the kernel refused.
        """
        self._leave()
        try:
            pid = int(self._clone(*self._arguments))
            if pid < 0:
                code = ctypes.get_errno()
                raise OSError(code, f"clone: {os.strerror(code)}")
            return pid, os.open("/proc/self/ns/pid_for_children", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            self._come_back()
