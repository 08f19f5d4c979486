"""Thousands of concurrent single calls: the client against one httpx request an item.

Measured: a trainer's rollouts end one by one, and each asks for its reward in a task of its own.
All tasks start at once. The client puts them together into requests over at most 8 connections.

The baseline is what a careful user writes without a client: one ``httpx.AsyncClient``, one request
an item, and a semaphore that lets 8 of them out at a time, which is where httpx is fastest: its
pool takes time that grows with the square of what is in it. The answer is read as JSON. What it
costs without the semaphore is a note, from fewer items.

Why it is fair: same items, same service, same run, in turning order, on new items in every
repetition; integer answers, so that judging is not what is being measured.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence

import httpx

from benchmarks import report, servers, workload
from benchmarks.kinds import INTEGERS
from reward_service.client import AsyncRewardClient

_AT_ONCE = 8
_UNBOUNDED_ITEMS = 400


def measure(options: argparse.Namespace) -> report.Report:
    """Run both sides in turn."""
    found = report.Report(
        f"{options.items:,} concurrent single calls through the client",
        "one httpx request an item, same service, same run",
    )
    batches = [
        workload.batch(seed, n_prompts=-(-options.items // 16), kinds=INTEGERS)[: options.items]
        for seed in range(options.repetitions)
    ]
    with servers.service(workers=1) as server:
        url = f"http://127.0.0.1:{server.port}"
        asyncio.run(_with_client(url, batches[0]))
        seconds = report.interleaved(
            {
                "client": lambda number: asyncio.run(_with_client(url, batches[number])),
                "httpx": lambda number: asyncio.run(_with_httpx(url, batches[number], _AT_ONCE)),
            },
            options.repetitions,
        )
        few = batches[0][:_UNBOUNDED_ITEMS]
        unbounded_s = asyncio.run(_with_httpx(url, few, len(few)))
    ratios = report.ratios(seconds["httpx"], seconds["client"])
    found.claim("items a second", ratios, "x", at_least=3)
    for side, taken in seconds.items():
        found.notes[f"{side}, items a second"] = f"{options.items * len(taken) / sum(taken):,.0f}"
    found.notes[f"httpx, {len(few)} at once, items a second"] = f"{len(few) / unbounded_s:,.0f}"
    return found


async def _with_client(url: str, rows: Sequence[workload.Row]) -> float:
    """Return the seconds until every row has its reward from the client."""
    async with AsyncRewardClient(url) as client:
        began = time.perf_counter()

        async def one(row: workload.Row) -> None:
            (scored,) = await client.score([row.item("0")])
            assert scored.reward == row.right, f"{row.gold} | {row.answer}: {scored}"

        async with asyncio.TaskGroup() as tasks:
            for row in rows:
                tasks.create_task(one(row))
        return time.perf_counter() - began


async def _with_httpx(url: str, rows: Sequence[workload.Row], at_once: int) -> float:
    """Return the seconds until every row has its reward from a request of its own."""
    gate = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(base_url=url, timeout=300) as client:
        began = time.perf_counter()

        async def one(row: workload.Row) -> None:
            async with gate:
                answer = await client.post("/score", json={"items": [row.item("0")]})
            reward = answer.raise_for_status().json()["items"][0]["reward"]
            assert reward == row.right, f"{row.gold} | {row.answer}: {reward}"

        async with asyncio.TaskGroup() as tasks:
            for row in rows:
                tasks.create_task(one(row))
        return time.perf_counter() - began


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", type=int, default=2_000, help="concurrent calls (default 2000)")
    parser.add_argument("--repetitions", type=int, default=3, help="runs per side (default 3)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
