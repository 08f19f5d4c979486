"""The embedded sandbox alone: as an ordinary user, how much memory it takes, how soon it is ready.

As an ordinary user: harnesses started as a user without any right (when this runs as root), or as
whoever runs this, make the runs of judge-style programs on every core. The baseline is the bare
loop, one ``python -I -S`` process per test, a thread per core, on the same programs in the same
run. What is compared is tests a second, without HTTP and without judging on either side.

Memory is what four idle sandboxes hold together, a page that they share counted once. Ready is from
asking for sandboxes to the first that can run a program, languages of the host looked for included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from benchmarks import bare_programs, processes, programs, report
from benchmarks.programs import N_TESTS, Task
from benchmarks.servers import ServerError
from reward_sandboxes.local import LocalLauncher
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.types import Job, Program, Run, RunResult

_NOBODY = 65_534
_N_PROGRAMS = 40
_N_IDLE = 4

T = TypeVar("T")


def measure(options: argparse.Namespace) -> report.Report:
    """Measure speed as an ordinary user, then memory and the start."""
    found = report.Report(
        "Code: the embedded sandbox alone, as an ordinary user",
        "one bare process per test, a thread per core, no isolation",
    )
    with asyncio.Runner() as runner:  # uvloop starts no process as another user
        _measure_speed(found, runner, options.repetitions)
        _measure_idle(found, runner)
    return found


def _measure_speed(found: report.Report, runner: asyncio.Runner, repetitions: int) -> None:
    cores = len(os.sched_getaffinity(0))
    sandboxes = PooledSandboxes(_as_ordinary_user(), slots=cores)
    runner.run(sandboxes.start())
    try:
        runner.run(_run_all(sandboxes, [programs.task(-1 - number) for number in range(4)]))
        runs = report.interleaved(
            {
                "sandbox": lambda n: _timed(runner, _run_all(sandboxes, _tasks(n))),
                "bare": lambda n: bare_programs.run_all(_tasks(n), cores=cores),
            },
            repetitions,
        )
        level = sandboxes.status().level
    finally:
        runner.run(sandboxes.close())
    n_tests = _N_PROGRAMS * N_TESTS
    found.claim(
        "tests a second as an ordinary user, times the bare loop's",
        report.ratios(runs["bare"], runs["sandbox"]),
        "x",
        at_least=1.5,
    )
    found.notes["level"] = level
    for side, seconds in runs.items():
        found.notes[f"{side}, tests a second"] = " ".join(f"{n_tests / s:.0f}" for s in seconds)


def _measure_idle(found: report.Report, runner: asyncio.Runner) -> None:
    sandboxes = PooledSandboxes(LocalLauncher(), slots=_N_IDLE, keep=_N_IDLE)
    first_s = _timed(runner, sandboxes.start())
    try:
        runner.run(_all_warm(sandboxes))
        held_mb = sum(map(processes.pss_mb, _children(os.getpid())))
    finally:
        runner.run(sandboxes.close())
    found.claim("first sandbox ready", [first_s], "s", at_most=1.0)
    found.claim(f"{_N_IDLE} idle sandboxes together", [held_mb], "MB", at_most=200)


def _as_ordinary_user() -> LocalLauncher:
    if os.getuid() != 0:
        return LocalLauncher()
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-c", "pass"], user=_NOBODY, group=_NOBODY, cwd="/", check=False
            )
        except PermissionError:
            continue
        if done.returncode == 0:
            return LocalLauncher(user=_NOBODY, group=_NOBODY, python=python)
    raise ServerError("no interpreter here that an ordinary user can run")


async def _all_warm(sandboxes: PooledSandboxes) -> None:
    """Use all sandboxes at once, so that all are started, then let them be."""
    await _run_all(sandboxes, [programs.task(-10 - number) for number in range(4 * _N_IDLE)])
    await asyncio.sleep(0.5)


async def _run_all(sandboxes: PooledSandboxes, tasks: list[Task]) -> None:
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(_run(sandboxes, task))


async def _run(sandboxes: PooledSandboxes, task: Task) -> None:
    program = Program(language=task.language, source=task.source)
    job = Job(program=program, runs=[Run(stdin=stdin.encode()) for stdin in task.inputs])
    answers = [answer async for answer in sandboxes.run(job)]
    outputs = [answer.stdout.decode() for answer in answers if isinstance(answer, RunResult)]
    if [one.split() for one in outputs] != [one.split() for one in task.outputs]:
        raise ServerError("a right program gave a wrong output")


def _tasks(repetition: int) -> list[Task]:
    return [programs.task(100 * repetition + number) for number in range(_N_PROGRAMS)]


def _timed(runner: asyncio.Runner, work: Coroutine[Any, Any, T]) -> float:
    began = time.perf_counter()
    runner.run(work)
    return time.perf_counter() - began


def _children(pid: int) -> list[int]:
    """Return the processes that ``pid`` has started itself."""
    every = processes.descendants(pid)
    inner = {child for each in every for child in processes.descendants(each)}
    return [each for each in every if each not in inner]


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=5, help="runs per side (default 5)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
