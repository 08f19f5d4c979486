"""A word of memory that a worker and the service share: which question the worker has begun.

Only so can the service tell, after a death, whether the worker had begun its next question or never
saw it. A worker that was taken over may write what it likes; it can only take the blame for a
question off itself, and the service bounds how often it does.
"""

from __future__ import annotations

import mmap
import os
import struct

NOTHING = -1

_WORD = struct.Struct("=q")


class Progress:
    """One end of the shared word."""

    def __init__(self, descriptor: int) -> None:
        """Map the word in ``descriptor``, and close that."""
        self._memory = mmap.mmap(descriptor, mmap.PAGESIZE)
        os.close(descriptor)

    @property
    def begun(self) -> int:
        """The id of the question begun last."""
        (question_id,) = _WORD.unpack_from(self._memory)
        return int(question_id)

    @begun.setter
    def begun(self, question_id: int) -> None:
        _WORD.pack_into(self._memory, 0, question_id)

    def close(self) -> None:
        """Unmap the word."""
        self._memory.close()


def shared_word() -> int:
    """Return a descriptor of a new word, which says ``NOTHING``.

    Raises:
        OSError: there is no memory or no descriptor left.
    """
    descriptor = os.memfd_create("progress")
    os.ftruncate(descriptor, mmap.PAGESIZE)
    os.pwrite(descriptor, _WORD.pack(NOTHING), 0)
    return descriptor
