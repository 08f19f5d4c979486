from __future__ import annotations

import sys
import unicodedata

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.unicode import MAX_GROWTH, MAX_MARKS, compatible, unaccented

N = 100_000


@given(st.text())
def test_ordinary_text_gets_the_standard_form(text: str) -> None:
    if "\ufdfa" not in text and "\ufdfb" not in text:
        assert compatible(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\uff21", "A"),
        ("\u24b8", "C"),
        ("\u00bd", "1\u20442"),
        ("e\u0301", "\u00e9"),
        ("\u1ec7", "\u1ec7"),  # two marks
    ],
)
def test_characters_become_what_they_stand_for(text: str, plain: str) -> None:
    assert compatible(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"), [("caf\u00e9", "cafe"), ("\u1ec7", "e"), ("\uff21\u0308", "A"), ("a", "a")]
)
def test_unaccented_text_has_no_marks(text: str, plain: str) -> None:
    assert unaccented(text) == plain


@pytest.mark.parametrize(
    "marks",
    [
        "\u0301\u0316",
        "\u0f73",  # a base by its class, two marks by what it stands for
        "\uff9e\u0301",
        "\U0001d167\u0301",
    ],
)
def test_a_run_of_marks_is_cut(marks: str) -> None:
    with no_hang():
        plain = compatible("e" + marks * N)
    assert len(plain) <= 1 + 2 * MAX_MARKS
    assert unaccented("e" + marks * N) == "e"


def test_as_many_marks_as_any_writing_has_stay() -> None:
    text = "e" + "\u0316" * MAX_MARKS
    assert compatible(text + "f") == text + "f"


@given(st.text(alphabet=st.sampled_from("\ufdfa\ufdfb\u3316\u33afe\u0301")))
def test_a_text_grows_by_a_bounded_factor(text: str) -> None:
    assert len(compatible(text)) <= MAX_GROWTH * len(text)


def test_no_character_grows_by_more_than_the_bound() -> None:
    everything = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    assert max(len(compatible(char)) for char in everything) == MAX_GROWTH
