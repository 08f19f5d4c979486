"""Bodies are bounded: each in size and in time, all together in memory."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from asking import ask_app_at_once, items_of, until
from fastapi import FastAPI
from starlette.types import Message

from reward_service.api.body import Bounds, read_body
from reward_service.api.problems import ProblemError

MB = 1 << 20


def test_a_body_that_stands_still_is_given_up() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(ProblemError) as caught:
        asyncio.run(read_body({"headers": []}, receive, Bounds(max_bytes=10, stall_s=0.01)))

    assert caught.value.status == 408
    assert caught.value.headers == {"Connection": "close"}


def test_a_slow_body_that_comes_on_is_read() -> None:
    pieces = [b"a"] * 20

    async def receive() -> Message:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

    bounds = Bounds(max_bytes=100, stall_s=0.08)
    assert asyncio.run(read_body({"headers": []}, receive, bounds)) == b"a" * 20


def test_bodies_are_bounded_together_and_room_comes_back(
    make_app: Callable[..., FastAPI], lane: Any
) -> None:
    app = make_app(max_body_mb=1)
    intake = app.state.door.intake
    large = {"items": items_of("stall"), "specs": {"x": "y" * (MB - 1000)}, "deadline_s": 0.5}

    async def run() -> tuple[list[httpx.Response], httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            async with asyncio.TaskGroup() as tasks:
                first = [tasks.create_task(client.post("/score", json=large)) for _ in range(4)]
                await until(lambda: app.state.door.engine.pending_items == 4)
                fifth = await client.post("/score", json=large)
            after = await client.post("/score", json={"items": items_of("right")})
            return [task.result() for task in first], fifth, after

    first, fifth, after = asyncio.run(run())

    assert {answer.status_code for answer in first} == {200}
    assert fifth.status_code == 429
    assert "MB" in fifth.json()["detail"]
    assert after.status_code == 200
    assert intake.held_bytes == 0


def test_large_bodies_are_parsed_one_after_the_other(
    make_app: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = most = 0

    def parse(body: bytes) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1
        return json.loads(body)

    monkeypatch.setattr("reward_service.api.intake.parse_json", parse)
    large = {"items": items_of("right"), "specs": {"x": "y" * (MB // 2)}}

    answers = ask_app_at_once(make_app(), [("POST", "/score", {"json": large})] * 4)

    assert [answer.status_code for answer in answers] == [200] * 4
    assert most == 1


@pytest.mark.parametrize("content", [b"{", b" " * (2 * MB), b'{"items": [1]}'])
def test_a_refused_body_holds_nothing(make_app: Callable[..., FastAPI], content: bytes) -> None:
    app = make_app(max_body_mb=1)

    async def run() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            await client.post("/score", content=content)

    asyncio.run(run())

    assert app.state.door.intake.held_bytes == 0
