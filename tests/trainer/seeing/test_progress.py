"""A line that tells how far something has come."""

from __future__ import annotations

from io import StringIO

import pytest

from reward_trainer.seeing import progress
from reward_trainer.seeing.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time that it is; changed by the test."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def told(out: StringIO, clock: list[float]) -> str:
    line = Progress("teaching", 40, out)
    for step in range(1, 41):
        clock[0] += 0.5
        line.step(step)
    return out.getvalue()


def test_a_terminal_has_one_line_that_is_redrawn(clock: list[float]) -> None:
    text = told(Terminal(), clock)
    assert text.count("\n") == 1
    assert "\r\x1b[Kteaching: 10 of 40 steps, 15 s to go" in text
    assert text.endswith("\r\x1b[Kteaching: 40 of 40 steps, took 20 s\n")


def test_elsewhere_it_is_told_now_and_then(clock: list[float]) -> None:
    assert told(StringIO(), clock).splitlines() == [
        "teaching: 20 of 40 steps, 10 s to go",
        "teaching: 40 of 40 steps, took 20 s",
    ]
