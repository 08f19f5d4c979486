"""What length does to a reward, by hand."""

from __future__ import annotations

import pytest

from reward_trainer.shaping import cosine_length, overlong, stop_properly


@pytest.mark.parametrize(
    ("n", "expected"), [(10, 0.0), (80, 0.0), (90, -0.5), (100, -1.0), (120, -1.0)]
)
def test_overlong_falls_over_the_last_tokens(n: int, expected: float) -> None:
    assert overlong(n, max_tokens=100, buffer=20) == expected


def test_what_was_cut_off_is_multiplied_or_replaced() -> None:
    assert stop_properly(0.8, stopped=True, coefficient=0.0) == 0.8
    assert stop_properly(0.8, stopped=False, coefficient=0.0) == 0.0
    assert stop_properly(0.8, stopped=False, coefficient=0.5) == 0.4
    assert stop_properly(0.8, stopped=False, coefficient=-0.5) == -0.5


@pytest.mark.parametrize(
    ("reward", "n", "expected"),
    [
        (1.0, 0, 2.0),
        (1.0, 50, 1.5),
        (1.0, 100, 1.0),
        (0.0, 0, -10.0),
        (0.0, 50, -5.0),
        (0.0, 200, 0.0),
    ],
)
def test_cosine_goes_from_one_value_to_the_other(reward: float, n: int, expected: float) -> None:
    assert cosine_length(reward, n, max_tokens=100) == pytest.approx(expected)
