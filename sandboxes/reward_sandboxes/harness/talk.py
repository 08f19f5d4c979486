"""One process that lives for a whole job and talks with the owner, message by message.

It is a program that answers calls, or test code that makes them. What it says is passed on unread,
in pieces as they come, so that one that stops in the middle of a message holds up nobody.
"""

from __future__ import annotations

import os
import select
import socket
import struct

from reward_sandboxes.harness import mother
from reward_sandboxes.harness.builder import Builder
from reward_sandboxes.harness.cell import Cell, Cells, Task
from reward_sandboxes.harness.channel import MAX_MESSAGE_BYTES
from reward_sandboxes.harness.opening import Opening
from reward_sandboxes.harness.owner import Owner
from reward_sandboxes.harness.report import is_report, read_report
from reward_sandboxes.wire import Kind, Role, WireError

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16
_SLACK_BYTES = 1 << 16
"""What a message may have beside the value whose size is limited."""


def converse(
    owner: Owner, cells: Cells, opening: Opening, builder: Builder, place: int | None
) -> bool:
    """Make the process and pass messages on until END; False if its program does not compile."""
    if opening.role is Role.SUITE:
        builder.tests(opening, place)
    elif builder.script(opening, place, mother.CANDIDATE) is None:
        return False
    main = mother.SUITE if opening.role is Role.SUITE else mother.CANDIDATE
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    cell = cells.start(Task(main=main, limits=opening.limits, stdin=stdin, extra=theirs.fileno()))
    theirs.close()
    os.close(stdin)
    Conversation(owner, cells, cell, ours, opening).hold()
    return True


class Conversation:
    """Messages between the owner and the process, both ways, until both have ended."""

    def __init__(
        self, owner: Owner, cells: Cells, cell: Cell, line: socket.socket, opening: Opening
    ) -> None:
        """The process has just been made; ``line`` leads to it and does not block."""
        self._owner = owner
        self._cells = cells
        self._cell = cell
        self._line = line
        self._opening = opening
        self._heard = bytearray()
        self._to_say = bytearray()
        self._asked = 0
        """Messages said to the process, less those heard from it."""
        self._ended = False
        """Whether the owner has said END."""
        self._runs = True
        """Whether the process has not ended yet."""

    def hold(self) -> None:
        """Pass messages on; send RESULT when the process ends; return after END.

        Raises:
            OwnerGoneError: the owner closed its end.
        """
        self._keep_time()
        while not self._step():
            pass
        self._runs = False
        self._hear()
        result = self._cells.result(self._cell, self._cells.end(self._cell))
        self._line.close()
        bodies = [(result.stdout, result.n_stdout)]
        self._owner.send_files(Kind.RESULT, result.header(), result.n_stdout, bodies)
        result.close()
        while not self._ended:
            self._read_owner()

    def _step(self) -> bool:
        """Wait for whatever comes first and act on it; whether the process has ended."""
        while self._owner.has_said() and not self._ended:
            self._read_owner()
        watch, fd_in, line = self._cell.watch, self._owner.fd_in, self._line.fileno()
        poll = select.poll()
        poll.register(self._cells.fileno(), select.POLLIN)
        if not self._ended:
            poll.register(fd_in, select.POLLIN)
        if line >= 0:
            poll.register(line, select.POLLIN | (select.POLLOUT if self._to_say else 0))
        events = dict(poll.poll(watch.next_look_s() * 1000))
        if fd_in in events:
            self._read_owner()
        if events.get(line, 0) & ~select.POLLOUT:
            self._hear()
        self._say()
        if self._cells.fileno() in events:
            return True
        if not events:
            self._cells.look(self._cell)
        return False

    def _read_owner(self) -> None:
        kind, _, n_body = self._owner.next()
        if kind is Kind.END:
            self._ended = True
            if self._runs:
                self._cells.kill()
        elif kind is Kind.SAY:
            message = self._owner.take(n_body)
            if self._line.fileno() >= 0:
                self._to_say += _LENGTH.pack(len(message)) + message
                self._asked += 1
                self._keep_time()
        else:
            raise WireError(f"{kind.name} instead of SAY")

    def _say(self) -> None:
        """Give the process as much of what is said to it as it takes."""
        while self._to_say and self._line.fileno() >= 0:
            try:
                count = self._line.send(memoryview(self._to_say)[:_CHUNK])
            except BlockingIOError:
                return
            except OSError:
                self._to_say.clear()  # it does not listen any more
                return
            del self._to_say[:count]

    def _hear(self) -> None:
        """Pass on every whole message that the process has sent."""
        while self._line.fileno() >= 0:
            try:
                data = self._line.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._hang_up()
                return
            self._heard += data
            self._pass_on()

    def _pass_on(self) -> None:
        while len(self._heard) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._heard)
            if length > min(MAX_MESSAGE_BYTES, self._opening.limits.output_bytes + _SLACK_BYTES):
                self._cell.watch.stopped = "output"
                self._cells.kill()
                self._hang_up()
                return
            if len(self._heard) < _LENGTH.size + length:
                return
            message = bytes(self._heard[_LENGTH.size : _LENGTH.size + length])
            del self._heard[: _LENGTH.size + length]
            self._asked -= 1
            self._keep_time()
            self._owner.send(Kind.HEARD, self._header(message), message)

    def _header(self, message: bytes) -> dict[str, object]:
        """Return what HEARD says of a message: of test code's last one, what it found."""
        if self._opening.role is Role.SUITE and is_report(message):
            report = read_report(message)
            if report is not None:
                return {"report": report}
        return {}

    def _hang_up(self) -> None:
        self._heard.clear()
        self._to_say.clear()
        self._line.close()

    def _keep_time(self) -> None:
        """Let the wall clock run while the process has something to do.

        A program has while it owes an answer, test code unless one is owed to it.
        """
        if self._asked > 0 if self._opening.role is Role.CANDIDATE else self._asked >= 0:
            self._cell.watch.go_on()
        else:
            self._cell.watch.pause()
