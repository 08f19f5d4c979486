"""What test code found, as the last message of its process: a JSON object, as no call is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reward_sandboxes.harness.attempt import attempt

MAX_TESTS = 100_000
MAX_FAILURES = 20
MAX_LINE_CHARS = 300


class BrokenTestsError(Exception):
    """The test code cannot say anything of a program; the message says why."""


@dataclass(slots=True)
class Findings:
    """How many tests passed, as it grows."""

    passed: list[bool] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    error: str = ""
    """Why the test code itself is broken; then nothing is said of the program."""

    def add(self, passed: bool, why: str = "") -> None:
        """Add a test, and for one that failed a line for a person to read."""
        self.passed.append(passed)
        if not passed and len(self.failures) < MAX_FAILURES:
            self.failures.append(line(why))

    def written(self) -> bytes:
        """Return it as bytes."""
        if len(self.passed) > MAX_TESTS:
            return Findings(error=f"{len(self.passed)} tests; at most {MAX_TESTS}").written()
        report = {"passed": self.passed, "failures": self.failures, "error": line(self.error)}
        return json.dumps(report).encode("ascii")


def is_report(message: bytes) -> bool:
    """Whether ``message`` is a report, where it may also be a call."""
    return message[:1] == b"{"


def read_report(message: bytes) -> Mapping[str, Any] | None:
    """Return the report in ``message``, of exactly the fields of ``Findings``; None: it has none.

    It may be forged where program and test code share a process, but it always has this shape.
    """
    try:
        report = json.loads(message)
    except (ValueError, RecursionError):
        return None
    match report:
        case {"passed": list(passed), "failures": list(failures), "error": str(error)}:
            whole = len(passed) <= MAX_TESTS and all(type(one) is bool for one in passed)
            if whole and all(type(one) is str for one in failures):
                failures = [line(one) for one in failures[:MAX_FAILURES]]
                return {"passed": passed, "failures": failures, "error": line(error)}
    return None


def described(error: BaseException) -> str:
    """Return ``error`` in a line."""
    message, _ = attempt(str, error)
    return line(f"{type(error).__name__}: {message}" if message else type(error).__name__)


def line(text: str) -> str:
    """Return ``text`` as one line of a bounded length."""
    return " ".join(text[: 2 * MAX_LINE_CHARS].split())[:MAX_LINE_CHARS]
