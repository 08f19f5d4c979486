"""What a program imports is imported once, before its runs; a file beside it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sandboxes.drivers import driving


def loaded(source: str, folder: Path, *names: str, beside: tuple[str, ...] = ()) -> list[bool]:
    """Whether each of ``names`` is loaded after ``preload`` in a fresh interpreter."""
    program = (
        "import sys\n"
        "from reward_sandboxes.harness.preload import preload\n"
        f"preload(sys.stdin.read(), {beside!r})\n"
        f"print(*[name in sys.modules for name in {names!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-W", "error", "-c", program],
        cwd=folder,
        input=source.encode("utf-8"),
        env=driving.environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == b""
    return [word == "True" for word in done.stdout.decode().split()]


def test_imports_are_loaded_wherever_they_stand(tmp_path: Path) -> None:
    source = """
import sqlite3.dbapi2, csv as c
from concurrent import futures
try:
    import no_such_module
except ImportError:
    if True:
        import wave
finally:
    import chunk_of_nothing
with open('x') as f:
    import plistlib
class Solution:
    def f(self, x):
        match x:
            case 1:
                for _ in x:
                    import mailbox
"""
    names = ("sqlite3.dbapi2", "csv", "concurrent.futures", "plistlib", "mailbox")
    assert loaded(source, tmp_path, *names) == [True] * 5


def test_a_module_with_effects_is_not_loaded(tmp_path: Path) -> None:
    source = "import this, antigravity, idlelib.idle, readline, turtle\nimport __hello__, csv"
    names = ("this", "antigravity", "idlelib", "readline", "turtle", "csv")
    assert loaded(source, tmp_path, *names) == [False] * 5 + [True]


def test_nothing_beside_the_program_is_loaded(tmp_path: Path) -> None:
    for name in ("csv.py", "mine.py"):
        (tmp_path / name).write_text("raise SystemExit('loaded')")
    source = "import csv, mine, wave, plistlib"
    found = loaded(source, tmp_path, "csv", "mine", "wave", beside=("wave.py", "data/x.txt"))
    assert found == [True, False, False]


@pytest.mark.parametrize(
    "source", ["import", "import csv\n" * 20_000, "x" * (1 << 19) + "import csv", "import \0"]
)
def test_a_program_that_is_no_program_or_endless_loads_nothing_or_little(
    source: str, tmp_path: Path
) -> None:
    assert len(loaded(source, tmp_path, "csv")) == 1


def test_no_more_than_so_many_are_loaded(tmp_path: Path) -> None:
    source = "\n".join(f"import no_such_{n}" for n in range(40)) + "\nimport csv"
    assert loaded(source, tmp_path, "csv") == [False]


HIDES = """
import json, random, wave, helper.part
print(json.MINE, random.MINE, wave.MINE, helper.part.MINE)
import os, sys
print(hasattr(os, 'MINE'), hasattr(sys, 'MINE'))
"""


def test_files_beside_a_script_hide_modules_as_in_an_interpreter_of_its_own(
    tmp_path: Path,
) -> None:
    for name in ("json", "random", "wave", "os", "sys", "helper/__init__", "helper/part"):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("MINE = 1")
    expected = driving.real(HIDES, tmp_path)
    found = driving.script(HIDES, tmp_path)
    assert (found.code, found.stdout) == (expected.code, expected.stdout), found.stderr
    assert found.stdout == b"1 1 1 1\nFalse False\n"


@pytest.mark.slow
def test_numpy_is_at_hand_of_a_script(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    source = "import numpy as np\nprint(np.array([1, 2]).sum(), np.__name__)"
    assert driving.script(source, tmp_path, site=True).stdout == b"3 numpy\n"
