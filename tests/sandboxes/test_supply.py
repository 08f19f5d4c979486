"""How many runs are ahead of their results, and for how long nobody looks for those."""

from __future__ import annotations

import pytest

from reward_sandboxes.orders import END, run_frame
from reward_sandboxes.supply import Supply
from reward_sandboxes.types import Run


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def supply(n_runs: int, clock: Clock) -> Supply:
    begun = Supply([Run(stdin=b"%d" % n) for n in range(n_runs)], clock)
    begun.begin()
    return begun


def answered(some: Supply, clock: Clock, *, n: int = 1, pace_s: float, size: int = 500) -> None:
    clock.now_s += n * pace_s
    some.answered([size] * n)


def test_all_runs_are_sent_in_order_and_then_the_end() -> None:
    clock = Clock()
    some = supply(40, clock)
    sent = some.more()
    while some.n_ahead:
        answered(some, clock, pace_s=0.002)
        sent += some.more()
    assert sent == b"".join(run_frame(Run(stdin=b"%d" % n)) for n in range(40)) + END
    assert some.ended


def test_a_job_without_runs_ends_at_once() -> None:
    assert supply(0, Clock()).more() == END


@pytest.mark.parametrize(
    ("pace_s", "n_ahead"), [(0.0, 12), (0.002, 12), (0.05, 5), (0.2, 2), (9.0, 2)]
)
def test_no_more_are_ahead_than_will_soon_be_made(pace_s: float, n_ahead: int) -> None:
    clock = Clock()
    some = supply(100, clock)
    some.more()
    answered(some, clock, n=2, pace_s=pace_s)
    some.more()
    assert some.n_ahead == n_ahead


def test_heavy_runs_are_not_piled_up() -> None:
    some = Supply([Run(stdin=bytes(3 << 20))] * 9)
    some.more()
    assert some.n_ahead == 2


def test_nobody_pauses_before_it_is_known_how_long_runs_take() -> None:
    some = supply(20, Clock())
    some.more()
    assert some.pause_s() == 0.0


def test_a_pause_ends_before_the_sandbox_has_nothing_left_to_do() -> None:
    clock = Clock()
    some = supply(100, clock)
    some.more()
    answered(some, clock, pace_s=0.002)
    some.more()
    assert 0.01 < some.pause_s() < 0.002 * 8


def test_the_last_pause_ends_before_the_last_result() -> None:
    clock = Clock()
    some = supply(4, clock)
    some.more()
    answered(some, clock, pace_s=0.002)
    some.more()
    assert some.n_ahead == 3
    assert 0.004 < some.pause_s() < 0.006


def test_nobody_pauses_for_results_that_fill_the_pipe() -> None:
    clock = Clock()
    some = supply(100, clock)
    some.more()
    answered(some, clock, pace_s=0.002, size=40 << 10)
    some.more()
    assert some.pause_s() == 0.0


def test_a_pause_is_short_even_where_runs_are_slow() -> None:
    clock = Clock()
    some = supply(100, clock)
    some.more()
    answered(some, clock, pace_s=0.05)
    some.more()
    assert some.pause_s() < 0.05
