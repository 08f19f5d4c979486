from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_service.surrogates import json_value, mended

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # surrogates too


@given(ANY_TEXT)
def test_mended_text_can_be_written_and_has_its_length(text: str) -> None:
    assert len(mended(text).encode().decode()) == len(text)


@given(st.text())
def test_text_that_can_be_written_is_left_alone(text: str) -> None:
    assert mended(text) == text


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert mended("\u00e9\ud800\udc00") == "\u00e9\ufffd\ufffd"


@given(ANY_TEXT)
def test_json_with_lone_surrogates_is_read_as_it_says(text: str) -> None:
    assert json_value(json.dumps({"a": [text]}).encode()) == json.loads(json.dumps({"a": [text]}))


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 200_000, b'"\\ud800" nonsense'])
def test_what_is_no_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        json_value(raw)


def test_a_number_of_more_digits_than_python_reads_is_infinite() -> None:
    digits = "1" * 4301
    raw = f'{{"a": {digits}, "b": [-{digits}, {digits}.5], "c": -{digits[1:]}}}'

    value = json_value(raw.encode())

    assert value == {"a": math.inf, "b": [-math.inf, math.inf], "c": -int(digits[1:])}
