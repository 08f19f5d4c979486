"""The two pipes to the owner of the sandbox: frames in, frames out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from reward_sandboxes import wire
from reward_sandboxes.wire import Kind

_CHUNK = 1 << 16
_MAX_CHUNK = 1 << 20
_PREFIX = wire.PREFIX.size


class OwnerGoneError(EOFError):
    """The owner has closed its end, and wants no more answers."""


class Owner:
    """Reads and writes the owner's pipes; blocking."""

    def __init__(self, fd_in: int, fd_out: int) -> None:
        self.fd_in = fd_in
        self.fd_out = fd_out
        self._read = b""
        self._at = 0

    def has_said(self) -> bool:
        """Whether something has been read that was not asked for yet."""
        return self._at < len(self._read)

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
        parts = [self._some(size)]
        size -= len(parts[0])
        while size:
            parts.append(self._some(size))
            size -= len(parts[-1])
        return b"".join(parts)

    def pour(self, size: int, fd: int) -> None:
        """Move the next ``size`` bytes to the file ``fd``."""
        while size:
            rest = memoryview(self._some(size))
            size -= len(rest)
            while rest:
                rest = rest[os.write(fd, rest) :]

    def drop(self, size: int) -> None:
        """Read and forget ``size`` bytes."""
        while size:
            size -= len(self._some(size))

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
        if size <= _CHUNK:  # one piece is less work, here and for the owner
            self.send(kind, header, *[os.pread(fd, count, 0) for fd, count in files])
            return
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

    def _some(self, size: int) -> bytes:
        """Return some of the next ``size`` bytes, at least one if that is not zero."""
        if size and not self.has_said():
            self._read = os.read(self.fd_in, min(max(size, _CHUNK), _MAX_CHUNK))
            self._at = 0
            if not self._read:
                raise OwnerGoneError
        start, self._at = self._at, min(self._at + size, len(self._read))
        return self._read[start : self._at]

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.fd_out, rest) :]
        except BrokenPipeError:
            raise OwnerGoneError from None
