"""Runs test files with the real pytest, where this interpreter has it."""

from __future__ import annotations

import importlib
import inspect
import linecache
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reward_sandboxes.harness.attempt import attempt
from reward_sandboxes.harness.proxy import Line
from reward_sandboxes.harness.report import BrokenTestsError, Findings, described, line
from reward_sandboxes.harness.source import code_of

# No plugin but pytest's own, nothing written beside the tests, and failed asserts not explained:
# that takes time quadratic in the values, and a program chooses them.
_OPTIONS = (
    *("-o", "addopts=", "--rootdir=.", "--assert=plain", "--continue-on-collection-errors"),
    *("--capture=no", "-p", "no:cacheprovider", "-p", "no:terminal"),
)


def prepared(
    files: Mapping[str, bytes], line_out: Line | None, *, program: str
) -> Callable[[], Findings]:
    """Return what runs the test files among ``files``, which stand in the current folder.

    Every test function with every set of its parameters is a test. Ones that are marked to be
    skipped or expected to fail say nothing of a program, and are left out. A file that cannot be
    imported counts as one failed test if it had called the program by then, and is broken if not.

    Raises:
        BrokenTestsError: a file does not compile, or there is no pytest.
    """
    sources = [name for name in files if name.endswith(".py") and name != program]
    for name in sources:
        _, error = attempt(code_of, files[name], name)
        if error is not None:
            raise BrokenTestsError(f"{name} does not compile: {described(error)}")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest, error = attempt(importlib.import_module, "pytest")
    if error is not None:
        raise BrokenTestsError(f"there is no pytest where the tests run: {described(error)}")

    def run() -> Findings:
        collector = _Collector(line_out)
        attempt(pytest.main, [*_OPTIONS, *_test_files(sources)], plugins=[collector])
        return collector.findings()

    return run


def _test_files(sources: Sequence[str]) -> list[str]:
    stems = {name: PurePosixPath(name).stem for name in sources}
    return [
        name for name, stem in stems.items() if stem.startswith("test_") or stem.endswith("_test")
    ] or [name for name, stem in stems.items() if stem not in ("conftest", "__init__")]


class _Collector:
    """The plugin that hears how each test went; all methods but ``findings`` are pytest's hooks."""

    def __init__(self, line_out: Line | None) -> None:
        self._line = line_out
        self._why: dict[str, str | None] = {}
        """Of every test, why it failed; "" when it passed, None when it is left out for good."""
        self._broken = ""
        self._n_calls = 0

    def pytest_collectstart(self) -> None:
        if self._line is not None:
            self._line.begin()
            self._line.exits = False  # it would end the import of every other file
            self._n_calls = self._line.n_calls

    def pytest_collectreport(self, report: Any) -> None:
        if not report.failed:
            return
        why = line(str(report.longrepr)[-1000:])
        if self._line is None or self._line.n_calls > self._n_calls or self._line.spoilt:
            self._why[report.nodeid] = why
        else:
            self._broken = self._broken or f"{report.nodeid} cannot be imported: {why}"

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            self._why[item.nodeid] = "it was never run"
        if self._line is not None:
            self._line.exits = True

    def pytest_runtest_logstart(self) -> None:
        if self._line is not None:
            self._line.begin()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if type(report.longrepr).__name__ == "FixtureLookupErrorRepr":
            self._broken = self._broken or f"{report.nodeid}: {line(report.longrepr.errorstring)}"
        if hasattr(report, "wasxfail") or (report.skipped and report.when == "setup"):
            self._why[report.nodeid] = None
        if self._why.get(report.nodeid, "") is None:
            return
        if report.when == "call" and report.passed:
            self._why[report.nodeid] = ""
        elif not report.passed:
            self._why[report.nodeid] = _message(report)
        if self._line is not None and self._line.spoilt and report.when != "setup":
            self._why[report.nodeid] = self._line.spoilt

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        test = pyfuncitem.obj
        if not inspect.iscoroutinefunction(test):
            return None
        signature = inspect.signature(test).parameters
        given = {name: value for name, value in pyfuncitem.funcargs.items() if name in signature}
        importlib.import_module("asyncio").run(test(**given))  # which few tests need
        return True

    def findings(self) -> Findings:
        """Return what was heard.

        Raises:
            BrokenTestsError: that a file is broken, or nothing.
        """
        if self._broken or not self._why:
            raise BrokenTestsError(self._broken or "there is no test in the test files")
        findings = Findings()
        for test, why in self._why.items():
            if why is not None:
                findings.add(not why, f"{test}: {why}")
        return findings


def _message(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return line(str(report.longrepr)) or "it failed"
    place = linecache.getline(crash.path, crash.lineno).strip()
    ours = Path(crash.path).parent == Path(__file__).parent
    return line(crash.message if ours or not place else f"{crash.message} at {place}")
