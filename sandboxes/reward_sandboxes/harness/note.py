"""What a forked process tells the one that it was forked from, even if it dies the moment after."""

from __future__ import annotations

import os

_MAX_BYTES = 1024


class Note:
    """A file that both have open; its descriptor goes before a program could find it."""

    def __init__(self) -> None:
        """It is empty."""
        self._fd = os.memfd_create("note")

    def write(self, text: bytes) -> None:
        """Let it say ``text``, or the first of it; it said nothing before."""
        os.pwrite(self._fd, text[:_MAX_BYTES], 0)

    def take(self) -> bytes:
        """Return what it says, and let it say nothing."""
        text = os.pread(self._fd, _MAX_BYTES, 0)
        os.ftruncate(self._fd, 0)
        return text
