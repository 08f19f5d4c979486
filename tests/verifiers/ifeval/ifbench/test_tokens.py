"""Ways to get by without cutting a whole text into tokens: they find what cutting finds."""

from __future__ import annotations

from random import Random

import pytest
from verifiers.ifeval.ifbench.material import ODD, WORDS, prose

from reward_verifiers.ifeval.ifbench.tokens import first_words, may_hold
from reward_verifiers.ifeval.text.text import Text


def texts() -> list[Text]:
    rng = Random(0)
    made = [prose(rng, 1, 4) for _ in range(50)]
    made += [(rng.choice(ODD) + " " + rng.choice(WORDS)) * 400 for _ in range(100)]
    made += ["".join(rng.choice((*ODD, *WORDS, " ")) for _ in range(600)) for _ in range(50)]
    return [Text(text) for text in made if text.strip()]


def test_the_first_words_are_those_of_the_text() -> None:
    for text in texts():
        assert tuple(first_words(text)[:3]) == text.words[:3], text


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_each_token_may_be_held(change: type[str]) -> None:
    for text in texts():
        for token in set(text.words):
            assert may_hold(text.raw, change(token)), token


def test_what_is_not_there_cannot_be_a_token() -> None:
    assert not may_hold("The end.", "whisper")
