"""What became of each test of a program. Closed words: a trainer may switch on them."""

from __future__ import annotations

from enum import StrEnum

from reward_sandboxes.types import ExitReason, RunResult


class TestOutcome(StrEnum):
    """What became of one test."""

    __test__ = False  # a word of ours that pytest would take for a class of tests

    PASSED = "passed"
    WRONG = "wrong"
    """It ended by itself, and what it printed or returned is not what was expected."""
    ERROR = "error"
    """An exception ended it, or it ended with an exit code other than 0 and nothing right."""
    CRASHED = "crashed"
    """It died of a signal."""
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    DISK = "disk"
    FORBIDDEN = "forbidden"
    """It made a system call that no honest program makes."""
    NO_FUNCTION = "no_function"
    """It has no function of the name that is tested."""
    NOT_PLAIN = "not_plain"
    """It returned something other than plain data."""
    NOT_RUN = "not_run"
    """The tests before it used up the time of all."""


LIMITS = frozenset(
    {
        TestOutcome.TIME,
        TestOutcome.MEMORY,
        TestOutcome.OUTPUT,
        TestOutcome.DISK,
        TestOutcome.NOT_RUN,
    }
)
"""The outcomes of a program that used more than it may."""

_OF_REASON = {
    ExitReason.SIGNALLED: TestOutcome.CRASHED,
    ExitReason.TIME: TestOutcome.TIME,
    ExitReason.MEMORY: TestOutcome.MEMORY,
    ExitReason.OUTPUT: TestOutcome.OUTPUT,
    ExitReason.DISK: TestOutcome.DISK,
    ExitReason.FORBIDDEN: TestOutcome.FORBIDDEN,
}

_WORDS = {
    TestOutcome.PASSED: "passed",
    TestOutcome.WRONG: "wrong",
    TestOutcome.ERROR: "ended in an error",
    TestOutcome.CRASHED: "died of a signal",
    TestOutcome.TIME: "over its time",
    TestOutcome.MEMORY: "over its memory",
    TestOutcome.OUTPUT: "over its output",
    TestOutcome.DISK: "over its disk space",
    TestOutcome.FORBIDDEN: "made a forbidden system call",
    TestOutcome.NO_FUNCTION: "has no such function",
    TestOutcome.NOT_PLAIN: "returned no plain data",
    TestOutcome.NOT_RUN: "not run, the time of all tests was used up",
}


def stopped(result: RunResult) -> TestOutcome | None:
    """Return what a run came to that did not end by itself; None if it did."""
    return _OF_REASON.get(result.reason)


def in_words(outcome: TestOutcome) -> str:
    """Return ``outcome`` for a sentence."""
    return _WORDS[outcome]
