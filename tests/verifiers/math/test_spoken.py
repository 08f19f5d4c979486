from __future__ import annotations

import pytest

from reward_verifiers.math import judge
from reward_verifiers.math.spoken import spoken_integer
from reward_verifiers.specs import MathSpec


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", 0),
        ("seven", 7),
        ("thirteen", 13),
        ("twenty", 20),
        ("seventy two", 72),
        ("one hundred", 100),
        ("a hundred", 100),
        ("one hundred five", 105),
        ("one hundred and five", 105),
        ("nine hundred ninety nine", 999),
        ("two thousand", 2000),
        ("two thousand and six", 2006),
        ("twelve hundred", 1200),
        ("twenty one thousand three hundred and forty", 21_340),
        ("minus seven", -7),
        ("negative two hundred and one", -201),
        ("nine hundred and ninety nine thousand nine hundred and ninety nine", 999_999),
    ],
)
def test_numbers_in_words(text: str, value: int | None) -> None:
    assert spoken_integer(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "and", "hundred", "thousand", "minus", "seven two", "twenty zero", "ten five"),
        *("five twenty", "twenty and five", "one hundred two hundred", "one thousand two thousand"),
        *("zero hundred", "seven apples", "two million", "one and two", "hundred " * 50),
    ],
)
def test_what_is_no_number_in_words(text: str) -> None:
    assert spoken_integer(text) is None


@pytest.mark.parametrize(
    ("gold", "answer", "score"),
    [
        ("72", r"\text{seventy-two}", 1.0),
        ("72", "seventy two", 1.0),
        (r"\text{one hundred and five}", "105", 1.0),
        ("-7", r"\text{negative seven}", 1.0),
        ("7", r"\text{negative seven}", 0.0),
        ("25", "twenty, five", 0.0),
        ("105", "one hundred, five", 0.0),
        ("20, 5", "twenty and five", 1.0),
        ("72", r"72\text{ clips sold}", 1.0),
        ("72", r"72\text{ clips altogether}", 1.0),
        ("72", r"72\text{ altogether}", 1.0),
        ("72", r"72\text{ clips doubled}", 0.0),
        ("72", r"72\text{ wrong sold}", 0.0),
    ],
)
def test_numbers_and_counts_in_answers(gold: str, answer: str, score: float) -> None:
    assert judge(answer, MathSpec(gold=gold)).score == score
