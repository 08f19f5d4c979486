"""What a sandbox says, read strictly: it may have been taken over by what it runs.

Every field has its type and its bounds; anything else is a ``WireError``, which ends the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reward_sandboxes.types import Built, ExitReason, Report, RunResult
from reward_sandboxes.wire import Frame, Kind, WireError

MAX_TEXT_CHARS = 16_384
"""Of what a compiler or a program says on stderr; its end is kept."""
_MAX_TESTS = 100_000
_MAX_FAILURES = 20
_MAX_ARTEFACT_FILES = 2000
_MAX_PATH_CHARS = 400
_MAX_SECONDS = 1e7
_RAN_BYTES = 256
_REASONS = {str(reason): reason for reason in ExitReason}
_LEVELS = ("namespaces", "landlock", "users", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hello:
    """What a sandbox says of itself before its first job."""

    level: str
    protections: Mapping[str, bool | str]
    python: str
    harness: str
    """A hash of the harness's sources."""
    tools: Mapping[str, str]
    """Where it found the executables that it was asked about."""


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file that a compiler wrote."""

    path: str
    mode: int
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """How compiling went, and what came of it."""

    built: Built
    files: Sequence[BuiltFile] = ()
    killed: bool = False
    """Whether the compiler was killed, and not for its limits."""
    starved: bool = False
    """Whether it was stopped since the host gave it too little CPU time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a run went, and how busy the host was meanwhile."""

    result: RunResult
    waited_s: float = 0.0
    """Seconds in which the program could have run, but did not get a CPU."""
    starved: bool = False
    """Whether it was stopped since the host gave it too little CPU time; the result says nothing
    about the program then."""

    @property
    def n_bytes(self) -> int:
        """How long what it said was, about."""
        result = self.result
        return _RAN_BYTES + len(result.stdout) + len(result.stderr) + len(result.reply or b"")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a process that talks with the owner."""

    message: bytes
    report: Report | None = None
    """What test code found, in its last message."""
    suite_error: str = ""
    """Why it found nothing, in its last message."""

    @property
    def last(self) -> bool:
        """Whether test code has come to its end."""
        return self.report is not None or bool(self.suite_error)


def hello(frame: Frame) -> Hello:
    """Return what ``frame`` says.

    Raises:
        WireError: it is not what a sandbox says; so for every function here.
    """
    header = _header(frame, Kind.HELLO)
    level = _text(header, "level", 20)
    if level not in _LEVELS or frame.body:
        raise WireError(f"a HELLO of level {level!r}")
    protections = _mapping(header, "protections", 100)
    if any(held is not True and type(held) is not str for held in protections.values()):
        raise WireError("protections that neither hold nor say why not")
    tools = _mapping(header, "tools", 1000)
    if any(type(path) is not str for path in tools.values()):
        raise WireError("tools without paths")
    return Hello(
        level=level,
        protections={_clean(name, 200): _reason(held) for name, held in protections.items()},
        python=_text(header, "python", 100),
        harness=_text(header, "harness", 200),
        tools={_clean(name, 200): _clean(path, 1000) for name, path in tools.items()},
    )


def compiled(frame: Frame) -> Compiled:
    """Return how compiling went."""
    header = _header(frame, Kind.BUILT)
    built = Built(
        ok=_flag(header, "ok"),
        reason=_exit_reason(header),
        message=_text(header, "message", MAX_TEXT_CHARS),
        cpu_s=_seconds(header, "cpu_s"),
    )
    return Compiled(
        built=built,
        files=_files(header.get("artefact") or [], frame),
        killed=_flag(header, "killed", False),
        starved=_flag(header, "starved", False),
    )


def ran(frame: Frame) -> Ran:
    """Return how a run went."""
    header = _header(frame, Kind.RESULT)
    reason = _exit_reason(header)
    exit_code = _number(header, "exit_code", 255)
    signal = _number(header, "signal", 64)
    if reason is ExitReason.EXITED and exit_code is None:
        raise WireError("a run that exited without an exit code")
    n_reply = header.get("reply")
    stdout, *reply = frame.parts(
        [header.get("stdout")] if n_reply is None else [header.get("stdout"), n_reply]
    )
    result = RunResult(
        reason=reason,
        exit_code=exit_code,
        signal=signal,
        stdout=stdout,
        stderr=_text(header, "stderr", MAX_TEXT_CHARS),
        reply=reply[0] if reply else None,
        cpu_s=_seconds(header, "cpu_s"),
        wall_s=_seconds(header, "wall_s"),
    )
    return Ran(
        result=result,
        waited_s=_seconds(header, "waited_s", 0.0),
        starved=_flag(header, "starved", False),
    )


