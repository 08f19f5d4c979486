"""An engine as the service builds it, held in this process for a benchmark."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from benchmarks import processes
from reward_service.config import Settings
from reward_service.cpu_lane import CpuLane
from reward_service.engine import Engine
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane

T = TypeVar("T")


class HeldEngine:
    """A started engine and the loop that it lives in, for callers that are not asynchronous."""

    def __init__(self, runner: asyncio.Runner, engine: Engine, lane: CpuLane) -> None:
        self._runner = runner
        self.engine = engine
        self.lane = lane

    def score(self, request: dict[str, Any]) -> list[ScoredItem]:
        """Read and score one request, as ``POST /score`` does with its body's JSON value."""
        return self._runner.run(self.scored(request))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the engine's loop."""
        return self._runner.run(work)

    @property
    def worker_pids(self) -> list[int]:
        """The lane's workers, which are children of the one process that the lane starts."""
        (zygote,) = processes.descendants(os.getpid())[:1]
        return processes.descendants(zygote)

    async def scored(self, request: dict[str, Any]) -> list[ScoredItem]:
        """Read and score one request; for callers inside the loop."""
        return await self.engine.score(read_batch(request, max_items=1_000_000))


@contextmanager
def held_engine(*, workers: int) -> Iterator[HeldEngine]:
    """Start an engine with the service's default settings and ``workers`` workers."""
    settings = Settings()
    lane = CpuLane(
        workers=workers,
        judge_cpu_s=settings.judge_cpu_s,
        judge_wall_s=settings.judge_wall_s,
        worker_memory_mb=settings.worker_memory_mb,
    )
    telemetry = Telemetry()
    engine = Engine(
        {Lane.CPU: lane}, cache_bytes=settings.cache_mb << 20, observer=telemetry.observe
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(engine.start())
        try:
            yield HeldEngine(runner, engine, lane)
        finally:
            runner.run(engine.close())
