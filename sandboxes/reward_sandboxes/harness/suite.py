"""Runs test code that calls a program in another sandbox, and reports what passed.

The program is not here: its names are proxies, so no object of its can say that it equals what it
does not. The report is the last message on the channel; nothing is read into how a process exits.

Whose fault: test code that does not compile, whose setup fails or that breaks before it has called
the program is broken, and the report says so instead of failing the program.
"""

from __future__ import annotations

import importlib
import linecache
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import CodeType, ModuleType
from typing import Any, NoReturn

from reward_sandboxes.harness import pytest_suite
from reward_sandboxes.harness.attempt import attempt
from reward_sandboxes.harness.channel import Channel
from reward_sandboxes.harness.program import leave, settle, to_the_end
from reward_sandboxes.harness.proxy import Line, Program
from reward_sandboxes.harness.report import BrokenTestsError, Findings, described, read_report
from reward_sandboxes.harness.source import code_of


def conduct(suite: Mapping[str, Any], files: Mapping[str, bytes], channel: Channel) -> NoReturn:
    """Run ``suite`` in the current folder, send the report, and exit.

    Args:
        suite: the fields of ``types.Suite``, without ``files``.
        files: what stands beside the tests: test files and, where the process is shared, the
            program as ``<module>.py`` and its files.
        channel: takes ``calls.Request``, gives ``calls.Reply``, and takes the report in the end.
    """
    tests = _Tests(
        kind=suite["kind"],
        entry_points=tuple(suite.get("entry_points", ())),
        setup=suite.get("setup", ""),
        statements=tuple(suite.get("statements", ())),
        module=suite.get("module", "solution"),
        files=files,
    )

    def run() -> None:
        settle("tests.py", ())
        _write(files)
        line = None if suite.get("shared_process") else Line(channel)
        channel.send(_found(tests, line).written())
        leave()

    to_the_end(run)


@dataclass(frozen=True, slots=True)
class _Tests:
    kind: str
    entry_points: Sequence[str]
    setup: str
    statements: Sequence[str]
    module: str
    files: Mapping[str, bytes]


def _found(tests: _Tests, line: Line | None) -> Findings:
    """Return the findings; ``line`` leads to the program, or is None where they are together."""
    if line is not None:
        sys.modules[tests.module] = Program(tests.module, line, tests.entry_points)
    run, error = attempt(_KINDS[tests.kind], tests, line)
    if isinstance(error, BrokenTestsError):
        return Findings(error=str(error))
    if error is not None:
        return Findings(error=f"the test code ended the tests: {described(error)}")
    if line is None:
        return _together(run)
    findings, error = attempt(run)
    if line.misused:
        return Findings(error=line.misused)
    if isinstance(error, BrokenTestsError):
        return Findings(error=str(error))
    return findings if error is None else Findings([False], [described(error)])


def _together(run: Callable[[], Findings]) -> Findings:
    """Return what a child finds in which the program comes to the tests.

    Until then all was the tests' own doing. From then on whatever goes wrong is the program's: it
    could break the tests to go unscored, or end the process.
    """
    # A file without a name: memory that is no process's own is not to be had in here.
    name = f".report-{os.getpid()}"
    report_fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    Path(name).unlink()
    child = os.fork()
    if child == 0:
        findings, error = attempt(run)
        if error is not None:
            findings = Findings(error=described(error))
        os.write(report_fd, findings.written())
        leave()
    os.waitpid(child, 0)
    os.lseek(report_fd, 0, os.SEEK_SET)
    with os.fdopen(report_fd, "rb") as file:
        report = read_report(file.read())
    if report is None or report["error"]:
        return Findings([False], [report["error"] if report else "the program ended the tests"])
    return Findings(report["passed"], report["failures"])


def _asserts(tests: _Tests, line: Line | None) -> Callable[[], Findings]:
    codes = _compiled(tests.statements, "a statement")
    namespace = _namespace(tests, line)

    def run() -> Findings:
        failure = _meet(tests, line, namespace)
        if failure:
            return Findings([False] * len(codes), [failure])
        findings = Findings()
        for statement, code in zip(tests.statements, codes, strict=True):
            why = _why_failed(code, namespace, line)
            findings.add(not why, f"{why} in {statement}")
        return findings

    return run


def _check(tests: _Tests, line: Line | None) -> Callable[[], Findings]:
    source = "\n".join(tests.statements)
    code, call = _compiled([source, f"check({tests.entry_points[0]})"], "the check")
    namespace = _namespace(tests, line)

    def run() -> Findings:
        failure = _meet(tests, line, namespace)
        if failure:
            return Findings([False], [failure])
        _, error = attempt(exec, code, namespace)
        if error is not None or not callable(namespace.get("check")):
            why = described(error) if error else "there is no such function"
            raise BrokenTestsError(f"check cannot be defined: {why}")
        findings = Findings()
        why = _why_failed(call, namespace, line)
        findings.add(not why, why)
        return findings

    return run


def _pytest(tests: _Tests, line: Line | None) -> Callable[[], Findings]:
    return pytest_suite.prepared(tests.files, line, program=f"{tests.module}.py")


_KINDS: Mapping[str, Callable[[_Tests, Line | None], Callable[[], Findings]]] = {
    "asserts": _asserts,
    "check": _check,
    "pytest": _pytest,
}


def _namespace(tests: _Tests, line: Line | None) -> dict[str, Any]:
    """Return the names that the tests see, the program's proxies among them."""
    module = ModuleType("tests")
    sys.modules[module.__name__] = module
    code, error = attempt(code_of, tests.setup, "setup.py")
    if error is None:
        _, error = attempt(exec, code, vars(module))
    if error is not None:
        raise BrokenTestsError(f"the setup fails: {described(error)}")
    if line is not None:
        vars(module).update({name: line.function(name) for name in tests.entry_points})
    return vars(module)


def _meet(tests: _Tests, line: Line | None, namespace: dict[str, Any]) -> str:
    """Load the program beside the tests, if that is where it is; return why it cannot be."""
    if line is not None:
        return ""
    program, error = attempt(importlib.import_module, tests.module)
    if error is not None:
        return described(error)
    namespace.update({name: one for name, one in vars(program).items() if name[:2] != "__"})
    for name in tests.entry_points:
        if name not in vars(program):
            method, error = attempt(lambda name=name: getattr(program.Solution(), name))
            namespace |= {} if error else {name: method}
    return ""


def _compiled(sources: Sequence[str], what: str) -> list[CodeType]:
    codes = []
    for number, source in enumerate(sources, 1):
        code, error = attempt(code_of, source, f"test_{number}.py")
        if error is not None:
            raise BrokenTestsError(f"{what} does not compile: {described(error)}")
        codes.append(code)
    return codes


def _why_failed(code: CodeType, namespace: dict[str, Any], line: Line | None) -> str:
    """Run one test; return why it failed, or nothing."""
    if line is not None:
        line.begin()
    _, error = attempt(exec, code, namespace)
    if line is not None and line.spoilt:
        return line.spoilt
    return f"{described(error)}{_place(error)}" if error is not None else ""


def _place(error: BaseException) -> str:
    """Return the line of test code that failed, where there is more than one."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    tests = [place for place in places if place[0].startswith("test_")]
    if not tests or len(linecache.getlines(tests[-1][0])) < 2:
        return ""
    return f" at {linecache.getline(*tests[-1]).strip()}"


def _write(files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
