"""One connection: what it may cost before its request is known, and how it ends."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop
from asking import until
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from reward_service.api import connection
from reward_service.api.connection import MAX_HEAD_BYTES, MAX_HEADERS, Connection

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HOST = b"Host: x\r\n"
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
MB = 1 << 20


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    def in_loop(test: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(asyncio.wait_for(test, 20))

    return in_loop


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 0.2)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body; ``/refuse`` does not read it, ``/wait`` takes a while."""
    length = 0
    if scope["path"] != "/refuse":
        more = True
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
    if scope["path"] == "/wait":
        await asyncio.sleep(0.4)
    body = b"%d" % length
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


Server = Callable[[], Awaitable[Client]]


@asynccontextmanager
async def serving(max_connections: int = 100, keep_alive_s: int = 5) -> AsyncIterator[Server]:
    config = Config(
        app,
        http=Connection,
        limit_concurrency=max_connections,
        timeout_keep_alive=keep_alive_s,
        log_config=None,
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    clients: list[Client] = []

    async def connect() -> Client:
        clients.append(await asyncio.open_connection("127.0.0.1", port))
        return clients[-1]

    try:
        yield connect
    finally:
        for _, writer in clients:
            writer.close()
        server.close()
        await until(lambda: not state.connections)


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Read one answer: its status, headers and body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def length_of(client: Client, request: bytes) -> int:
    reader, writer = client
    writer.write(request)
    status, _, body = await answer(reader)
    assert status == 200
    return int(body)


async def refusal(client: Client, request: bytes) -> tuple[int, str]:
    """Send ``request``; return the status and code of the problem after which the end comes."""
    reader, writer = client
    writer.write(request)
    status, headers, body = await answer(reader)
    problem = json.loads(body)
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert problem["status"] == status
    assert await reader.read() == b""
    return status, problem["code"]


# --- heads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endless",
    [
        b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * MB,
        b"GET /" + b"x" * MB,
        b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * (MAX_HEADERS + 2),
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * MB,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * MB,
    ],
    ids=["header", "path", "headers", "trailer", "chunk"],
)
def test_a_head_without_end_is_refused(run: Run, endless: bytes) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            sent = 0
            try:
                while sent < len(endless):
                    writer.write(endless[sent : sent + MAX_HEAD_BYTES // 2])
                    await writer.drain()
                    sent += MAX_HEAD_BYTES // 2
                    await asyncio.sleep(0.001)
                said = await reader.read()
            except ConnectionError:
                said = b""
            assert said.startswith(b"HTTP/1.1 431 ") or (not said and sent < MB)

    run(test())


def test_the_refusal_of_a_head_is_a_problem(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            many = b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * (MAX_HEADERS + 2)
            assert await refusal(await connect(), many) == (431, "too_large")
            assert await refusal(await connect(), b"\x16\x03\x01") == (400, "bad_request")

    run(test())


def test_as_many_headers_as_are_allowed_are_taken(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            many = b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * MAX_HEADERS + b"\r\n"
            client = await connect()
            assert await length_of(client, many) == 0
            assert await length_of(client, many) == 0

    run(test())


def test_the_heads_of_chunks_do_not_count_as_a_head(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            chunks = b"1\r\nx\r\n" * MAX_HEAD_BYTES + b"0\r\n\r\n"
            assert await length_of(await connect(), head + chunks) == MAX_HEAD_BYTES

    run(test())


@pytest.mark.usefixtures("impatient")
def test_a_head_that_stops_on_its_way_is_refused(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            client = await connect()
            assert await refusal(client, b"GET / HTTP/1.1\r\nHo") == (408, "stalled")
            client = await connect()
            assert await length_of(client, b"GET / HTTP/1.1\r\n\r\n") == 0
            assert await refusal(client, b"GET / HTTP/1.1\r\nHo") == (408, "stalled")

    run(test())


@pytest.mark.usefixtures("impatient")
def test_a_head_that_comes_drop_by_drop_is_refused(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            answered = asyncio.create_task(answer(reader))
            while not answered.done():
                writer.write(b"x")
                await asyncio.sleep(0.02)
            assert answered.result()[0] == 408

    run(test())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("noise", [b"", b"\r\n"])
def test_a_connection_that_brings_no_request_is_closed(run: Run, noise: bytes) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            writer.write(noise)
            assert await reader.read() == b""

    run(test())


@pytest.mark.usefixtures("impatient")
def test_the_next_head_waits_for_the_answer_before_it(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            writer.write(b"GET /wait HTTP/1.1\r\n\r\nGET / HTT")
            assert (await answer(reader))[2] == b"0"
            writer.write(b"P/1.1\r\n\r\n")
            assert (await answer(reader))[2] == b"0"

    run(test())


def test_a_connection_is_kept_between_requests_and_then_closed(run: Run) -> None:
    async def test() -> None:
        async with serving(keep_alive_s=1) as connect:
            client = await connect()
            assert await length_of(client, b"GET / HTTP/1.1\r\n\r\n\r\n") == 0
            assert await length_of(client, b"GET / HTTP/1.1\r\n\r\n") == 0
            client[1].write(b"\r\n")
            assert await client[0].read() == b""

    run(test())


# --- too many connections ------------------------------------------------------------------------


def test_a_connection_past_the_bound_is_turned_away(run: Run) -> None:
    async def test() -> None:
        async with serving(max_connections=2) as connect:
            first, second, third = [await connect() for _ in range(3)]
            assert await refusal(third, b"") == (503, "overloaded")
            for client in (first, second):
                assert await length_of(client, b"GET / HTTP/1.1\r\n\r\n") == 0
            second[1].close()
            await second[1].wait_closed()
            await asyncio.sleep(0.05)
            assert await length_of(await connect(), b"GET / HTTP/1.1\r\n\r\n") == 0

    run(test())


# --- another protocol ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\n" + H2C + b"Content-Length: 5\r\n\r\nhello",
        b"POST / HTTP/1.1\r\n" + H2C + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
    ids=["length", "chunks"],
)
def test_a_body_is_read_although_another_protocol_is_asked_for(run: Run, request_: bytes) -> None:
    async def test() -> None:
        async with serving() as connect:
            client = await connect()
            for _ in range(2):
                assert await length_of(client, request_) == 5
            middle = len(request_) // 2
            client[1].write(request_[:middle])
            await asyncio.sleep(0.02)
            assert await length_of(client, request_[middle:]) == 5
            assert await length_of(client, b"GET / HTTP/1.1\r\n" + H2C + b"\r\n") == 0
            assert await length_of(client, b"GET / HTTP/1.1\r\n\r\n") == 0

    run(test())


def test_pipelined_requests_that_ask_for_another_protocol_are_all_answered(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            one = b"POST / HTTP/1.1\r\n" + H2C + b"Content-Length: 1\r\n\r\nx"
            writer.write(one * 50)
            assert [(await answer(reader))[2] for _ in range(50)] == [b"1"] * 50

    run(test())


# --- the end -------------------------------------------------------------------------------------


def test_an_answer_before_the_end_of_the_body_arrives_whole(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            reader, writer = await connect()
            head = b"POST /refuse HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            writer.write(head % (20 * MB))
            for _ in range(20):
                writer.write(b"x" * MB)
                await writer.drain()
            assert (await answer(reader))[2] == b"0"
            assert await reader.read() == b""

    run(test())


@pytest.mark.usefixtures("impatient")
def test_the_rest_of_a_refused_body_is_not_waited_for_long(run: Run) -> None:
    async def test() -> None:
        async with serving() as connect:
            for closes in (b"Connection: close\r\n", b""):
                reader, writer = await connect()
                head = b"POST /refuse HTTP/1.1\r\n%bContent-Length: 100\r\n\r\nx"
                writer.write(head % closes)
                assert (await answer(reader))[2] == b"0"
                writer.write(b"x")
                assert await reader.read() == b""

    run(test())


def test_a_caller_that_is_gone_is_not_logged(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with serving() as connect:
            _, writer = await connect()
            writer.write(b"GET /wait HTTP/1.1\r\n\r\n" * 2)
            await asyncio.sleep(0.1)
            writer.transport.abort()
            await asyncio.sleep(0.5)

    with caplog.at_level(logging.WARNING):
        run(test())
    assert caplog.records == []
