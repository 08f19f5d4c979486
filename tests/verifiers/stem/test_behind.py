"""The unit behind a box: where it belongs to the number, and where it is prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.behind import unit_at_start
from reward_verifiers.specs import Thinking
from reward_verifiers.stem.behind import with_unit_behind
from reward_verifiers.units import read_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (" m.", "m"),
        (r"\ \text{mV}$", r"\text{mV}"),
        (r"\,\mathrm{kg\,m/s^2}$", r"\mathrm{kg\,m/s^2}"),
        (" meters per second and so on", "meters per second"),
        (" V is the voltage", "V"),
        ("** V", "V"),
        ("} m) of it", "m"),
        (r"^\circ$", r"^\circ"),
        (r"$\%$", r"\%"),
        (" (in km/h)", "(km/h)"),
        (r"\text{ cm} = 50 mm", r"\text{ cm}"),
        (" in.", "in"),
        (" cm$^2$.", "cm^2"),
        (" in the end", None),
        (" A body", None),
        (" as it should be", None),
        (" so m is 3", None),
        (". So m is 3", None),
        ("\nm is the mass", None),
        (" F = ma", None),
        (r"^2 \text{ m}", None),
        (r" \times 10^3 m", None),
        (" apples", None),
        (" or 6 m", None),
        ("", None),
    ],
)
def test_units_and_prose_behind_a_number(text: str, unit: str | None) -> None:
    assert unit_at_start(text) == unit


def test_no_word_is_cut_short_to_a_unit() -> None:
    for spaces in range(200):
        completion = r"\boxed{5}" + r"\qquad" * (spaces % 25) + " " * spaces + "mansions"
        assert with_unit_behind("5", completion, Thinking.STRIP) == "5"


@pytest.mark.parametrize(
    "answer", ["5 m", r"5\,\text{s}", "four", "5 of them", "5 valence electrons", "x" * 2000]
)
def test_an_answer_that_is_no_bare_number_stays_as_it_is(answer: str) -> None:
    completion = rf"\boxed{{{answer}}} kg"
    assert with_unit_behind(answer, completion, Thinking.STRIP) == answer


def test_the_unit_is_that_of_the_question_that_was_answered() -> None:
    completion = "\\boxed{5} m\n\nQuestion: And in other units?\n\\boxed{5} km"
    assert with_unit_behind("5", completion, Thinking.STRIP) == "5 m"


def test_the_unit_in_the_thinking_is_not_read() -> None:
    completion = r"<think>\boxed{5} km</think>\boxed{5}"
    assert with_unit_behind("5", completion, Thinking.STRIP) == "5"


@given(st.text(alphabet="m sV/$\\{}()^.,=2inatext", max_size=60))
def test_what_is_found_is_always_a_unit(text: str) -> None:
    found = unit_at_start(text)
    assert found is None or read_unit(found) is not None
