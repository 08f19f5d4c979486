"""What is off the paper's protocol is told by name."""

from __future__ import annotations

from typing import Any

import pytest

from reward_trainer.evaluation.protocol import differences
from reward_trainer.evaluation.suite import chosen
from reward_trainer.evaluation.writer import Terms

PLACE = "hub:HuggingFaceH4/MATH-500@test"


def told(**given: Any) -> dict[str, str]:
    (benchmark,) = chosen(["math500"])
    usual: dict[str, Any] = {"terms": Terms(), "source": "", "limit": None, "chat": True}
    found = differences(benchmark, **usual | given)
    return {name: str(difference) for name, difference in found.items()}


def test_by_the_protocol_nothing_differs() -> None:
    assert told() == {}
    assert told(source=PLACE) == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"source": "my/sums.jsonl"}, {"items": f"my/sums.jsonl, not {PLACE}"}),
        ({"limit": 20}, {"limit": "20, not all"}),
        ({"chat": False}, {"prompts": "as they are, not in the chat template"}),
        ({"terms": Terms(samples=4)}, {"samples": "4, not 16"}),
        ({"terms": Terms(temperature=1.0)}, {"temperature": "1.0, not 0.6"}),
        ({"terms": Terms(top_p=1.0)}, {"top_p": "1.0, not 0.95"}),
        ({"terms": Terms(max_tokens=12)}, {"max_tokens": "12, not 32,768"}),
    ],
)
def test_each_difference_is_told(given: dict[str, Any], expected: dict[str, str]) -> None:
    assert told(**given) == expected


def test_all_differences_are_told_at_once() -> None:
    terms = Terms(samples=4, max_tokens=12)
    assert set(told(source="my/sums.jsonl", terms=terms)) == {"items", "samples", "max_tokens"}
