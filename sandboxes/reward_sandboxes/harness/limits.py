"""The limits of runs and of compilers, as the kernel is told about them."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from typing import Any, NamedTuple

_MIB = 1 << 20
_OURS = 10
"""Processes of the sandbox itself, which the kernel counts as well, and some more."""
_SPARE_BYTES = 32 * _MIB
"""Address space for libraries and the like, which is mapped but not used as memory."""
OVERTIME = 1.3
"""So many times its CPU time may a run use before it is stopped: a busy host makes work longer."""


class RunLimits(NamedTuple):
    """What one run may use."""

    cpu_s: float
    memory_bytes: int
    output_bytes: int
    disk_mb: int
    processes: int
    reserves_memory: bool = False
    """Whether it may reserve address space at will, so that only what it uses is limited."""

    @property
    def wall_s(self) -> float:
        """Seconds without waiting for a CPU after which a run that stands still is stopped."""
        return 2.0 * self.cpu_s + 2.0

    def settings(self) -> list[tuple[int, tuple[int, int]]]:
        """Return the arguments of every ``setrlimit``, for a process that has nothing mapped."""
        cpu = int(OVERTIME * self.cpu_s) + 2
        # One limit for all files of a process: stdout may be smaller than the largest other one,
        # and is also looked at.
        file_bytes = max(self.output_bytes, self.disk_mb * _MIB)
        settings = [
            (resource.RLIMIT_CPU, (cpu, cpu + 1)),
            (resource.RLIMIT_FSIZE, (file_bytes, file_bytes)),
            (resource.RLIMIT_NPROC, (self.processes + _OURS, self.processes + _OURS)),
        ]
        if not self.reserves_memory:
            most = self.memory_bytes + _SPARE_BYTES
            settings.append((resource.RLIMIT_AS, (most, most)))
        return [(which, _allowed(which, pair)) for which, pair in settings]


def _allowed(which: int, pair: tuple[int, int]) -> tuple[int, int]:
    """Return ``pair``, or less where this process may not have as much itself."""
    _, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY:
        return pair
    return min(pair[0], hard), min(pair[1], hard)


def run_limits(limits: Mapping[str, Any], language: Mapping[str, Any]) -> RunLimits:
    """Return the limits of a run of a program of ``language``."""
    return RunLimits(
        cpu_s=limits["cpu_s"] + language["extra_cpu_s"],
        memory_bytes=(limits["memory_mb"] + language["extra_memory_mb"]) * _MIB,
        output_bytes=limits["output_kb"] << 10,
        disk_mb=limits["disk_mb"],
        processes=max(limits["processes"], language["processes"]),
        reserves_memory=language["reserves_memory"],
    )


def build_limits(limits: Mapping[str, Any], language: Mapping[str, Any]) -> RunLimits:
    """Return the limits of the compiler of ``language``."""
    return RunLimits(
        cpu_s=limits["cpu_s"],
        memory_bytes=limits["memory_mb"] * _MIB,
        output_bytes=limits["output_kb"] << 10,
        disk_mb=limits["disk_mb"],
        processes=max(limits["processes"], language["processes"]),
        reserves_memory=language["reserves_memory"],
    )
