"""A caller that hangs up cancels what nobody else waits for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asking import items_of, until
from fastapi import FastAPI
from starlette.types import Message

MakeApp = Callable[..., FastAPI]


class Caller:
    """A connection that sends one request and hangs up when told to."""

    def __init__(self, path: str, body: object, *, accept: str, complete: bool = True) -> None:
        self.sent: list[Message] = []
        self.hung_up = asyncio.Event()
        self._parts: list[Message] = [
            {
                "type": "http.request",
                "body": json.dumps(body).encode(),
                "more_body": not complete,
            }
        ]
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [(b"accept", accept.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("door", 80),
        }

    async def receive(self) -> Message:
        if self._parts:
            return self._parts.pop()
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_its_questions_are_cancelled(make_app: MakeApp, lane: Any, accept: str) -> None:
    app = make_app()

    async def run() -> Caller:
        caller = Caller("/score", {"items": items_of("right", "stall")}, accept=accept)
        answering = asyncio.create_task(app(caller.scope, caller.receive, caller.send))
        await until(lambda: lane.open)
        caller.hung_up.set()
        await answering
        return caller

    caller = asyncio.run(run())

    assert lane.cancelled == ["stall"]
    assert app.state.door.engine.pending_items == 0
    assert not any(message.get("more_body") is False for message in caller.sent)


def test_a_question_another_caller_waits_for_goes_on(make_app: MakeApp, lane: Any) -> None:
    app = make_app()
    body = {"items": items_of("stall"), "deadline_s": 0.3}

    async def run() -> Caller:
        async with asyncio.TaskGroup() as tasks:
            callers = [Caller("/score", body, accept="*/*") for _ in range(2)]
            for caller in callers:
                tasks.create_task(app(caller.scope, caller.receive, caller.send))
            await until(lambda: app.state.door.engine.pending_items == 2)
            callers[0].hung_up.set()
            await until(lambda: app.state.door.engine.pending_items == 1)
            assert lane.cancelled == []
        return callers[1]

    other = asyncio.run(run())

    assert other.sent[0]["status"] == 200


def test_a_caller_that_goes_before_its_body_is_here_costs_nothing(make_app: MakeApp) -> None:
    app = make_app()

    async def run() -> Caller:
        caller = Caller("/score", {}, accept="*/*", complete=False)
        caller.hung_up.set()
        await app(caller.scope, caller.receive, caller.send)
        return caller

    assert asyncio.run(run()).sent == []


def test_a_cancelled_server_task_stays_cancelled(make_app: MakeApp, lane: Any) -> None:
    app = make_app()

    async def run() -> None:
        caller = Caller("/score", {"items": items_of("stall")}, accept="*/*")
        answering = asyncio.create_task(app(caller.scope, caller.receive, caller.send))
        await until(lambda: lane.open)
        answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answering

    asyncio.run(run())

    assert lane.cancelled == ["stall"]
