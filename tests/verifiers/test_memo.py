"""What is kept of specs stays within its bytes, and is right."""

from __future__ import annotations

from collections import Counter

import pytest

from reward_verifiers.memo import Memo


def test_a_result_is_worked_out_once() -> None:
    asked: Counter[str] = Counter()

    def upper(text: str) -> str:
        asked[text] += 1
        return text.upper()

    memo = Memo(upper)
    assert [memo("a"), memo("b"), memo("a")] == ["A", "B", "A"]
    assert asked == {"a": 1, "b": 1}


def test_nothing_is_a_result_like_any_other() -> None:
    asked: list[str] = []
    memo = Memo(asked.append)
    assert memo("a") is None
    assert memo("a") is None
    assert asked == ["a"]


def test_what_is_kept_is_bounded_in_bytes() -> None:
    memo: Memo[tuple[str, ...], dict[str, str]] = Memo(
        lambda texts: {text: text * 2 for text in texts}, max_bytes=100_000
    )
    for n in range(200):
        texts = (f"{n}" * 1000, "x" * n)
        assert memo(texts)[texts[0]] == texts[0] * 2
        assert 0 < memo.held_bytes <= 100_000


def test_what_is_larger_than_all_that_may_be_kept_is_not_kept() -> None:
    memo = Memo(str.upper, max_bytes=1000)
    assert memo("ab" * 5000) == "AB" * 5000
    assert memo.held_bytes == 0


def test_an_error_is_raised_again_and_not_kept() -> None:
    memo = Memo(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            memo("x")
    assert memo.held_bytes == 0
