from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.scanning import matches

pieces = st.sampled_from(["<a>", "<", ">", "<b", "a", " " * 400, "x" * 90])


@given(st.lists(pieces, max_size=40).map("".join))
def test_matches_are_those_of_the_pattern(text: str) -> None:
    pattern = re.compile("<(?:a>|b)")
    assert [found.span() for found in matches(pattern, "<", text)] == [
        found.span() for found in pattern.finditer(text)
    ]
