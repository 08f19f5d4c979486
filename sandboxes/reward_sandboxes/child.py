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

_CHUNK = 1 << 16
_MAX_LAST_BYTES = 1 << 20
_MAX_STDERR_BYTES = 4096
# What a harness wrote just before it ended is still read, unless something keeps its stdout open.
_AFTERLIFE_S = 0.5


class Child(asyncio.SubprocessProtocol):
    """A started harness; a ``launcher.Link``.

    Its stdout is read when somebody asks for it, and not whenever something is written: to wake up
    costs more than to read.
    """

    def __init__(self, stdout: int) -> None:
        """``stdout`` is the end of a pipe to read from."""
        self._transport: asyncio.SubprocessTransport | None = None
        self._stdout = stdout
        self._last: list[bytes] | None = None
        """What was still in the pipe when it was closed."""
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
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        child = cls(reading)
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: child,
                *command,
                stdin=subprocess.PIPE,
                stdout=writing,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                start_new_session=True,
                **as_user,
            )
        except OSError as error:
            raise SandboxError(f"{command[0]} cannot be started: {error}") from error
        finally:
            os.close(writing)
            if child._transport is None:  # also when cancelled
                os.close(reading)
        return child

    @property
    def pid(self) -> int:
        """The harness's process id."""
        assert self._transport is not None
        return self._transport.get_pid()

    async def read(self) -> bytes:
        """Return what the harness wrote next; empty once it ended."""
        while self._last is None:
            try:
                data = os.read(self._stdout, _CHUNK)
            except BlockingIOError:
                await self._readable()
                continue
            if len(data) == _CHUNK:  # others shall not wait for a flood to end
                await asyncio.sleep(0)
            return data
        return self._last.pop(0) if self._last else b""

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
        """Keep the end of stderr."""
        self._stderr += data
        del self._stderr[:-_MAX_STDERR_BYTES]

    def process_exited(self) -> None:
        """Read on for a moment; then close the pipes, whoever holds their other ends."""
        asyncio.get_running_loop().call_later(_AFTERLIFE_S, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended and its pipes are closed."""
        self._close()
        self._over.set()

    async def _readable(self) -> None:
        """Wait until there is something to read, or the pipe is closed."""
        loop = asyncio.get_running_loop()
        self._reader = loop.create_future()
        loop.add_reader(self._stdout, self._wake)
        try:
            await self._reader
        finally:
            self._reader = None
            if self._last is None:
                loop.remove_reader(self._stdout)

    def _pipe(self, fd: int) -> asyncio.BaseTransport:
        assert self._transport is not None
        pipe = self._transport.get_pipe_transport(fd)
        assert pipe is not None
        return pipe

    def _close(self) -> None:
        assert self._transport is not None
        self._transport.close()
        if self._last is not None:
            return
        if self._reader is not None:
            asyncio.get_running_loop().remove_reader(self._stdout)
        self._last = []
        with contextlib.suppress(BlockingIOError):
            while sum(map(len, self._last)) < _MAX_LAST_BYTES:
                data = os.read(self._stdout, _CHUNK)
                if not data:
                    break
                self._last.append(data)
        os.close(self._stdout)
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
