"""What the owner of a sandbox tells it to do, as frames, and what may come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reward_sandboxes import wire
from reward_sandboxes.answers import BuiltFile
from reward_sandboxes.languages import Language, fitted
from reward_sandboxes.types import Limits, Program, Run, Suite

_SLACK_BYTES = 1 << 16
# The sandbox holds the clocks. If it does not even say that the time is up, it hangs: the owner
# waits for the longest honest wait (ten times the wall-clock backstop), and then some.
_HARD_CAP = 10.0
_SLACK_S = 30.0


def wall_cap_s(cpu_s: float) -> float:
    """Return the wall time after which a sandbox that runs something of ``cpu_s`` is hung."""
    return _HARD_CAP * (2.0 * cpu_s + 2.0) + _SLACK_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A job as one sandbox is told to do it."""

    role: wire.Role
    opening: bytes
    """The OPEN frame."""
    runs: Sequence[Run] = ()
    cpu_s: float
    """Of one run, the start of its language's runtime included."""
    total_cpu_s: float
    max_built: int
    """Bytes of what is built."""
    max_result: int
    """Bytes of what one run may send back."""
    build_cap_s: float
    run_cap_s: float


def runs_order(
    program: Program,
    language: Language,
    runs: Sequence[Run],
    limits: Limits,
    artefact: Sequence[BuiltFile] | None,
) -> Order:
    """Return the order to make ``runs`` of ``program``, whose ``artefact`` may be there already."""
    return _order(wire.Role.RUNS, program, language, limits, runs=runs, artefact=artefact)


def candidate_order(program: Program, language: Language, limits: Limits) -> Order:
    """Return the order to load ``program`` and to answer calls."""
    return _order(wire.Role.CANDIDATE, program, language, limits)


def suite_order(
    suite: Suite, beside: Mapping[str, bytes], language: Language, limits: Limits
) -> Order:
    """Return the order to run the test code of ``suite``, with files ``beside`` its own."""
    files = {**beside, **suite.files}
    program = Program(language=language.name, source="", files=files)
    return _order(wire.Role.SUITE, program, language, limits, suite=suite)


def run_frame(run: Run) -> bytes:
    """Return the RUN frame of ``run``."""
    call = run.call
    if call is None and not run.files and not run.arguments:  # as most are
        header = _STDIN_ALONE % len(run.stdin)
        return wire.PREFIX.pack(wire.Kind.RUN, len(header), len(run.stdin)) + header + run.stdin
    fields: dict[str, Any] = {
        "arguments": list(run.arguments),
        "stdin": len(run.stdin),
        "files": _sizes(run.files),
        "call": call and {"function": call.function, "arguments": len(call.arguments)},
    }
    parts = [run.stdin, *run.files.values()]
    if call:
        parts.append(call.arguments)
    return wire.packed(wire.Kind.RUN, fields, *parts)


_STDIN_ALONE = b'{"arguments":[],"stdin":%d,"files":[],"call":null}'
END = wire.packed(wire.Kind.END)


def _order(
    role: wire.Role,
    program: Program,
    language: Language,
    limits: Limits,
    *,
    runs: Sequence[Run] = (),
    artefact: Sequence[BuiltFile] | None = None,
    suite: Suite | None = None,
) -> Order:
    source = program.source.encode("utf-8", "surrogatepass")
    header = {
        "role": role,
        "language": _language(fitted(language, program, limits.memory_mb)),
        "limits": _limits(limits),
        "build_limits": _limits(language.build_limits),
        "prelude": program.prelude,
        "source": len(source),
        "files": _sizes(program.files),
        "artefact": None if artefact is None else [_listed(file) for file in artefact],
        "suite": suite and _suite(suite),
    }
    built: Iterable[bytes] = (file.data for file in artefact or ())
    built_cpu_s = language.build_limits.cpu_s
    cpu_s = limits.cpu_s + language.extra_cpu_s
    return Order(
        role=role,
        opening=wire.packed(wire.Kind.OPEN, header, source, *program.files.values(), *built),
        runs=runs,
        cpu_s=cpu_s,
        total_cpu_s=limits.total_cpu_s,
        max_built=min(language.build_limits.disk_mb << 20, wire.MAX_BODY_BYTES),
        max_result=min(2 * (limits.output_kb << 10) + _SLACK_BYTES, wire.MAX_BODY_BYTES),
        build_cap_s=wall_cap_s(built_cpu_s),
        run_cap_s=wall_cap_s(cpu_s),
    )


def _sizes(files: Mapping[str, bytes]) -> list[tuple[str, int]]:
    return [(path, len(data)) for path, data in files.items()]


def _listed(file: BuiltFile) -> tuple[str, int, int]:
    return file.path, file.mode, len(file.data)


def _limits(limits: Limits) -> dict[str, float]:
    return {
        "cpu_s": limits.cpu_s,
        "total_cpu_s": limits.total_cpu_s,
        "memory_mb": limits.memory_mb,
        "output_kb": limits.output_kb,
        "disk_mb": limits.disk_mb,
        "processes": limits.processes,
    }


def _language(language: Language) -> dict[str, Any]:
    return {
        "name": language.name,
        "source": language.source,
        "run": list(language.run),
        "build": list(language.build),
        "reserves_memory": language.reserves_memory,
        "environment": dict(language.environment),
        "processes": language.processes,
        "extra_memory_mb": language.extra_memory_mb,
        "extra_cpu_s": language.extra_cpu_s,
    }


def _suite(suite: Suite) -> dict[str, Any]:
    return {
        "kind": suite.kind,
        "entry_points": list(suite.entry_points),
        "setup": suite.setup,
        "statements": list(suite.statements),
        "module": suite.module,
        "shared_process": suite.shared_process,
    }
