from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.thinking import (
    TAG_PAIRS,
    after_thinking,
)
from reward_verifiers.specs import Thinking

pieces = st.lists(
    st.one_of(st.text(max_size=5), st.sampled_from([tag for pair in TAG_PAIRS for tag in pair])),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(("opens", "closes"), TAG_PAIRS)
def test_only_what_follows_the_last_closing_tag_is_judged(opens: str, closes: str) -> None:
    completion = f"{opens}first{closes} between {opens}second{closes} answer"
    assert after_thinking(completion, Thinking.STRIP) == " answer"


@pytest.mark.parametrize(("opens", "closes"), TAG_PAIRS)
def test_the_opening_tag_may_stand_in_the_prompt(opens: str, closes: str) -> None:
    assert after_thinking(f"thoughts{closes}answer", Thinking.STRIP) == "answer"


@pytest.mark.parametrize(("opens", "closes"), TAG_PAIRS)
def test_unclosed_thinking_leaves_nothing(opens: str, closes: str) -> None:
    assert after_thinking(f"{opens} so the answer is 7", Thinking.STRIP) is None
    assert after_thinking(f"a{closes} 7 {opens} or 8", Thinking.STRIP) is None


def test_thinking_that_another_kind_of_tag_seems_to_close_stays_open() -> None:
    completion = "<think> <reasoning>sub</reasoning> answer"
    assert after_thinking(completion, Thinking.STRIP) is None


def test_thinking_nested_in_thinking_is_cut_off_with_it() -> None:
    completion = "<think> <reasoning>sub</reasoning> more </think>answer"
    assert after_thinking(completion, Thinking.STRIP) == "answer"


def test_a_second_closing_tag_hides_what_stands_before_it() -> None:
    assert after_thinking("a</think> 7 </think> 8", Thinking.STRIP) == " 8"


@pytest.mark.parametrize(
    "text", ["", "7", "I think 7 > 6", "a thought", "<Think> 7", "< think > 7"]
)
def test_a_completion_without_tags_is_judged_whole(text: str) -> None:
    assert after_thinking(text, Thinking.STRIP) == text
    assert after_thinking(text, Thinking.REQUIRE) is None


def test_require_judges_what_follows_the_tag() -> None:
    assert after_thinking("x</think>7", Thinking.REQUIRE) == "7"
    assert after_thinking("<think>x</think>", Thinking.REQUIRE) == ""
    assert after_thinking("<think>x", Thinking.REQUIRE) is None


def after_the_last_closing_tag(text: str) -> str | None:
    """The same by searching for every tag from the end, as the docstring tells it."""
    end = 0
    for opens, closes in TAG_PAIRS:
        closed_at = text.rfind(closes)
        if text.rfind(opens) > closed_at:
            return None
        if closed_at != -1:
            end = max(end, closed_at + len(closes))
    return text[end:]


@given(pieces)
def test_every_tag_is_seen_wherever_it_stands(text: str) -> None:
    assert after_thinking(text, Thinking.STRIP) == after_the_last_closing_tag(text)


@given(pieces)
def test_keep_returns_everything(text: str) -> None:
    assert after_thinking(text, Thinking.KEEP) == text


@given(pieces)
def test_what_is_left_is_an_end_of_the_completion_without_tags(text: str) -> None:
    rest = after_thinking(text, Thinking.STRIP)
    if rest is not None:
        assert text.endswith(rest)
        assert not any(tag in rest for pair in TAG_PAIRS for tag in pair)
