"""What an engine and its libraries print does not reach the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reward_trainer.errors import LostError, SamplerError
from reward_trainer.samplers.failures import Failures


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Have no file open that a test's engine logs to."""
    yield
    Failures(None)


def test_what_libraries_print_at_the_start_is_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "run" / "engine.log"
    with Failures(log).starting():
        os.write(1, b"loading\n")
        os.write(2, b"a warning of C++\n")
    os.write(1, b"step 1\n")
    assert capfd.readouterr() == ("step 1\n", "")
    assert log.read_text() == "loading\na warning of C++\n"


def test_a_failure_at_the_start_is_told_and_the_terminal_is_there_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failures = Failures(tmp_path / "engine.log")
    told = r"vLLM failed: KeyError: 'x'; its log is .*engine\.log"
    with pytest.raises(SamplerError, match=told), failures.starting():
        {}["x"]
    os.write(2, b"said\n")
    assert capfd.readouterr().err == "said\n"
    assert "Traceback" in (tmp_path / "engine.log").read_text()


def test_without_a_log_nothing_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    with Failures(None).starting():
        os.write(2, b"noise\n")
    assert capfd.readouterr() == ("", "")


def test_what_is_told_already_and_an_interruption_stay_what_they_are() -> None:
    for error in (LostError("engine 1 is gone"), KeyboardInterrupt()):
        with pytest.raises(type(error)), Failures(None):
            raise error
