"""The engine that settings describe, with all its lanes: the same behind every door."""

from __future__ import annotations

from reward_service.config import Settings
from reward_service.cpu_lane import CpuLane
from reward_service.engine import Engine, Observer, unobserved
from reward_verifiers.registry import Lane


def assembled_engine(settings: Settings, *, observer: Observer = unobserved) -> Engine:
    """Return the engine, not started; ``observer`` is told of every item that leaves it."""
    return Engine(
        {Lane.CPU: CpuLane.from_settings(settings)},
        cache_bytes=settings.cache_mb << 20,
        max_pending_items=settings.max_pending_items,
        max_completion_chars=settings.max_completion_chars,
        observer=observer,
    )
