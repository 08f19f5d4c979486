"""The most that a program may use here, whatever its spec asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reward_sandboxes.types import Limits
from reward_verifiers.trial import RunJob, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The server's maximum of each limit of a spec, by the spec's names."""

    time_s: float = 30.0
    total_s: float = 300.0
    memory_mb: int = 4096
    output_kb: int = 65_536

    def clamped(self, step: Step) -> tuple[Step, dict[str, float]]:
        """Return ``step`` within these bounds, and each bound that it was above."""
        if isinstance(step, RunJob):
            limits, above = self._lowered(step.job.limits, cpu_s="time_s", total_cpu_s="total_s")
            return (replace(step, job=replace(step.job, limits=limits)) if above else step), above
        # All calls of a dialogue together have one limit of time.
        limits, above = self._lowered(step.dialogue.limits, cpu_s="total_s")
        dialogue = replace(step.dialogue, limits=limits) if above else step.dialogue
        return (replace(step, dialogue=dialogue) if above else step), above

    def _lowered(self, limits: Limits, **times: str) -> tuple[Limits, dict[str, float]]:
        names = {**times, "memory_mb": "memory_mb", "output_kb": "output_kb"}
        changes: dict[str, Any] = {
            field: bound
            for field, name in names.items()
            if getattr(limits, field) > (bound := getattr(self, name))
        }
        above = {names[field]: bound for field, bound in changes.items()}
        return (replace(limits, **changes) if changes else limits), above
