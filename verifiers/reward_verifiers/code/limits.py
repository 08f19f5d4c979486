"""The limits of a spec, as sandboxes take them."""

from __future__ import annotations

from dataclasses import replace

from reward_sandboxes.types import Limits
from reward_verifiers.code_spec import CodeLimits


def of_runs(limits: CodeLimits) -> Limits:
    """Return what each run, and all of them together, may use."""
    return Limits(
        cpu_s=min(limits.time_s, limits.total_s),
        total_cpu_s=limits.total_s,
        memory_mb=limits.memory_mb,
        output_kb=limits.output_kb,
    )


def of_dialogue(limits: CodeLimits) -> Limits:
    """Return what a program may use that test code calls, all calls together."""
    return replace(of_runs(limits), cpu_s=limits.total_s)
