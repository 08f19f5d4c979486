"""Connections to a sandbox manager: made when needed, kept, and given up when it is gone."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reward_sandboxes import letters
from reward_sandboxes.letters import Letter, LetterError
from reward_sandboxes.types import SandboxError

_CONNECT_S = 5.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


class LostError(SandboxError):
    """The connection broke before the answer was complete."""


class Connection:
    """One connection, past its hello."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def alive(self) -> bool:
        """Whether nothing is known to have ended it."""
        return not self._reader.at_eof() and not self._writer.is_closing()

    async def send(self, parts: list[bytes]) -> None:
        """Send a letter.

        Raises:
            LostError: the connection broke.
        """
        try:
            self._writer.writelines(parts)
            await self._writer.drain()
        except OSError as error:
            raise LostError(str(error)) from error

    async def receive(self) -> Letter:
        """Return the next letter.

        Raises:
            LostError: the connection broke.
        """
        try:
            sizes = await letters.received_sizes(self._reader)
            if sizes is not None:
                return await letters.received(self._reader, sizes)
        except (OSError, LetterError) as error:
            raise LostError(str(error)) from error
        raise LostError("the manager closed the connection")

    def close(self) -> None:
        """Close it; what was asked over it ends."""
        self._writer.close()


class Caller:
    """Connects to one manager."""

    def __init__(self, host: str, port: int, token: str, patience_s: float) -> None:
        self._host = host
        self._port = port
        self._token = token
        self._patience_s = patience_s
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._failing_since: float | None = None
        self._gone_at = -math.inf
        self.trouble = ""
        """Why the last try to connect failed; empty when it did not."""
        self._closed = ""

    @asynccontextmanager
    async def connection(self, *, new: bool = False) -> AsyncIterator[Connection]:
        """Lend a connection, which is closed unless the block ends well.

        Raises:
            SandboxError: the manager cannot be reached, or turns us away.
        """
        connection = (None if new else self._kept()) or await self._connected()
        self._open.add(connection)
        well = False
        try:
            yield connection
            well = True
        finally:
            self._open.discard(connection)
            if well and connection.alive and not self._closed:
                self._idle.append(connection)
            else:
                connection.close()

    def drop(self) -> None:
        """Close every connection, used or not."""
        for connection in (*self._idle, *self._open):
            connection.close()
        self._idle.clear()

    def close(self, why: str) -> None:
        """Close every connection, and make no more."""
        self._closed = why
        self.drop()

    def _kept(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.alive:
                return connection
            connection.close()
        return None

    async def _connected(self) -> Connection:
        """Return a new connection, trying for as long as the manager may take to come back.

        Once it has taken longer, whoever asks within a moment of a try that failed is told so at
        once: a try may take seconds, above all where the name of a dead manager does not resolve.
        """
        start = time.monotonic()
        if start - self._gone_at < _LONGEST_PAUSE_S:
            raise SandboxError(self.trouble)
        pause_s = _FIRST_PAUSE_S
        while True:
            if self._closed:
                raise SandboxError(self._closed)
            try:
                connection = await self._connect()
            except LostError as error:
                self.trouble = f"no sandbox manager at {self._host}:{self._port}: {error}"
                since = self._failing_since = self._failing_since or start
                if time.monotonic() + pause_s - since > self._patience_s:
                    self._gone_at = time.monotonic()
                    raise SandboxError(self.trouble) from error
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                self._failing_since, self._gone_at, self.trouble = None, -math.inf, ""
                return connection

    async def _connect(self) -> Connection:
        try:
            async with asyncio.timeout(_CONNECT_S):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise LostError(str(error) or type(error).__name__) from error
        connection = Connection(reader, writer)
        welcome = None
        try:
            async with asyncio.timeout(_CONNECT_S):
                hello = letters.written("hello", protocol=letters.PROTOCOL, token=self._token)
                await connection.send(hello)
                welcome = await connection.receive()
        except TimeoutError as error:
            raise LostError("the manager does not greet") from error
        finally:
            if welcome is None or welcome.kind != "welcome":
                connection.close()
        if welcome.kind != "welcome":
            letters.raise_failure(welcome)
        return connection
