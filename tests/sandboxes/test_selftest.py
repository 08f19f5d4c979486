"""What `sandbox test` says of sandboxes that work, and of ones that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from reward_sandboxes.languages import languages
from reward_sandboxes.probes import PROBES
from reward_sandboxes.selftest import Finding, try_language, try_probe
from reward_sandboxes.types import (
    Built,
    ExitReason,
    Job,
    LanguageMissingError,
    RunResult,
)


class Answers:
    """Sandboxes that answer every job in the same way."""

    def __init__(self, *answers: Built | RunResult | Exception) -> None:
        self._answers = answers

    async def run(self, job: Job) -> AsyncGenerator[Built | RunResult, None]:
        for answer in self._answers:
            if isinstance(answer, Exception):
                raise answer
            yield answer


def ran(stdout: str, reason: ExitReason = ExitReason.EXITED) -> RunResult:
    code = 0 if reason is ExitReason.EXITED else None
    return RunResult(reason=reason, exit_code=code, stdout=stdout.encode())


def probed(name: str, *results: RunResult) -> Finding:
    return asyncio.run(try_probe(Answers(Built(ok=True), *results), name))  # type: ignore[arg-type]  # it runs, and no more


def tried(*answers: Built | RunResult | Exception) -> Finding:
    return asyncio.run(try_language(Answers(*answers), languages()["cpp"]))  # type: ignore[arg-type]  # likewise


def test_a_language_that_prints_what_it_should_works() -> None:
    found = tried(Built(ok=True), ran("42\n"))
    assert found.ok
    assert found.name == "cpp"


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ([Built(ok=True), ran("41\n")], "b'41\\n'"),
        ([Built(ok=True), ran("42\n", ExitReason.TIME)], "time"),
        ([Built(ok=False, message="main.cpp:1: no")], "not compiled (exited): main.cpp:1: no"),
        ([Built(ok=True)], "not run"),
        ([], "not compiled"),
    ],
)
def test_a_language_that_does_not_work_says_why(
    answers: list[Built | RunResult], complaint: str
) -> None:
    found = tried(*answers)
    assert not found.ok
    assert not found.missing
    assert complaint in found.detail


def test_a_language_that_is_not_there_is_missing_and_not_broken() -> None:
    found = tried(LanguageMissingError("cpp needs g++"))
    assert found.missing
    assert found.detail == "cpp needs g++"


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_that_is_held_says_so_twice(name: str) -> None:
    held = ran("held\n", min(PROBES[name].ends))
    assert probed(name, held, held).ok
    assert not probed(name, held).ok
    assert not probed(name).ok


@pytest.mark.parametrize(
    ("name", "result", "complaint"),
    [
        ("network", ran("connected to somewhere\nheld\n"), "connected to somewhere"),
        ("network", ran(""), "silent"),
        ("time", ran("held\n"), "it ended by exited"),
        ("memory", ran("held\n", ExitReason.SIGNALLED), "it ended by signalled"),
        ("disk", ran("held\nwrote a gigabyte\n"), "wrote a gigabyte"),
        ("files", ran("could touch /etc/shadow\nheld\n"), "could touch /etc/shadow"),
    ],
)
def test_what_does_not_hold_is_said(name: str, result: RunResult, complaint: str) -> None:
    found = probed(name, ran("held\n", min(PROBES[name].ends)), result)
    assert not found.ok
    assert complaint in found.detail


@pytest.mark.parametrize("name", PROBES)
def test_every_probe_is_a_python_program(name: str) -> None:
    compile(PROBES[name].source, name, "exec")
    assert PROBES[name].summary
