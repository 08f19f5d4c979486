"""Do the languages work in these sandboxes, and do the sandboxes hold?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reward_sandboxes.languages import Language
from reward_sandboxes.probes import PROBES, Probe
from reward_sandboxes.types import (
    Built,
    ExitReason,
    Job,
    LanguageMissingError,
    Limits,
    Program,
    Run,
    RunResult,
    Sandboxes,
)

_LIMITS = Limits(cpu_s=1.0, total_cpu_s=20.0, memory_mb=256, disk_mb=16, output_kb=256)
_RUNS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What came of one language or one probe."""

    name: str
    ok: bool
    detail: str = ""
    """What went wrong."""
    missing: bool = False
    """Whether it could not be tried, for want of what ``detail`` names."""
    build_s: float = 0.0
    run_s: float = 0.0


async def try_language(sandboxes: Sandboxes, language: Language) -> Finding:
    """Run the smoke test of ``language``.

    Raises:
        SandboxError: the sandboxes broke.
    """
    smoke = language.smoke
    program = Program(language=language.name, source=smoke.source)
    job = Job(program=program, runs=[Run(stdin=smoke.stdin.encode())])
    start = time.monotonic()
    try:
        built, results, build_s = await _results(sandboxes, job)
    except LanguageMissingError as error:
        return Finding(name=language.name, ok=False, missing=True, detail=str(error))
    run_s = time.monotonic() - start - build_s
    detail = _complaint(built, results, smoke.stdout.encode())
    return Finding(name=language.name, ok=not detail, detail=detail, build_s=build_s, run_s=run_s)


async def try_probe(sandboxes: Sandboxes, name: str) -> Finding:
    """Run the probe ``name``, two times in a row in the same sandbox.

    Raises:
        SandboxError: the sandboxes broke.
    """
    probe = PROBES[name]
    program = Program(language="python", source=probe.source)
    job = Job(program=program, runs=[Run()] * _RUNS, limits=_LIMITS)
    start = time.monotonic()
    _, results, _ = await _results(sandboxes, job)
    leaks = [*_leaks(probe, results)]
    if len(results) < _RUNS:
        leaks.append(f"it was run {len(results)} times instead of {_RUNS}")
    run_s = time.monotonic() - start
    return Finding(name=name, ok=not leaks, detail="; ".join(leaks), run_s=run_s)


async def _results(sandboxes: Sandboxes, job: Job) -> tuple[Built, Sequence[RunResult], float]:
    """Return how compiling and the runs went, and the seconds until the former."""
    start = time.monotonic()
    built, build_s = Built(ok=False), 0.0
    results: list[RunResult] = []
    async for answer in sandboxes.run(job):
        if isinstance(answer, Built):
            built, build_s = answer, time.monotonic() - start
        else:
            results.append(answer)
    return built, results, build_s


def _complaint(built: Built, results: Sequence[RunResult], expected: bytes) -> str:
    if not built.ok:
        return f"not compiled ({built.reason}): {built.message}"
    if not results:
        return "not run"
    result = results[0]
    if result.reason is ExitReason.EXITED and result.stdout == expected:
        return ""
    return f"{result.reason} {result.exit_code}: {result.stdout[:200]!r} {result.stderr}"


def _leaks(probe: Probe, results: Iterable[RunResult]) -> Iterable[str]:
    """Yield what did not hold."""
    for result in results:
        lines = result.stdout[:500].decode("utf-8", "replace").splitlines() or ["silent"]
        if lines[0] != "held":
            yield f"{'; '.join(lines[:5])} {result.stderr[-300:]}".strip()
        elif result.reason not in probe.ends:
            yield f"it ended by {result.reason} ({'; '.join(lines[1:3])})"
