"""Requests to Docker that stay open, against a Docker of our own making."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.types import SandboxError

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def engine_that(answer: Answer, place: Path) -> AsyncIterator[Endpoint]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(await reader.readuntil(b"\r\n\r\n"), writer)
        finally:
            writer.close()

    path = place / "docker.sock"
    async with await asyncio.start_unix_server(serve, path):
        yield Endpoint.named(f"unix://{path}")


def says(text: bytes) -> Answer:
    async def answer(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(text)

    return answer


def asked(answer: Answer, place: Path, *, upgrade: bool = False) -> bytes:
    """Return what comes after the head of the response."""

    async def ask() -> bytes:
        async with engine_that(answer, place) as endpoint:
            reader, writer = await endpoint.request("POST", "/x", timeout_s=5, upgrade=upgrade)
            try:
                return await reader.read()
            finally:
                writer.close()

    return asyncio.run(ask())


def test_what_follows_the_head_is_the_body(tmp_path: Path) -> None:
    assert asked(says(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nbody"), tmp_path) == b"body"


def test_an_upgraded_connection_is_asked_for(tmp_path: Path) -> None:
    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        assert request.startswith(b"POST /x HTTP/1.1\r\n")
        assert b"Upgrade: tcp" in request
        writer.write(b"HTTP/1.1 101 UPGRADED\r\n\r\nbytes")

    assert asked(answer, tmp_path, upgrade=True) == b"bytes"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b'HTTP/1.1 404 Not Found\r\n\r\n{"message":"No such container"}', "No such container"),
        (b"HTTP/1.1 409 Conflict\r\n\r\n", "refuses /x"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "refuses /x: SSH-2.0"),
        (b"", "does not answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000, "does not answer"),
    ],
)
def test_what_is_no_yes_is_an_error(answer: bytes, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=complaint):
        asked(says(answer), tmp_path)


def test_an_engine_that_hangs_is_given_up(tmp_path: Path) -> None:
    async def ask() -> None:
        over = asyncio.Event()

        async def hang(_: bytes, __: asyncio.StreamWriter) -> None:
            await over.wait()

        async with engine_that(hang, tmp_path) as endpoint:
            try:
                await endpoint.request("POST", "/x", timeout_s=0.05)
            finally:
                over.set()

    with pytest.raises(SandboxError, match="does not answer"):
        asyncio.run(ask())


@pytest.mark.parametrize("host", ["ssh://somewhere", "nonsense", "tcp://"])
def test_a_host_that_cannot_be_reached_so_is_refused(host: str) -> None:
    with pytest.raises(SandboxError, match="expected unix:///path or tcp://host:port"):
        asyncio.run(Endpoint.named(host).request("GET", "/", timeout_s=1))


def test_the_environment_names_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
    monkeypatch.delenv("DOCKER_CERT_PATH", raising=False)
    monkeypatch.setenv("DOCKER_HOST", "tcp://example:1")
    assert Endpoint.named("").host == "tcp://example:1"
    assert Endpoint.named("unix:///mine").host == "unix:///mine"
    monkeypatch.delenv("DOCKER_HOST")
    assert Endpoint.named("").host == "unix:///var/run/docker.sock"


def test_an_engine_that_is_away_is_named(tmp_path: Path) -> None:
    engine = Engine(Endpoint.named(f"unix://{tmp_path}/none.sock"), 5)
    with pytest.raises(SandboxError, match=r"none.sock: nothing answers; is Docker running\?"):
        engine.ask(lambda client: client.ping())
    engine.close()
