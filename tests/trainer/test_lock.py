"""Two processes never write into the same run."""

from __future__ import annotations

from pathlib import Path

import pytest
from held_folder import holding

from reward_trainer.errors import TrainerError
from reward_trainer.lock import Lock


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
