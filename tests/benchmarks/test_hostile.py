"""The hostile families are what they say: many, distinct, and bounded in size."""

from __future__ import annotations

import pytest

from benchmarks.hostile import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_varies_with_its_number_and_closes_its_braces(family: str) -> None:
    answers = [FAMILIES[family](number) for number in (0, 1, 7)]
    assert len(set(answers)) == 3
    for answer in answers:
        assert answer.count("{") == answer.count("}")
        assert len(answer) <= 100_000
