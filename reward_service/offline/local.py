"""An engine with its lanes in this process, for whoever scores without a service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reward_service.config import Settings
from reward_service.cpu_lane import CpuLane
from reward_service.engine import Engine
from reward_verifiers.registry import Lane


@asynccontextmanager
async def open_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Yield a started engine as ``settings`` describe it; its processes end with the block.

    Raises:
        RewardServiceError: a lane does not start.
    """
    engine = Engine(
        {Lane.CPU: CpuLane.from_settings(settings)},
        cache_bytes=settings.cache_mb << 20,
        max_pending_items=settings.max_pending_items,
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.close()
