from __future__ import annotations

from collections import Counter

from benchmarks.instructions import COUNTS, responses
from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.registry import read_spec, verifier


def test_the_instructions_are_asked_as_often_as_in_the_official_data() -> None:
    made = responses(0)
    assert set(COUNTS) == set(CLASSIC)
    assert Counter(name for one in made for name in one.ids) == COUNTS
    assert (len(made), sum(COUNTS.values())) == (541, 834)


def test_the_responses_are_prose_that_follows_about_half() -> None:
    made = responses(1)
    assert 1_000 <= sum(len(one.text) for one in made) / len(made) <= 1_400
    assert len({one.text for one in made}) > 530
    followed = [
        instruction["followed"]
        for one in made
        for instruction in verifier("ifeval")
        .verify(
            one.text,
            read_spec({"domain": "ifeval", "instruction_id_list": one.ids, "kwargs": one.kwargs}),
        )
        .details["instructions"]
    ]
    assert 0.35 <= sum(followed) / len(followed) <= 0.65
