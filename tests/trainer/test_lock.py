"""Two processes never write into the same run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reward_trainer.errors import TrainerError
from reward_trainer.lock import Lock

_HOLD = """
import sys
from pathlib import Path
from reward_trainer.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    """Start a process that holds ``folder`` until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_folder_that_is_in_use_is_refused_until_its_process_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with holding(folder) as process:
        with pytest.raises(TrainerError, match=rf"in use by process {process.pid} on .*--folder"):
            Lock(folder)
        process.kill()
    Lock(folder).release()


def test_a_folder_that_was_released_is_free(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    lock.release()
    lock.release()
    with holding(tmp_path) as process:
        process.kill()


def test_a_folder_that_cannot_be_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainerError, match="nothing can be written there"):
        Lock(tmp_path / "file/run")
