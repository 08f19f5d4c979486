"""No check takes time far beyond a multiple of the text, whatever one token the text repeats."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from verifiers.ifeval import hostile

from reward_verifiers.ifeval.families import FAMILIES


@pytest.mark.slow
def test_no_check_is_quadratic_on_long_texts_of_one_token() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    made = subprocess.run(
        [sys.executable, "-m", hostile.__name__], env=environment, capture_output=True, text=True
    )
    lines = made.stdout.splitlines()
    assert (made.returncode, lines[-1]) == (0, "all"), f"{lines[-1]}: {made.stderr}"
    checks = (f"{name} on {token!r}" for name in hostile.instructions() for token in hostile.WORST)
    assert set(lines).issuperset(checks)


def test_every_table_is_timed() -> None:
    every = {
        id(row) for versions in FAMILIES.values() for t in versions.values() for row in t.values()
    }
    assert len(hostile.instructions()) == len(every)
