"""How long something is waited for, and what is said meanwhile."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from reward_trainer.patience import Patience


class Clock:
    """Says what it is told."""

    at_s = 1000.0

    def __call__(self) -> float:
        return self.at_s


def test_it_is_told_once_a_minute_since_when_and_until_when() -> None:
    told: list[str] = []
    clock = Clock()
    patience = Patience(3600.0, tell=told.append, now=clock)
    for second in range(190):
        clock.at_s = 1000.0 + second
        patience.remind()
    assert len(told) == 3
    (span,) = set(told)
    times = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", span)
    since, until = (datetime.fromisoformat(one) for one in times)
    assert span == f"since {times[0]}, until {times[1]} at most"
    assert (until - since).total_seconds() == 3600


def test_it_ends() -> None:
    clock = Clock()
    patience = Patience(90.0, tell=print, now=clock)
    assert (patience.waited_s, patience.left_s, patience.ended) == (0.0, 90, False)
    clock.at_s += 89.5
    assert (patience.waited_s, patience.left_s, patience.ended) == (89.5, 0.5, False)
    clock.at_s += 1
    assert (patience.waited_s, patience.left_s, patience.ended) == (90.5, 0, True)


@pytest.mark.parametrize("patience_s", [1e15, float("inf")])
def test_it_may_have_no_end(patience_s: float) -> None:
    told: list[str] = []
    clock = Clock()
    patience = Patience(patience_s, tell=told.append, now=clock)
    clock.at_s += 60
    patience.remind()
    assert patience.left_s > 1e14
    assert told[0].endswith("until the end of time at most")
