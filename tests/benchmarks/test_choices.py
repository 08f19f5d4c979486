from __future__ import annotations

import pytest

from benchmarks.choices import HOSTILE, rows
from reward_verifiers.registry import read_spec


def test_half_of_the_choice_rows_name_the_gold_at_their_end() -> None:
    found = rows(0, 200)
    assert sum(row.right for row in found) == 100
    for row in found:
        read_spec(row.spec)
        last_line = row.completion.rsplit("\n\n", 1)[1]
        named = [
            letter
            for letter in row.spec["options"]
            if any(mark % letter in last_line for mark in ("{%s}", "(%s)", " %s.", " %s*", "*%s*"))
        ]
        assert (named == [row.spec["gold"]]) == row.right, last_line


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_as_long_as_asked(name: str) -> None:
    assert 0.8 * 10_000 <= len(HOSTILE[name](10_000)) <= 1.1 * 10_000
