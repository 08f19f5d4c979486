"""A service that is full or stopping says so, and keeps what it has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from asking import items_of, until
from fastapi import FastAPI

MakeApp = Callable[..., FastAPI]
STALLED = {"items": items_of("stall", "stall"), "deadline_s": 0.5}


def test_a_full_service_asks_to_come_back_later(make_app: MakeApp) -> None:
    first, second = while_the_first_stalls(make_app(max_pending_items=2), items_of("right"))

    assert second.status_code == 429
    assert int(second.headers["retry-after"]) >= 1
    problem = second.json()
    assert (problem["code"], problem["retryable"]) == ("overloaded", True)
    assert first.status_code == 200
    assert [item["problem"]["code"] for item in first.json()["items"]] == ["deadline"] * 2


def test_a_batch_that_does_not_fit_is_refused_whole(make_app: MakeApp) -> None:
    _, second = while_the_first_stalls(make_app(max_pending_items=3), items_of("a", "b"))

    assert second.status_code == 429
    assert "2 more" in second.json()["detail"]


def test_an_idle_service_takes_a_batch_past_its_bound(make_app: MakeApp, ask: Any) -> None:
    answer = ask(
        "POST", "/score", json={"items": items_of("a", "b")}, settings={"max_pending_items": 1}
    )

    assert answer.json()["n_scored"] == 2


def test_a_stopping_service_begins_nothing_and_finishes_what_it_has(make_app: MakeApp) -> None:
    app = make_app()

    first, second = while_the_first_stalls(
        app, items_of("right"), meanwhile=app.state.door.stop_intake
    )

    assert second.status_code == 503
    assert second.json()["code"] == "shutting_down"
    assert "retry-after" in second.headers
    assert first.status_code == 200


def while_the_first_stalls(
    app: FastAPI, items: list[dict[str, Any]], meanwhile: Callable[[], None] = lambda: None
) -> tuple[httpx.Response, httpx.Response]:
    """Return the answer to a request that stalls, and to one sent while it does."""

    async def run() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            first = asyncio.create_task(client.post("/score", json=STALLED))
            await until(lambda: app.state.door.engine.pending_items)
            meanwhile()
            second = await client.post("/score", json={"items": items})
            return await first, second

    return asyncio.run(run())
