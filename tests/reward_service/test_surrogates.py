from __future__ import annotations

import json
import math
from itertools import product

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_service.surrogates import MAX_DEPTH, is_deep, json_value, mended

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


# --- depth ----------------------------------------------------------------------------------------

LONE = b'"\\ud800"'  # the fast reader refuses it
JSON = st.recursive(
    st.none() | st.integers() | st.text('a"\\\\[]{}', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def nested(depth: int, inside: bytes = LONE) -> bytes:
    return b"[" * depth + inside + b"]" * depth


@pytest.mark.parametrize("inside", [b"1", LONE])
def test_both_readers_go_equally_deep(inside: bytes) -> None:
    json_value(nested(MAX_DEPTH, inside))
    with pytest.raises(ValueError, match=f"more than {MAX_DEPTH} deep"):
        json_value(nested(MAX_DEPTH + 1, inside))


@pytest.mark.parametrize(
    "pad", [b"", b'"' + b"[" * 300 + b'",', b'"\\\\","\\"' + b"[" * 300 + b'",']
)
def test_brackets_in_strings_do_not_count(pad: bytes) -> None:
    assert not is_deep(b"[" + pad + nested(MAX_DEPTH - 1) + b"]")
    assert is_deep(b"[" + pad + nested(MAX_DEPTH) + b"]")


@given(JSON, st.integers(0, 300))
def test_depth_is_that_of_the_value(value: object, around: int) -> None:
    def depth(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0) if isinstance(value, list | dict) else 0

    raw = nested(around, json.dumps(value).encode())
    assert is_deep(raw) == (around + depth(value) > MAX_DEPTH)


def test_depth_is_counted_over_pieces_however_they_are_cut() -> None:
    for n_before in (65_534, 65_535, 65_536, 65_537, 131_071):
        inside = b'["' + b"[" * n_before + b'",' + nested(MAX_DEPTH - 1) + b"]"
        assert not is_deep(inside)
        assert is_deep(b"[" + inside + b"]")


def test_what_closes_more_than_it_opened_is_no_json_and_left_to_the_reader() -> None:
    assert not is_deep(b"]" * 70_000 + b"[" * 70_000)


@pytest.mark.parametrize("raw", [b"\xff\xfe[\x001\x00]\x00", b"[" * 5 + b"\xff" + b"]" * 5])
def test_what_is_not_utf_8_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        json_value(raw)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert json_value(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize(
    "piece",
    [bytes(marks) for marks in product(b'"\\[]', repeat=2)] + [b'"[\\', b'\\\\"', b"[]{}", b'""[]'],
)
def test_hostile_bodies_cost_no_more_than_their_length(piece: bytes) -> None:
    n_bytes = 4 << 20
    with no_hang():
        is_deep(piece * (n_bytes // len(piece)))  # 0.3 s at most; quadratic would take hours
