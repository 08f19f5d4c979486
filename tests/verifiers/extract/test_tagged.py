from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.tagged import Tagged, last_tagged


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("<answer>7</answer>", "7"),
        ("so <answer>\n 7 \n</answer>.", "7"),
        ("<answer>6</answer> no, <answer>7</answer>", "7"),
        ("<answer></answer>", ""),
        ("put it in <answer> tags: <answer>7</answer>", "7"),
        ("<answer>6 <answer>7</answer>", "7"),
        ("<answer>6 <answer>7</answer> 8</answer>", "7"),
        ("<answer>7</answer></answer>", "7"),
        ("</answer><answer>7</answer>", "7"),
        ("<answer>7</answer> Again: <answer>7", "7"),
        ("<answer>[1, 2]</answer>\n<answer>[1,", "[1, 2]"),
        ("<answer>7</answer><answer>", "7"),
        ("<answer>a < b</answer>", "a < b"),
    ],
)
def test_the_last_tags_hold_the_answer(text: str, body: str) -> None:
    assert last_tagged(text) == Tagged(body, closed=True)


@pytest.mark.parametrize(
    "text",
    ["<answer>7", "<answer>6</answer> no: <answer>7", "<answer><answer>7", "</answer><answer>"],
)
def test_tags_that_are_cut_off_are_not_closed(text: str) -> None:
    found = last_tagged(text)
    assert found is not None
    assert not found.closed


@pytest.mark.parametrize(
    "text", ["", "7", "</answer>", "<Answer>7</Answer>", "<answer >7</answer>"]
)
def test_anything_else_is_no_tag(text: str) -> None:
    assert last_tagged(text) is None


@given(before=st.text(), body=st.text(), after=st.text(alphabet="ab <>/\n"))
def test_what_is_put_in_tags_comes_out(before: str, body: str, after: str) -> None:
    if "<answer>" in body + after or "</answer>" in body:
        return
    found = last_tagged(f"{before}<answer>{body}</answer>{after}")
    assert found == Tagged(body.strip(), closed=True)


@pytest.mark.parametrize(
    "text",
    [
        "<answer>" * 200_000,
        "<answer></answer>" * 100_000,
        "<answer>" * 100_000 + "</answer>" * 100_000,
        "<answer>" + "</answer" * 200_000,
        "<answer>" + "x" * 1_000_000 + "</answer><answer>" + "x" * 999_999,
    ],
)
def test_floods_of_tags_are_read_in_linear_time(text: str) -> None:
    with no_hang():  # the package's own reader takes half a minute for a tenth of this
        last_tagged(text)


@pytest.mark.parametrize(
    ("between", "several"),
    [
        (" or ", True),
        (" or maybe ", True),
        (", ", True),
        (" and ", True),
        (" / ", True),
        ("\nor\n", True),
        (" ", False),
        ("\n", False),
        (" or else: ", True),
        (" No: ", False),
        (" Correction: ", False),
        (" No, wait: ", False),
        (" is wrong. It is ", False),
        (" or" * 40 + " ", False),
    ],
)
def test_answers_joined_in_one_sentence_are_several(between: str, several: bool) -> None:
    last = last_tagged(f"<answer>8</answer>{between}<answer>7</answer>")
    assert last == Tagged("7", closed=True, is_one_of_several=several)
    again = last_tagged(f"<answer>7</answer>{between}<answer>7</answer>")
    assert again == Tagged("7", closed=True)
