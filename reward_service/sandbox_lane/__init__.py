"""Judging by running programs: trials of ``reward_verifiers``, driven through ``Sandboxes``."""

from __future__ import annotations

from reward_service.sandbox_lane.lane import PATIENCE_S, SandboxLane

__all__ = ["PATIENCE_S", "SandboxLane"]
