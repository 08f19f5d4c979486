"""Judging in processes that may be killed: a zygote with every verifier, and workers it forks."""

from __future__ import annotations

from reward_service.cpu_lane.lane import CpuLane

__all__ = ["CpuLane"]
