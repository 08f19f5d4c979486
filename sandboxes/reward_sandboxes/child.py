"""A harness that is a child of this process, reached over its stdin and stdout."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any, cast

from reward_sandboxes.types import SandboxError

_MAX_UNREAD_BYTES = 1 << 20
_MAX_STDERR_BYTES = 4096
# What a harness wrote just before it ended is still read, unless something keeps its stdout open.
_AFTERLIFE_S = 0.5


class Child(asyncio.SubprocessProtocol):
    """A started harness; a ``launcher.Link``."""

    def __init__(self) -> None:
        self._transport: asyncio.SubprocessTransport | None = None
        self._unread = bytearray()
        self._paused = False
        self._at_end = False
        self._reader: asyncio.Future[None] | None = None
        self._stderr = bytearray()
        self._over = asyncio.Event()

    @classmethod
    async def start(
        cls, command: Sequence[str], *, user: int | None = None, group: int | None = None
    ) -> Child:
        """Start ``command`` in a session of its own, without an environment, in ``/``.

        Raises:
            SandboxError: it cannot be started.
        """
        as_user: dict[str, Any] = {}
        if user is not None:
            as_user = {"user": user, "group": user if group is None else group, "extra_groups": []}
        try:
            _, child = await asyncio.get_running_loop().subprocess_exec(
                cls,
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                start_new_session=True,
                **as_user,
            )
        except OSError as error:
            raise SandboxError(f"{command[0]} cannot be started: {error}") from error
        return child

    @property
    def pid(self) -> int:
        """The harness's process id."""
        assert self._transport is not None
        return self._transport.get_pid()

    async def read(self) -> bytes:
        """Return what the harness wrote next; empty once it ended."""
        while not self._unread and not self._at_end:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        data = bytes(self._unread)
        self._unread.clear()
        if self._paused:
            self._paused = False
            cast("asyncio.ReadTransport", self._pipe(1)).resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send ``data`` to the harness as soon as it takes it."""
        pipe = cast("asyncio.WriteTransport", self._pipe(0))
        if not pipe.is_closing():
            pipe.write(data)

    def kill(self) -> None:
        """End the harness and all of its session, which ends every program in it."""
        assert self._transport is not None
        if self._transport.get_returncode() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def wait(self) -> str:
        """Wait until it has ended; return its exit status and the end of its stderr."""
        await self._over.wait()
        assert self._transport is not None
        said = self._stderr.decode("utf-8", "replace").strip()
        status = f"exit status {self._transport.get_returncode()}"
        return f"{status}: {said}" if said else status

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the transport."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep what was read, but no more than somebody reads."""
        if fd != 1:
            self._stderr += data
            del self._stderr[:-_MAX_STDERR_BYTES]
            return
        self._unread += data
        if len(self._unread) > _MAX_UNREAD_BYTES and not self._paused:
            self._paused = True
            cast("asyncio.ReadTransport", self._pipe(1)).pause_reading()
        self._wake()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note the end of stdout."""
        if fd == 1:
            self._end()

    def process_exited(self) -> None:
        """Read on for a moment; then close the pipes, whoever holds their other ends."""
        asyncio.get_running_loop().call_later(_AFTERLIFE_S, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended and its pipes are closed."""
        self._close()
        self._end()
        self._over.set()

    def _pipe(self, fd: int) -> asyncio.BaseTransport:
        assert self._transport is not None
        pipe = self._transport.get_pipe_transport(fd)
        assert pipe is not None
        return pipe

    def _close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def _end(self) -> None:
        self._at_end = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
