"""What is run in a sandbox and what comes back. Imports nothing: every room may know it.

A ``Job`` is a program and the runs to make of it; a ``Dialogue`` is a program that another program,
the test code, calls. Nothing here knows what a right output would be: expected outputs stay with
whoever asks, and never enter a sandbox that the program is in.

Whose fault: everything in a ``Built`` or a ``RunResult`` is the program's own doing. What the
sandbox, the host or its operator did is a ``SandboxError``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class ExitReason(StrEnum):
    """Why a program stopped. Closed, and every value is the program's own doing."""

    EXITED = "exited"
    """It ended by itself, with ``exit_code``."""
    SIGNALLED = "signalled"
    """It died of a signal that it brought on itself (a fault, an abort, a kill of its own)."""
    TIME = "time"
    """It used up its CPU time, or stood still until the wall-clock backstop."""
    MEMORY = "memory"
    """It asked for more memory than it may have."""
    OUTPUT = "output"
    """It wrote more than it may to stdout or stderr."""
    DISK = "disk"
    """It filled the space or the number of files it may have."""
    FORBIDDEN = "forbidden"
    """It made a system call that no honest program makes, and was killed for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a program may use. CPU time decides; the wall clock is a backstop derived from it."""

    cpu_s: float = 5.0
    """CPU seconds of one run, all its processes and threads together."""
    total_cpu_s: float = 60.0
    """CPU seconds of all runs of a job together; the runs that are left then are not made."""
    memory_mb: int = 1024
    """Memory of one run, what it writes to files included."""
    output_kb: int = 8192
    """Bytes of stdout of one run, in KiB; the same bounds what a call returns."""
    disk_mb: int = 64
    """Space for files of one run."""
    processes: int = 64
    """Processes and threads of one run at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """Source code nobody trusts."""

    language: str
    """A key of ``languages.LANGUAGES``."""
    source: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files beside the program, by relative path; every run finds them fresh."""
    prelude: bool = False
    """Whether ``typing`` and the usual imports are at hand without being imported, as the judges of
    functional tests have them (Python only; names in the module, the source stays as written)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of one function, for a run that is a call rather than a program with stdin."""

    function: str
    """A free function, or a method of a class ``Solution``."""
    arguments: bytes
    """``plain.dumps`` of the list of positional arguments."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a program: in its own process, with its own files, seeing no other run."""

    stdin: bytes = b""
    arguments: Sequence[str] = ()
    """Command-line arguments."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files beside the program for this run alone."""
    call: Call | None = None
    """Call this instead of running the program as a script (Python only)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A program, compiled once, and its runs in order."""

    program: Program
    runs: Sequence[Run]
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """How compiling went; first of what a job yields, even where there is nothing to compile."""

    ok: bool
    reason: ExitReason = ExitReason.EXITED
    message: str = ""
    """What the compiler said, its end only; a syntax error of Python."""
    cpu_s: float = 0.0
    cached: bool = False
    """Whether the very same program was compiled before."""
    queue_s: float = 0.0
    """Seconds the job waited for a sandbox."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """How one run ended, and the bytes it left."""

    reason: ExitReason
    exit_code: int | None = None
    """When it exited; 0 to 255."""
    signal: int | None = None
    """The signal it died of, when signalled or forbidden."""
    stdout: bytes = b""
    stderr: str = ""
    """The end of it, for a person to read."""
    reply: bytes | None = None
    """What a call came to (``calls.read_reply`` reads it); None: the process ended before that."""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    retried: bool = False
    """Whether it was run again alone, since the first time the host was busy."""


class SuiteKind(StrEnum):
    """What kind of test code calls the program."""

    ASSERTS = "asserts"
    """Statements, each a test of its own."""
    CHECK = "check"
    """A function ``check(candidate)``; one test."""
    PYTEST = "pytest"
    """Test files; every test function, with every set of parameters, is a test."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """Code that calls a program and says how many of its tests passed (Python only)."""

    kind: SuiteKind
    entry_points: Sequence[str] = ()
    """Names of the program that the test code calls; for ``check`` the first is the candidate."""
    setup: str = ""
    """Run once before the tests (imports, helpers); never sees the program."""
    statements: Sequence[str] = ()
    """The asserts, or the one source with ``def check``."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The test files of ``pytest``, by relative path."""
    module: str = "solution"
    """The name by which test files import the program."""
    shared_process: bool = False
    """Whether test code and program have to share a process, since the tests do more than call:
    then nothing keeps the program from forging the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialogue:
    """A program, and test code that calls it from another sandbox; plain data crosses between."""

    program: Program
    suite: Suite
    limits: Limits = field(default_factory=Limits)
    """Of the program, all calls together (``cpu_s`` of the whole, ``total_cpu_s`` is not used)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What the test code found."""

    passed: Sequence[bool]
    """One per test, in order; tests that were never reached count as False."""
    failures: Sequence[str] = ()
    """What failed, for a person to read; at most 20 lines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DialogueResult:
    """How a dialogue ended."""

    built: Built
    report: Report | None
    """None where the test code itself did not get to its end (it does not compile, its setup
    raises, it runs out of its own limits): ``suite_error`` says why, and the data is at fault."""
    suite_error: str = ""
    program: RunResult | None = None
    """How the program's process ended; None when it could not be built."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Whether programs can be run, and how well confined."""

    ready: bool
    backend: str
    """local, docker, remote or none."""
    reason: str = ""
    """What is missing, when it is not ready."""
    level: str = ""
    """The confinement in force: namespaces, landlock or none."""
    protections: Mapping[str, bool | str] = field(default_factory=dict)
    """True for each protection that holds, else why it does not."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Version of each language that can be run."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Of each other language, what it needs."""
    slots: int = 0
    busy: int = 0
    queued: int = 0
    retired: int = 0
    """Sandboxes that were ended and replaced since the start."""


class SandboxError(Exception):
    """The sandbox broke, or none could be had; it says nothing about the program."""


class SandboxesFullError(SandboxError):
    """As many jobs wait as may wait."""


class HostBusyError(SandboxError):
    """The host gave a program too little CPU time to say anything about it, even alone."""


class LanguageMissingError(SandboxError):
    """The language is known, but cannot be run here; the message says what it needs."""


class Sandboxes(Protocol):
    """A pool of places to run programs: one per process, started, shared, closed."""

    async def start(self) -> None:
        """Make the first sandbox ready; the others follow in the background.

        Raises:
            SandboxError: none can be made; the message says what is missing and how to get it.
        """
        ...

    async def close(self) -> None:
        """End every sandbox; jobs still open raise ``SandboxError``."""
        ...

    def status(self) -> Status:
        """Say whether programs can be run now."""
        ...

    def run(self, job: Job) -> AsyncGenerator[Built | RunResult, None]:
        """Yield ``Built``, then a result per run in order, as they come.

        Ends early when the program cannot be built, or when ``total_cpu_s`` is used up: the runs
        that have no result were not made. Closing the generator ends what is running.

        Raises:
            SandboxError: the sandbox broke, or none could be had. What it was doing has been tried
                again once, in a fresh sandbox.
        """
        ...

    async def converse(self, dialogue: Dialogue) -> DialogueResult:
        """Let the test code of ``dialogue`` call its program, each in a sandbox of its own.

        Raises:
            SandboxError: as for ``run``.
        """
        ...
