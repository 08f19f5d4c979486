"""Asking an app without a network, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from starlette.types import ASGIApp


def ask_app(app: ASGIApp, method: str, path: str, **request: Any) -> httpx.Response:
    """Return the app's answer to one request."""
    return ask_app_at_once(app, [(method, path, request)])[0]


def ask_app_at_once(
    app: ASGIApp, requests: list[tuple[str, str, dict[str, Any]]]
) -> list[httpx.Response]:
    """Return the app's answers to requests that are sent together."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://door") as client,
            asyncio.TaskGroup() as tasks,
        ):
            sent = [
                tasks.create_task(client.request(method, path, **request))
                for method, path, request in requests
            ]
        return [task.result() for task in sent]

    return asyncio.run(run())


def items_of(*completions: str, gold: str = "right") -> list[dict[str, Any]]:
    """Return math items, one per completion."""
    spec = {"domain": "math", "gold": gold}
    return [{"completion": text, "spec": spec} for text in completions]


async def until(claim: Callable[[], object]) -> None:
    """Let the loop turn until ``claim`` holds."""
    async with asyncio.timeout(30):
        while not claim():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
