"""Messages over one descriptor: a length (u32, network byte order) and so many bytes."""

from __future__ import annotations

import os
import struct

MAX_MESSAGE_BYTES = 1 << 27
_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16


class ChannelError(OSError):
    """A message cannot be sent: it is too long, or nobody is there to take it."""


class Channel:
    """One end of a socket pair, blocking."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def send(self, message: bytes) -> None:
        """Send one message.

        Raises:
            ChannelError: it is longer than may be, or the other end is closed.
        """
        if len(message) > MAX_MESSAGE_BYTES:
            raise ChannelError(f"a message of {len(message)} bytes")
        rest = memoryview(_LENGTH.pack(len(message)) + message)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            raise ChannelError(f"the other end is closed: {error}") from None

    def receive(self) -> bytes | None:
        """Return the next message; None when there is none to come, or not a whole one."""
        head = self._read(_LENGTH.size)
        if head is None:
            return None
        (length,) = _LENGTH.unpack(head)
        return self._read(length) if length <= MAX_MESSAGE_BYTES else None

    def _read(self, length: int) -> bytes | None:
        data = bytearray()
        while len(data) < length:
            try:
                chunk = os.read(self._fd, min(length - len(data), _CHUNK))
            except OSError:
                return None
            if not chunk:
                return None
            data += chunk
        return bytes(data)
