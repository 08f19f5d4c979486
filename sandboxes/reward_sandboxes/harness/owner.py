"""The two pipes to the owner of the sandbox: frames in, frames out, nothing kept.

A job forks a process for every run, which inherits its memory. So what belongs to one run passes
through a buffer that is wiped, straight into the file that the run will read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from reward_sandboxes import wire
from reward_sandboxes.wire import Kind

_CHUNK = 1 << 16
_PREFIX = wire.PREFIX.size


class OwnerGoneError(EOFError):
    """The owner has closed its end, and wants no more answers."""


class Owner:
    """Reads and writes the owner's pipes; blocking."""

    def __init__(self, fd_in: int, fd_out: int) -> None:
        self.fd_in = fd_in
        self.fd_out = fd_out
        self._buffer = bytearray(_CHUNK)

    def next(self) -> tuple[Kind, Mapping[str, Any], int]:
        """Return kind and header of the next frame, and how long the body is, which is next.

        Raises:
            OwnerGoneError: there is none.
            wire.WireError: it is none.
        """
        kind, n_header, n_body = wire.read_prefix(self.take(_PREFIX))
        return kind, wire.read_header(self.take(n_header)), n_body

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises:
            OwnerGoneError: there are not as many.
        """
        if size <= _CHUNK:
            data = os.read(self.fd_in, size) if size else b""
            if len(data) == size:
                return data
        else:
            data = b""
        whole = bytearray(size)
        whole[: len(data)] = data
        view = memoryview(whole)[len(data) :]
        while view:
            view = view[self._some(view) :]
        return bytes(whole)

    def pour(self, size: int, fd: int) -> None:
        """Move the next ``size`` bytes to the file ``fd``, and leave none in memory.

        Raises:
            OwnerGoneError: there are not as many.
        """
        whole = memoryview(self._buffer)
        left, used = size, 0
        while left:
            count = self._some(whole[: min(left, _CHUNK)])
            used = max(used, count)
            part = whole[:count]
            while part:
                part = part[os.write(fd, part) :]
            left -= count
        whole[:used] = bytes(used)

    def drop(self, size: int) -> None:
        """Read and forget ``size`` bytes."""
        while size:
            size -= self._some(memoryview(self._buffer)[: min(size, _CHUNK)])

    def send(self, kind: Kind, header: Mapping[str, Any], *parts: bytes) -> None:
        """Send a frame.

        Raises:
            OwnerGoneError: nobody takes it.
        """
        self._write(wire.packed(kind, header, *parts))

    def send_files(
        self, kind: Kind, header: Mapping[str, Any], size: int, files: Iterable[tuple[int, int]]
    ) -> None:
        """Send a frame whose body is taken from files.

        Args:
            kind: of the frame.
            header: of the frame.
            size: of the body.
            files: descriptors, and how many bytes of each from its start are part of the body.

        Raises:
            OwnerGoneError: nobody takes it.
        """
        head = wire.packed(kind, header)[_PREFIX:]
        self._write(wire.PREFIX.pack(kind, len(head), size) + head)
        for fd, count in files:
            self._send_file(fd, count)

    def _send_file(self, fd: int, size: int) -> None:
        offset = 0
        while offset < size:
            try:
                count = os.sendfile(self.fd_out, fd, offset, size - offset)
            except BrokenPipeError:
                raise OwnerGoneError from None
            if not count:
                raise OwnerGoneError(f"a file of {size} bytes ended after {offset}")
            offset += count

    def _some(self, view: memoryview) -> int:
        count = os.readv(self.fd_in, [view])
        if not count:
            raise OwnerGoneError
        return count

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.fd_out, rest) :]
        except BrokenPipeError:
            raise OwnerGoneError from None
