"""An engine with its lanes in this process, for whoever scores without a service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reward_service.assembly import assembled_engine
from reward_service.config import Settings
from reward_service.engine import Engine

_PATIENCE_S = 60.0


@asynccontextmanager
async def open_engine(settings: Settings, *, complete: bool = False) -> AsyncIterator[Engine]:
    """Yield a started engine as ``settings`` describe it; its processes end with the block.

    Args:
        settings: what an operator chose.
        complete: have the first sandbox made before, and not when a program is to be judged.

    Raises:
        RewardServiceError: a lane does not start.
    """
    engine = assembled_engine(settings, patience_s=_PATIENCE_S if complete else None)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.close()


def unbounded(settings: Settings) -> Settings:
    """Return ``settings`` for an engine that is fed by a pump.

    The pump bounds what is in the engine by itself, and a line may hold any number of completions.
    """
    no_bound = {"max_pending_items": 1 << 40, "max_queued_programs": 1 << 40}
    return settings.model_copy(update=no_bound)
