"""A text's readings, and the texts that loose judging tries."""

from __future__ import annotations

import pytest

from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.variants import loose


def raws(text: str) -> list[str]:
    return [variant.raw for variant in loose(text)]


def test_the_loose_texts_come_in_their_order() -> None:
    assert raws("*a*\n b*\n*c*") == [
        "*a*\n b*\n*c*",
        "a\n b\nc",
        "b*\n*c*",
        "*a*\n b*",
        "b*",
        "b\nc",
        "a\n b",
        "b",
    ]


def test_equal_loose_texts_are_one() -> None:
    assert raws("a\nb\nc") == ["a\nb\nc", "b\nc", "a\nb", "b"]


def test_blank_loose_texts_are_left_out() -> None:
    assert raws("one line") == ["one line"]
    assert raws("***") == ["***"]
    assert raws(" \n\t") == []


@pytest.mark.parametrize(("raw", "blank"), [("", True), (" \n\u3000", True), (" a ", False)])
def test_blank(raw: str, blank: bool) -> None:
    assert Text(raw).blank is blank


def test_readings() -> None:
    text = Text(" Hi There.\nIt's a\r\nDAY. ")
    assert text.lower == " hi there.\nit's a\r\nday. "
    assert text.stripped == "Hi There.\nIt's a\r\nDAY."
    assert text.lines == (" Hi There.", "It's a\r", "DAY. ")
    assert text.sentences == (" Hi There.", "It's a\r\nDAY.")
    assert text.n_sentences == 2
    assert text.word_runs == ("Hi", "There", "It", "s", "a", "DAY")
    assert text.n_word_runs == 6
    assert text.n_capital_words == 1


def test_a_reading_is_worked_out_once() -> None:
    text = Text("One. Two.")
    assert text.sentences is text.sentences
    assert text.words is text.words


def test_a_text_without_letters_has_no_language() -> None:
    assert Text("1 + 1 = 2").language is None