def heard(frame: Frame) -> Heard | Ran:
    """Return what the process inside says, or how it ended."""
    if frame.kind is Kind.RESULT:
        return ran(frame)
    header = _header(frame, Kind.HEARD)
    if "report" not in header:
        return Heard(frame.body)
    said = _mapping(header, "report", 10)
    error = _text(said, "error", MAX_TEXT_CHARS, "")
    passed = _list(said, "passed", _MAX_TESTS)
    failures = _list(said, "failures", _MAX_FAILURES)
    if any(type(one) is not bool for one in passed) or any(
        type(one) is not str for one in failures
    ):
        raise WireError("a report of something else than tests")
    report = Report(passed=passed, failures=[_clean(one, 2000) for one in failures])
    return Heard(frame.body, None if error else report, error)


def clean(frame: Frame) -> str:
    """Return why the sandbox is no longer clean, or an empty text."""
    header = _header(frame, Kind.DONE)
    if _flag(header, "clean"):
        return ""
    return _text(header, "why", 1000, "") or "it says so itself"


def _header(frame: Frame, kind: Kind) -> Mapping[str, Any]:
    if frame.kind is not kind:
        raise WireError(f"{frame.kind.name} instead of {kind.name}")
    return frame.header


def _exit_reason(header: Mapping[str, Any]) -> ExitReason:
    said = header.get("reason")
    reason = _REASONS.get(said) if type(said) is str else None
    if reason is None:
        raise WireError(f"a reason of {str(said)[:50]!r}")
    return reason


def _seconds(header: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = header.get(name, default)
    if type(value) not in (int, float) or not 0 <= value <= _MAX_SECONDS:
        raise WireError(f"{name} of {str(value)[:50]!r}")
    return float(value)


def _number(header: Mapping[str, Any], name: str, most: int) -> int | None:
    value = header.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise WireError(f"{name} of {str(value)[:50]!r}")
    return value


def _flag(header: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    value = header.get(name, default)
    if type(value) is not bool:
        raise WireError(f"{name} of {str(value)[:50]!r}")
    return value


def _text(header: Mapping[str, Any], name: str, most: int, default: str | None = None) -> str:
    value = header.get(name, default)
    if type(value) is not str:
        raise WireError(f"{name} that is no text")
    return _clean(value, most)


def _clean(text: str, most: int) -> str:
    """Return the end of ``text``, without the half characters that JSON may hold."""
    text = text[-most:]
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _reason(held: bool | str) -> bool | str:
    return _clean(held, 500) if isinstance(held, str) else held


def _mapping(header: Mapping[str, Any], name: str, most: int) -> dict[str, Any]:
    value = header.get(name)
    if type(value) is not dict or len(value) > most:
        raise WireError(f"{name} that are no mapping")
    return value


def _list(header: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = header.get(name)
    if type(value) is not list or len(value) > most:
        raise WireError(f"{name} that are no list of at most {most}")
    return value


def _files(listed: Any, frame: Frame) -> list[BuiltFile]:
    if type(listed) is not list or len(listed) > _MAX_ARTEFACT_FILES:
        raise WireError("an artefact that is no list")
    for entry in listed:
        match entry:
            case [str(path), int(mode), int()] if _is_inside(path) and 0 <= mode <= 0o7777:
                continue
        raise WireError(f"a built file of {str(entry)[:100]}")
    parts = frame.parts([size for _, _, size in listed])
    return [
        # What runs as somebody else than who runs it is no business of a compiler.
        BuiltFile(path, mode & 0o777, data)
        for (path, mode, _), data in zip(listed, parts, strict=True)
    ]


def _is_inside(path: str) -> bool:
    names = path.split("/")
    return len(path) <= _MAX_PATH_CHARS and "\0" not in path and not {"", ".", ".."} & set(names)
