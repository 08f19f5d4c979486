"""How a run ended, from its wait status, what was seen of it, and the bytes it left."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

from reward_sandboxes.harness.limits import RunLimits

_NEAR = 0.9
"""A program that failed with so much of its memory in use failed for want of more."""
_OUT_OF_MEMORY = (
    *(b"MemoryError", b"std::bad_alloc", b"Cannot allocate memory", b"memory allocation of"),
    *(b"OutOfMemoryError", b"out of memory", b"virtual memory exhausted"),
)
_DISK_FULL = (b"No space left on device", b"File too large", b"File size limit exceeded")
_LAST_BYTES = 2000


class Ended(NamedTuple):
    """What is known of a run that has ended."""

    status: int
    stopped: str
    cpu_s: float
    memory_bytes: int
    n_output: int
    """Bytes of stdout or of stderr, whichever is longer."""
    stderr: bytes
    """The end of it."""
    disk_is_full: bool


def reason_of(ended: Ended, limits: RunLimits) -> str:
    """Return the ``ExitReason``."""
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    if ended.stopped:
        return ended.stopped
    if number == signal.SIGSYS:
        return "forbidden"
    if number == signal.SIGXCPU or ended.cpu_s > limits.cpu_s:
        return "time"
    if ended.n_output > limits.output_bytes:
        return "output"
    if ended.status == 0:
        return "exited"
    return _failure(ended, limits, number)


def _failure(ended: Ended, limits: RunLimits, number: int) -> str:
    """Return why a run failed that could have ended well: for want of memory, of disk, or so."""
    last = ended.stderr[-_LAST_BYTES:]
    if ended.memory_bytes > _NEAR * limits.memory_bytes or _says(last, _OUT_OF_MEMORY):
        return "memory"
    if number == signal.SIGXFSZ or ended.disk_is_full or _says(last, _DISK_FULL):
        return "disk"
    return "signalled" if number else "exited"


def _says(text: bytes, words: tuple[bytes, ...]) -> bool:
    return any(word in text for word in words)
