"""Requests to Docker that stay open: what a container says, and when it has ended.

The SDK answers both with a thread that blocks; these are plain asyncio streams.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from docker.tls import TLSConfig
from docker.utils import kwargs_from_env

from reward_sandboxes.types import SandboxError

DEFAULT_HOST = "unix:///var/run/docker.sock"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ?([^\r\n]*)")
_MAX_HEAD_BYTES = 1 << 16
_MAX_COMPLAINT_BYTES = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Where Docker answers."""

    host: str
    tls: TLSConfig | None = None

    @classmethod
    def named(cls, host: str) -> Endpoint:
        """Return the endpoint of ``host``, or of the environment's DOCKER_HOST if it is empty."""
        usual: Mapping[str, Any] = dict(kwargs_from_env())
        host = host or usual.get("base_url") or DEFAULT_HOST
        return cls(host=host, tls=None if host.startswith("unix:") else usual.get("tls"))

    def knock(self, timeout_s: float) -> None:
        """See whether anybody answers at a unix socket; of other hosts nothing is said.

        Raises:
            OSError: nobody does.
        """
        url = urlsplit(self.host)
        if url.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(timeout_s)
                connection.connect(url.path)

    async def request(
        self, method: str, path: str, *, timeout_s: float, upgrade: bool = False
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send a request without a body; return the streams once Docker has accepted it.

        What follows is the body of the response, or with ``upgrade`` bytes in both directions.

        Raises:
            SandboxError: Docker does not answer, or refuses.
        """
        writer = None
        try:
            async with asyncio.timeout(timeout_s):
                reader, writer = await self._connect()
                writer.write(_request(method, path, upgrade=upgrade))
                head = await reader.readuntil(b"\r\n\r\n")
                status = _STATUS.match(head)
                if status is None or int(status[1]) not in (101, 200):
                    said = await reader.read(_MAX_COMPLAINT_BYTES)
                    raise SandboxError(f"Docker refuses {path.split('?')[0]}: {_shown(head, said)}")
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise SandboxError(f"Docker does not answer at {self.host}: {error}") from error
        else:
            opened, writer = writer, None
            return reader, opened
        finally:
            if writer is not None:
                writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        url = urlsplit(self.host)
        if url.scheme == "unix":
            return await asyncio.open_unix_connection(url.path, limit=_MAX_HEAD_BYTES)
        if url.scheme in ("tcp", "http", "https") and url.hostname:
            secure = self.tls is not None
            return await asyncio.open_connection(
                url.hostname,
                url.port or (2376 if secure else 2375),
                ssl=_context(self.tls) if self.tls else None,
                limit=_MAX_HEAD_BYTES,
            )
        raise SandboxError(f"Docker at {self.host!r}: expected unix:///path or tcp://host:port")


def _request(method: str, path: str, *, upgrade: bool) -> bytes:
    connection = "Connection: Upgrade\r\nUpgrade: tcp" if upgrade else "Connection: close"
    return (
        f"{method} {path} HTTP/1.1\r\nHost: docker\r\n{connection}\r\nContent-Length: 0\r\n\r\n"
    ).encode("ascii")


def _context(tls: TLSConfig) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_cert)
    if tls.cert:
        context.load_cert_chain(*tls.cert)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _shown(head: bytes, said: bytes) -> str:
    first = head.split(b"\r\n", 1)[0].decode("ascii", "replace")
    text = " ".join(said.decode("utf-8", "replace").split())
    return f"{first} {text}"[:500]
