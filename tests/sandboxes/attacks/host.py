"""A host with things to steal: files, and services that note who visits them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandboxes.attacks.tasks import TREASURES

NOWHERE: Mapping[str, str] = {
    "TCP_PORT": "9",
    "UDP_PORT": "9",
    "UNIX_PATH": "/nowhere",
    "ABSTRACT": "nowhere",
    "HOST_FILE": "/nowhere",
    "HOST_QUOTED": "/nowhere",
    "HOST_DIR": "/nowhere",
    "SERVICE_PID": "1",
}


@dataclass
class Host:
    """What a program may try to reach, by the names in ``programs``."""

    names: Mapping[str, str]
    folder: Path
    visits: list[str] = field(default_factory=list)
    """Services that somebody got through to."""

    def written(self) -> list[str]:
        """Return the files that somebody wrote where everybody may."""
        return [f"wrote {path}" for path in (self.folder / "open").iterdir()]


def _laid_out(folder: Path) -> dict[str, str]:
    """Lay out the host's files in ``folder``, which every user may enter; return their names."""
    folder.chmod(0o755)
    (folder / "open").mkdir()
    (folder / "open").chmod(0o777)
    (folder / "secret").write_text(TREASURES[0], encoding="ascii")
    (folder / "quoted").write_text(f'"{TREASURES[0]}"', encoding="ascii")
    return {
        "UNIX_PATH": str(folder / "socket"),
        "ABSTRACT": f"attacks-{secrets.token_hex(4)}",
        "HOST_FILE": str(folder / "secret"),
        "HOST_QUOTED": str(folder / "quoted"),
        "HOST_DIR": str(folder / "open"),
        "SERVICE_PID": str(os.getpid()),
    }


@contextlib.asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Host]:
    """Open the host's services; its files are in ``folder``."""
    names = _laid_out(folder)
    abstract = names["ABSTRACT"]
    host = Host(names, folder)

    def visited(service: str) -> asyncio.Protocol:
        return _Greeter(service, host.visits)

    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        tcp = await loop.create_server(lambda: visited("tcp"), "127.0.0.1", 0)
        stack.callback(tcp.close)
        unix = await loop.create_unix_server(lambda: visited("unix"), names["UNIX_PATH"])
        stack.callback(unix.close)
        await asyncio.to_thread(os.chmod, names["UNIX_PATH"], 0o777)
        named = await loop.create_unix_server(lambda: visited("abstract"), "\0" + abstract)
        stack.callback(named.close)
        udp, _ = await loop.create_datagram_endpoint(
            lambda: _Echo("udp", host.visits), ("127.0.0.1", 0)
        )
        stack.callback(udp.close)
        letters = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        letters.bind(f"\0{abstract}-dgram")
        letters.setblocking(False)
        box, _ = await loop.create_datagram_endpoint(
            lambda: _Echo("abstract datagrams", host.visits), sock=letters
        )
        stack.callback(box.close)
        names["TCP_PORT"] = str(tcp.sockets[0].getsockname()[1])
        names["UDP_PORT"] = str(udp.get_extra_info("sockname")[1])
        yield host


class _Greeter(asyncio.Protocol):
    def __init__(self, service: str, visits: list[str]) -> None:
        self._service = service
        self._visits = visits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._visits.append(self._service)
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"hello")
        transport.close()


class _Echo(asyncio.DatagramProtocol):
    def __init__(self, service: str, visits: list[str]) -> None:
        self._service = service
        self._visits = visits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: object) -> None:
        self._visits.append(self._service)
        if address and isinstance(self._transport, asyncio.DatagramTransport):
            self._transport.sendto(data, address)  # type: ignore[arg-type]  # as the base class has it
