from __future__ import annotations

import signal

import pytest

from reward_service.cpu_lane.death import CONNECTION_ENDED, Blame, death
from reward_service.cpu_lane.worker import EXIT_CRASHED, EXIT_OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("status", "cause", "blame"),
    [
        (EXIT_CRASHED, "the verifier raised an error", Blame.VERIFIER),
        (EXIT_OUT_OF_MEMORY, "out of memory", Blame.ANSWER),
        (3, "exit code 3", Blame.ANSWER),
        (-signal.SIGSEGV, "signal SIGSEGV", Blame.ANSWER),
        (-signal.SIGKILL, "signal SIGKILL", Blame.OUTSIDE),
        (-(signal.SIGRTMIN + 1), f"signal {signal.SIGRTMIN + 1}", Blame.OUTSIDE),
    ],
)
def test_how_a_worker_ended_says_whose_doing_it_was(status: int, cause: str, blame: Blame) -> None:
    end = death(CONNECTION_ENDED, status)
    assert (end.cause, end.blame) == (cause, blame)


def test_a_worker_that_talked_nonsense_was_ended_by_the_service() -> None:
    end = death("it sent a frame of no kind", -signal.SIGKILL)
    assert (end.cause, end.blame) == ("it sent a frame of no kind", Blame.ANSWER)
