"""Frames as they come out of a sandbox: many per read, none longer than it may be."""

from __future__ import annotations

from reward_sandboxes import wire
from reward_sandboxes.launcher import Link

_MAX_HEADER_BYTES = 1 << 20
_START = wire.PREFIX.size


class Frames:
    """What a link reads, cut into frames."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._buffer = bytearray()

    def here(self, max_body: int) -> wire.Frame | None:
        """Return the next frame if all of it has been read already.

        Raises:
            wire.WireError: it is no frame, or longer than it may be.
        """
        buffer = self._buffer
        if len(buffer) < _START:
            return None
        kind, n_header, n_body = wire.read_prefix(buffer, max_body=max_body)
        if n_header > _MAX_HEADER_BYTES:
            raise wire.WireError(f"a header of {n_header} bytes")
        middle = _START + n_header
        end = middle + n_body
        if len(buffer) < end:
            return None
        header = wire.read_header(buffer[_START:middle])
        with memoryview(buffer) as view:
            body = bytes(view[middle:end])
        del buffer[:end]  # from its front: moves nothing
        return wire.Frame(kind, header, body)

    async def next(self, max_body: int) -> wire.Frame | None:
        """Return the next frame; None once the sandbox has ended. May be cancelled.

        Raises:
            wire.WireError: it is no frame, longer than it may be, or cut short.
        """
        while (frame := self.here(max_body)) is None:
            data = await self._link.read()
            if not data:
                if self._buffer:
                    raise wire.WireError("a frame cut short")
                return None
            self._buffer += data
        return frame

    @property
    def left(self) -> int:
        """How many bytes have been read that no frame was made of yet."""
        return len(self._buffer)
