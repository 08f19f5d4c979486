"""The most that a program may use here, whatever its spec asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reward_sandboxes.types import Limits


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The server's maximum of each limit that a spec can set."""

    cpu_s: float = 30.0
    total_cpu_s: float = 300.0
    memory_mb: int = 4096
    output_kb: int = 65_536

    def clamped(self, limits: Limits) -> tuple[Limits, dict[str, Any]]:
        """Return ``limits`` within these bounds, and the bound of each that was above it."""
        lowered: dict[str, Any] = {
            name: bound
            for name in self.__slots__
            if getattr(limits, name) > (bound := getattr(self, name))
        }
        return (replace(limits, **lowered) if lowered else limits), lowered
