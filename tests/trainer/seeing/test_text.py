"""Numbers and times, short."""

from __future__ import annotations

import pytest

from reward_trainer.seeing.text import seconds, shown, told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.51234, "0.512"),
        (12.34, "12.3"),
        (312.4, "312"),
        (4213.0, "4,213"),
        (1e-6, "1.00e-06"),
        (-0.25, "-0.25"),
        (None, "-"),
        (float("inf"), "-"),
        ("7", "-"),
        (True, "-"),
    ],
)
def test_a_number_is_short(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.42, "0.4 s"), (12, "12 s"), (200, "3:20"), (14_600, "4:03:20"), (187_200, "2 d 04 h")],
)
def test_a_time_is_as_people_say_it(value: float, text: str) -> None:
    assert seconds(value) == text


def test_an_event_is_one_line() -> None:
    event = {"step": 3, "event": "refused", "source": "math", "prompts": 2, "rows": ["a:1", "a:7"]}
    assert told(event) == "step 3 refused: source math, prompts 2, rows a:1 a:7"
