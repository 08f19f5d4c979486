"""A started container, and the harness in it reached over the attached stdin and stdout."""

from __future__ import annotations

import asyncio
import re
import struct

from docker import DockerClient
from docker.errors import APIError

from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.types import SandboxError

# What Docker sends is cut into pieces: stream u8 (1 stdout, 2 stderr) | 0 0 0 | length u32 | bytes.
_PIECE = struct.Struct("!BxxxI")
_STDOUT = 1
_CHUNK = 1 << 18
_MAX_STDERR_BYTES = 4096
_STATUS = re.compile(rb'"StatusCode":\s*(-?\d+)')
_MAX_STATUS_BYTES = 1 << 16
# Docker kills at once; but the kernel may have to give back gigabytes first.
_END_S = 30.0
_KILLED = 137


class Pieces:
    """Takes apart what Docker sends: stdout is given back, the end of stderr kept."""

    def __init__(self) -> None:
        self._rest = b""
        self._stderr = bytearray()

    @property
    def stderr(self) -> str:
        """The end of what was written there."""
        return self._stderr.decode("utf-8", "replace").strip()

    def stdout(self, data: bytes) -> bytes:
        """Return the part of ``data`` that is stdout, as far as its pieces are complete."""
        data = self._rest + data if self._rest else data
        parts, start, end = [], 0, len(data)
        while end - start >= _PIECE.size:
            stream, length = _PIECE.unpack_from(data, start)
            stop = start + _PIECE.size + length
            if stop > end:
                break
            piece = data[start + _PIECE.size : stop]
            if stream == _STDOUT:
                parts.append(piece)
            else:
                self._stderr += piece
                del self._stderr[:-_MAX_STDERR_BYTES]
            start = stop
        self._rest = data[start:]
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Container:
    """A container that has been created; a ``launcher.Link`` once it is started."""

    def __init__(self, engine: Engine, identity: str) -> None:
        self._engine = engine
        self._id = identity
        self._pieces = Pieces()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ending: asyncio.Task[str] | None = None
        self._killing: asyncio.Task[None] | None = None

    async def start(self, timeout_s: float) -> None:
        """Attach to it, start it, and watch for its end.

        Raises:
            SandboxError: Docker is away, or refuses; the container is still there.
        """
        path = f"/containers/{self._id}"
        endpoint = self._engine.endpoint
        self._reader, self._writer = await endpoint.request(
            "POST",
            f"{path}/attach?stream=1&stdin=1&stdout=1&stderr=1",
            timeout_s=timeout_s,
            upgrade=True,
        )
        reader, writer = await endpoint.request(
            "POST", f"{path}/wait?condition=removed", timeout_s=timeout_s
        )
        self._ending = asyncio.create_task(_exit_status(reader, writer))
        await self._engine.call(lambda client: client.api.start(self._id))

    async def read(self) -> bytes:
        """Return what the harness wrote next; empty once it ended."""
        assert self._reader is not None
        while True:
            try:
                data = await self._reader.read(_CHUNK)
            except OSError:
                return b""
            if not data:
                return b""
            if stdout := self._pieces.stdout(data):
                return stdout

    def write(self, data: bytes) -> None:
        """Send ``data`` to the harness as soon as it takes it."""
        assert self._writer is not None
        if not self._writer.is_closing():
            self._writer.write(data)

    def kill(self) -> None:
        """Remove the container, with every process in it."""
        if self._writer is not None:
            self._writer.transport.abort()
        if self._killing is None and not (self._ending and self._ending.done()):
            self._killing = asyncio.create_task(self._remove())

    async def wait(self) -> str:
        """Wait until it is removed; return its exit status and the end of its stderr."""
        if self._killing is not None:
            await asyncio.shield(self._killing)
        why = "it was never started"
        if self._ending is not None:
            why = await self._end(self._ending)
        if self._writer is not None:
            self._writer.close()
        return f"{why}: {self._pieces.stderr}" if self._pieces.stderr else why

    async def _end(self, ending: asyncio.Task[str]) -> str:
        try:
            async with asyncio.timeout(_END_S if self._killing else None):
                return await asyncio.shield(ending)
        except TimeoutError:
            ending.cancel()
            return "Docker does not say that it has ended"

    async def _remove(self) -> None:
        try:
            await self._engine.call(self._remove_now)
        except SandboxError:
            # Docker is away: what it leaves behind is removed when it is back.
            if self._ending is not None:
                self._ending.cancel()
                self._ending = None

    def _remove_now(self, client: DockerClient) -> None:
        try:
            client.api.remove_container(self._id, force=True, v=True)
        except APIError as error:
            if error.status_code not in (404, 409):  # gone, or going
                raise


async def _exit_status(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    try:
        body = await reader.read(_MAX_STATUS_BYTES)
        while body and not (status := _STATUS.search(body)):
            more = await reader.read(_MAX_STATUS_BYTES)
            body = body + more if more and len(body) < _MAX_STATUS_BYTES else b""
    except OSError:
        body = b""
    finally:
        writer.close()
    if not body or not status:
        return "the connection to Docker was lost"
    code = int(status[1])
    return f"exit status {code}" + (" (killed, or out of memory)" if code == _KILLED else "")
