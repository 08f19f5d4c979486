"""Processes of a run: what they say, how they end, and what is told of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import companions
import pytest
from companions import echo

from reward_trainer import processes
from reward_trainer.errors import LostError
from reward_trainer.processes import Companion


@pytest.fixture
def other() -> Iterator[Companion]:
    one = Companion("the other", echo, "given")
    yield one
    processes.end([one])


def test_what_is_sent_is_heard_and_answered(other: Companion) -> None:
    pid, given = other.receive()
    assert pid != os.getpid()
    assert given == "given"
    other.send({"a": (1, 2.5)})
    assert other.receive() == {"a": (1, 2.5)}
    assert processes.cause([other]) is None


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("refuse", r"^the other: it cannot be had$"),
        ("fail", r"(?s)^the other: Traceback .*ValueError: no such luck$"),
        ("die", r"^the other was killed by SIGKILL$"),
    ],
)
def test_why_it_has_ended_is_told(what: str, why: str, other: Companion) -> None:
    other.receive()
    other.send(what)
    with pytest.raises(LostError, match=why):
        other.receive()
    with pytest.raises(LostError, match=why):
        other.send("more")


def test_one_that_was_killed_is_the_cause_of_what_others_say() -> None:
    told = [Companion(name, echo) for name in ("first", "second")]
    for one in told:
        one.receive()
    told[0].send("refuse")
    assert processes.cause(told[:1]) == "first: it cannot be had"
    told[1].send("die")
    assert processes.cause(told[1:]) == "second was killed by SIGKILL"
    assert processes.cause(told) == "second was killed by SIGKILL"
    processes.end(told)


def test_one_that_hears_nothing_more_ends(other: Companion) -> None:
    other.receive()
    processes.end([other])
    assert select.select([other.sentinel], [], [], 0)[0]
    assert not other.has_ended()  # by no doing of its own


def test_one_whose_starter_was_killed_ends() -> None:
    starter = subprocess.Popen(
        [sys.executable, companions.__file__],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    left = os.pidfd_open(int(starter.stdout.readline()))
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert select.select([left], [], [], 30)[0]
    os.close(left)
