"""The guard against hangs ends what hangs and lets through what does not."""

from __future__ import annotations

import re
import signal
import time

import pytest
from hangs import HangError, no_hang


def test_what_goes_on_for_ever_is_ended() -> None:
    with pytest.raises(HangError), no_hang(0.1):
        _go_on_for_ever()


def _go_on_for_ever() -> None:
    while True:
        pass


def test_a_pattern_that_backtracks_is_ended() -> None:
    with pytest.raises(HangError), no_hang(0.1):
        re.fullmatch("(a+)+b", "a" * 60)


def test_waiting_is_not_working() -> None:
    with no_hang(0.05):
        time.sleep(0.1)


def test_nothing_is_left_of_it() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with no_hang():
        pass
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
