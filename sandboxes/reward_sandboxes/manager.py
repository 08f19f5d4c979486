"""The sandbox manager: runs jobs and dialogues for others, over TCP, and does nothing else.

It is for a private network; a token, where there is one, keeps out who does not know it. Whoever
may talk to it can run programs in its sandboxes, and nothing beside them.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
from contextlib import aclosing, suppress

from reward_sandboxes import letters
from reward_sandboxes.letters import Letter, LetterError
from reward_sandboxes.types import (
    Built,
    Dialogue,
    Job,
    Limits,
    SandboxError,
    Sandboxes,
    SandboxesFullError,
)

log = logging.getLogger(__name__)

_HELLO_S = 10.0
_LETTER_S = 60.0
"""For the rest of a letter, once it has begun."""
_MAX_CPU_S = 36_000.0


class Manager:
    """A server around sandboxes, which it neither starts nor closes."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        *,
        token: str = "",
        most_connections: int = 2048,
        most_bytes: int = 1 << 30,
    ) -> None:
        """Not listening yet.

        Args:
            sandboxes: where programs are run.
            token: what everyone has to know; empty: nothing.
            most_connections: at once; more are turned away.
            most_bytes: of all requests in progress together; more are turned away.
        """
        self._sandboxes = sandboxes
        self._token = token.encode()
        self._most_connections = most_connections
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Accept connections at ``host`` from now on; return the port (of choice, if it was 0).

        Raises:
            OSError: it cannot listen there.
        """
        self._server = await asyncio.start_server(self._accept, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End every connection, and with it what it asked for."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if len(self._connections) > self._most_connections:
                await _send(writer, letters.written_error(SandboxesFullError("too many callers")))
            elif await self._admitted(reader, writer):
                while await self._serve(reader, writer):
                    pass
        except (OSError, LetterError, TimeoutError) as error:
            log.info("a connection ended", extra={"why": str(error)})
        except asyncio.CancelledError:
            # Only close() cancels, and nobody above waits for this task but for it.
            log.info("a connection ended", extra={"why": "closed"})
        finally:
            self._connections.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _admitted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the first letter is from somebody who may be here."""
        async with asyncio.timeout(_HELLO_S):
            sizes = await letters.received_sizes(reader)
            if sizes is None or sum(sizes) > 4096:
                return False
            hello = await letters.received(reader, sizes)
        if hello.kind != "hello" or hello.header.get("protocol") != letters.PROTOCOL:
            why = f"this manager speaks protocol {letters.PROTOCOL}"
            await _send(writer, letters.written_error(SandboxError(why)))
            return False
        if not hmac.compare_digest(str(hello.header.get("token", "")).encode(), self._token):
            await _send(writer, letters.written_error(SandboxError("wrong token")))
            return False
        await _send(writer, letters.written("welcome"))
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer the next letter; False: the connection is over."""
        sizes = await letters.received_sizes(reader)
        if sizes is None:
            return False
        n_bytes = sum(sizes)
        if self._n_bytes + n_bytes > self._most_bytes:
            full = SandboxesFullError(f"{self._n_bytes} bytes of requests are in progress already")
            await _send(writer, letters.written_error(full))
            return False  # the rest of the letter is not read
        self._n_bytes += n_bytes
        try:
            async with asyncio.timeout(_LETTER_S):
                letter = await letters.received(reader, sizes)
            return await self._answered(letter, reader, writer)
        finally:
            self._n_bytes -= n_bytes

    async def _answered(
        self, letter: Letter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer ``letter``, unless the other side goes away meanwhile."""
        answering = asyncio.create_task(self._answer(letter, writer))
        going = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({answering, going}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                return False
            answering.result()
            return not going.done()  # nobody sends anything before the answer
        finally:
            for task in (answering, going):
                task.cancel()
            await asyncio.gather(answering, going, return_exceptions=True)

    async def _answer(self, letter: Letter, writer: asyncio.StreamWriter) -> None:
        try:
            match letter.kind:
                case "status":
                    await _send(writer, letters.written("status", self._sandboxes.status()))
                case "job":
                    await self._run(letter.record(Job), writer)
                case "dialogue":
                    dialogue = letter.record(Dialogue)
                    _check(dialogue.limits)
                    result = await self._sandboxes.converse(dialogue)
                    await _send(writer, letters.written("dialogue_result", result))
                case kind:
                    raise LetterError(f"nothing is asked by {kind[:50]!r}")
        except SandboxError as error:
            await _send(writer, letters.written_error(error))

    async def _run(self, job: Job, writer: asyncio.StreamWriter) -> None:
        _check(job.limits)
        async with aclosing(self._sandboxes.run(job)) as answers:
            async for answer in answers:
                kind = "built" if isinstance(answer, Built) else "result"
                await _send(writer, letters.written(kind, answer))
        await _send(writer, letters.written("end"))


async def _send(writer: asyncio.StreamWriter, parts: list[bytes]) -> None:
    writer.writelines(parts)
    await writer.drain()


def _check(limits: Limits) -> None:
    seconds = (limits.cpu_s, limits.total_cpu_s)
    sizes = (limits.memory_mb, limits.output_kb, limits.disk_mb, limits.processes)
    sound = all(math.isfinite(one) and 0 < one <= _MAX_CPU_S for one in seconds)
    if not sound or not all(0 < one <= 1 << 24 for one in sizes):
        raise LetterError("limits that nobody sets")
