"""The engine that settings describe, with all its lanes: the same behind every door."""

from __future__ import annotations

from reward_service.config import Settings
from reward_service.cpu_lane import CpuLane
from reward_service.engine import Engine, Observer, unobserved
from reward_service.lanes import LaneRunner
from reward_service.sandbox_lane import PATIENCE_S, SandboxLane
from reward_verifiers.registry import Lane


def assembled_engine(
    settings: Settings, *, observer: Observer = unobserved, patience_s: float | None = PATIENCE_S
) -> Engine:
    """Return the engine, not started.

    Args:
        settings: what an operator chose.
        observer: told of every item that leaves the engine.
        patience_s: how long its start waits for the first sandbox; None: none is made before a
            program is to be judged.
    """
    lanes: dict[Lane, LaneRunner] = {Lane.CPU: CpuLane.from_settings(settings)}
    if settings.sandbox != "off":
        lanes[Lane.SANDBOX] = SandboxLane.from_settings(settings, patience_s=patience_s)
    return Engine(
        lanes,
        cache_bytes=settings.cache_mb << 20,
        max_pending_items=settings.max_pending_items,
        max_completion_chars=settings.max_completion_chars,
        observer=observer,
    )
