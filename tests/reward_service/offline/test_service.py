"""Scoring a file through a service, over the real client and the real app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import fakes
import httpx
import pytest

from reward_service.api import create_app
from reward_service.client import AsyncRewardClient
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import BadItemError
from reward_service.offline import ServiceAwayError
from reward_service.offline.files import score_file_async
from reward_service.offline.service import ServiceScorer
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.schema import ScoredItem
from reward_verifiers.registry import Lane
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Outcome

URL = "http://service"


@asynccontextmanager
async def service() -> AsyncIterator[httpx.ASGITransport]:
    engine = Engine({Lane.CPU: fakes.ScriptedLane()}, verifiers=lambda _name: fakes.LITERAL)
    app = create_app(engine, Settings())
    async with app.router.lifespan_context(app):
        yield httpx.ASGITransport(app=app)


async def scored(batch: Batch) -> list[ScoredItem]:
    async with service() as transport, AsyncRewardClient(URL, transport=transport) as client:
        return await all_of(ServiceScorer(client, URL), batch)


async def all_of(scorer: ServiceScorer, batch: Batch) -> list[ScoredItem]:
    results = {index: item async for index, item in scorer.stream(batch)}
    return [results[index] for index in range(len(batch.items))]


def test_a_service_scores_what_an_engine_would() -> None:
    one, two = MathSpec(gold="7"), MathSpec(gold="8")
    items = [
        ReadItem(id="1:0", completion="7", spec=one),
        ReadItem(id="1:1", completion="8", spec=one),
        BrokenItem(id="2:0", error=BadItemError("unknown field 'a\ud800'")),
        ReadItem(id="3:0", completion="8", spec=two),
    ]
    results = asyncio.run(scored(Batch(items=[*items], shaping={Outcome.WRONG: -1.0})))
    assert [item.id for item in results] == ["1:0", "1:1", "2:0", "3:0"]
    assert [item.reward for item in results] == [1.0, -1.0, None, 1.0]
    assert results[2].problem is not None
    assert results[2].problem.code == "bad_item"
    assert results[2].problem.message == "unknown field 'a\ufffd'"


def test_a_service_that_is_away_stops_the_run() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody listens")

    async def ask() -> Any:
        transport = httpx.MockTransport(refuse)
        async with AsyncRewardClient(URL, transport=transport, max_attempts=1) as client:
            item = ReadItem(id="1:0", completion="7", spec=MathSpec(gold="7"))
            return await all_of(ServiceScorer(client, URL), Batch(items=[item]))

    with pytest.raises(ServiceAwayError, match="did not answer"):
        asyncio.run(ask())


def test_a_service_that_is_away_is_noticed_before_anything_is_read(tmp_path: Any) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"spec": {"domain": "math", "gold": "7"}, "completion": "7"}\n')
    out = tmp_path / "out.jsonl"
    run = score_file_async(source, out, settings=Settings(), service="http://127.0.0.1:9")
    with pytest.raises(ServiceAwayError, match="cannot judge now"):
        asyncio.run(run)
    assert not out.exists()
