"""The baseline of the code benchmarks: a bare process per test, one thread per core, no isolation.

What a careful user writes in an afternoon: ``python -I -S program.py`` with the test on its stdin,
its stdout compared word by word.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.programs import Task
from benchmarks.servers import ServerError

PYTHON = str(Path(sys._base_executable).resolve())  # noqa: SLF001 - the one name of it
"""The interpreter itself: a virtual environment's adds milliseconds of looking around."""


def run_all(tasks: Sequence[Task], *, cores: int) -> float:
    """Run every test of ``tasks``; return the seconds it took."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(cores) as threads:
        began = time.perf_counter()
        passed = list(threads.map(lambda one: _passes(one, Path(folder)), tasks))
        took = time.perf_counter() - began
    if not all(passed):
        raise ServerError("the bare loop failed a right program")
    return took


def _passes(task: Task, folder: Path) -> bool:
    path = folder / f"{abs(hash(task.source))}.py"
    path.write_text(task.source)
    return all(
        _output(path, stdin).split() == expected.split()
        for stdin, expected in zip(task.inputs, task.outputs, strict=True)
    )


def _output(path: Path, stdin: str) -> str:
    done = subprocess.run(
        [PYTHON, "-I", "-S", str(path)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    return done.stdout
