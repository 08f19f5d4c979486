from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.ifeval.folding import folded, folds_to_lower

ODD = (
    *("s", "S", "\u017f", "k", "K", "\u212a", "i", "I", "\u0131", "\u0130", "\u00df", "\u1e9e"),
    *("\u03c3", "\u03c2", "\u03a3", "\u0390", "\u1fd3", "\ufb05", "\ufb06", "\u00b5", "\u03bc"),
)


def matches(one: str, other: str) -> bool:
    return re.fullmatch(re.escape(one), other, re.IGNORECASE) is not None


def test_characters_that_re_takes_for_equal_are_folded_to_one() -> None:
    """Every cased character against the odd ones and against its own upper and lower cases."""
    every = [chr(point) for point in range(0x20000)]  # beyond these nothing has case
    cased = [char for char in every if char.lower() != char or char.upper() != char]
    for char in cased:
        for other in {*ODD, *char.lower(), *char.upper(), *char.title()}:
            assert (folded(char) == folded(other)) is matches(char, other), (char, other)
    uncased = "".join(sorted(set(every) - set(cased)))
    assert folded(uncased) == uncased


@settings(deadline=None)
@given(st.text(alphabet=[*ODD, "a", "\u4e2d", " "]))
def test_the_length_is_kept(text: str) -> None:
    assert len(folded(text)) == len(text)


@settings(deadline=None)
@given(st.text(alphabet="sik"), st.text(alphabet=[*ODD, "a", "\u00e9"]))
def test_an_ascii_word_is_found_in_lower_case_where_that_is_said_to_do(
    word: str, text: str
) -> None:
    found = re.search(word, text, re.IGNORECASE) is not None
    assert (word in folded(text)) is found
    if folds_to_lower(text):
        assert (word in text.lower()) is found
