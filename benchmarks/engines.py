"""An engine as the service builds it, held in this process for a benchmark."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from benchmarks import processes
from reward_service.assembly import assembled_engine
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_service.telemetry import Telemetry

T = TypeVar("T")


class HeldEngine:
    """A started engine and the loop that it lives in, for callers that are not asynchronous."""

    def __init__(self, runner: asyncio.Runner, engine: Engine) -> None:
        self._runner = runner
        self.engine = engine

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
    engine = assembled_engine(Settings(cpu_workers=workers), observer=Telemetry().observe)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(engine.start())
        try:
            yield HeldEngine(runner, engine)
        finally:
            runner.run(engine.close())
