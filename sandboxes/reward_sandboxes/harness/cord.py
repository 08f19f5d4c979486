"""What joins the clerk and the mother: whole messages, and descriptors that go with them."""

from __future__ import annotations

import _socket  # ``socket`` is bigger than all that the mother is made of
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_MESSAGE_BYTES = 1 << 16
_SHORT_BYTES = 64
_FD_BYTES = 4
_MAX_FDS = 8
_ROOM = _socket.CMSG_SPACE(_FD_BYTES * _MAX_FDS)


class Cord:
    """One end; blocking."""

    def __init__(self, end: _socket.socket) -> None:
        self._end = end
        self._known: dict[bytes, list[int]] = {}

    def fileno(self) -> int:
        """Return its descriptor."""
        return self._end.fileno()

    def send(self, message: bytes, fds: Sequence[int] = ()) -> None:
        """Send a message.

        Raises:
            OSError: nobody is there to take it, or it is longer than may be.
        """
        carried = b"".join([fd.to_bytes(_FD_BYTES, sys.byteorder) for fd in fds])
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, carried)] if carried else []
        self._end.sendmsg([message], rights)

    def take(self) -> tuple[bytes, list[int]]:
        """Return the next message, which is short, and its descriptors; empty if none will come."""
        message, rights, _, _ = self._end.recvmsg(_SHORT_BYTES, _ROOM, _socket.MSG_CMSG_CLOEXEC)
        return message, self._read(rights[0][2]) if rights else []

    def _read(self, data: bytes) -> list[int]:
        """Return the numbers in ``data``: the lowest that are free, so the same each time."""
        fds = self._known.get(data)
        if fds is None:
            starts = range(0, len(data), _FD_BYTES)
            fds = [int.from_bytes(data[at : at + _FD_BYTES], sys.byteorder) for at in starts]
            self._known[data] = fds
        return fds

    def receive(self) -> bytes:
        """Return the next message, which has no descriptors; empty if none will come."""
        return self._end.recv(MAX_MESSAGE_BYTES)

    def close(self) -> None:
        """Close it."""
        self._end.close()


def pair() -> tuple[Cord, Cord]:
    """Return the two ends of a new one."""
    one, other = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    return Cord(one), Cord(other)
