"""When a program's output is what was expected."""

from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.code.compare import first_difference, near, same_output
from reward_verifiers.code_spec import Comparison, FloatTolerance

MICRO = FloatTolerance.model_validate({"float": 1e-6})
RULES = [Comparison.TOKENS, Comparison.EXACT, MICRO]


def tokens(got: str, expected: str) -> bool:
    return same_output(got.encode(), expected, Comparison.TOKENS)


def exact(got: str, expected: str) -> bool:
    return same_output(got.encode(), expected, Comparison.EXACT)


def within(got: str, expected: str) -> bool:
    return same_output(got.encode(), expected, MICRO)


@pytest.mark.parametrize(
    ("got", "expected"),
    [("1 2\n3", "1\n2  3\n"), ("a\r\nb", "a b"), ("", "\n \n"), ("\t7", "7")],
)
def test_white_space_does_not_count_between_words(got: str, expected: str) -> None:
    assert tokens(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ("yes", "YES"),
        ("1.0", "1"),
        ("01", "1"),
        ("+1", "1"),
        ("1 2", "12"),
        ("1", "1 2"),
        ("1 2 3", "1 2"),
        ("", "1"),
        ("1", ""),
        ("1000000007", "1000000008"),
        ("1\u00a02", "1 2"),
        ("１", "1"),
    ],
)
def test_words_are_equal_as_they_stand(got: str, expected: str) -> None:
    assert not tokens(got, expected)


def test_a_right_prefix_or_the_same_words_in_another_order_are_wrong() -> None:
    assert not tokens("1\n2\n", "1\n2\n3\n")
    assert not tokens("2 1", "1 2")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("any_order", [False, True])
def test_bytes_that_are_no_text_are_equal_to_nothing(rule: Comparison, any_order: bool) -> None:
    for got in (b"\xff", b"caf\xe9", b"1\xff", b"\xed\xa0\x80"):
        for expected in ("\ufffd", "café", "1\ufffd", "", "?"):
            assert not same_output(got, expected, rule, any_order=any_order)


def test_exact_forgives_white_space_at_ends_alone() -> None:
    assert exact("a b  \nc\n\n", "a b\nc")
    assert exact("a\r\nb", "a\nb")
    assert not exact("a  b", "a b")
    assert not exact(" a", "a")
    assert not exact("a\n\nb", "a\nb")
    assert not exact("a", "a\n\nb")
    assert not exact("\na", "a")


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ("0.3333333", "0.33333333"),
        ("1.0", "1"),
        ("1", "1.0"),
        ("2.0000001", "2"),
        ("1e3", "1000.0"),
        (".5", "0.5"),
        ("-0.0", "0"),
        ("1000000.1", "1000000.2"),
        ("x 0.5000001 y", "x 0.5 y"),
    ],
)
def test_numbers_with_a_point_may_differ_by_the_tolerance(got: str, expected: str) -> None:
    assert within(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ("0.33", "0.3333333"),
        ("1000000007", "1000000008"),
        ("1000000007.0", "1000000008"),
        ("4_2.0", "42.0"),
        ("１.0", "1.0"),
        ("nan", "0.5"),
        ("inf", "1e308"),
        ("1e999", "inf"),
        ("1e999", "2e999"),
        ("0x1.0", "1.0"),
        ("1.0f", "1.0"),
        ("1.0 2.0", "1.0"),
        ("", "0.0"),
    ],
)
def test_a_tolerance_forgives_no_whole_numbers_and_no_words(got: str, expected: str) -> None:
    assert not within(got, expected)


def test_infinities_and_nan_are_words() -> None:
    assert within("nan inf", "nan inf")
    assert not within("Inf", "inf")


def test_lines_in_any_order_count_as_often_as_they_stand() -> None:
    def lines(got: str, expected: str) -> bool:
        return all(same_output(got.encode(), expected, rule, any_order=True) for rule in RULES)

    assert lines("2 x\n\n1\n2 x\n", "1\n2 x\n2 x")
    assert not lines("1\n1\n2", "1\n2\n2")
    assert not lines("1\n2\n", "1\n2\n2")
    assert not lines("1\n2\n3\n", "1\n2")
    assert not lines("x 2", "2 x")
    assert same_output(b"0.5000001\n7.25", "7.2500001\n0.5", MICRO, any_order=True)
    assert not same_output(b"0.5\n0.5", "0.5\n7.5", MICRO, any_order=True)


words = st.lists(st.sampled_from(["a", "bc", "1", "1.0", "-3", "é", "nan"]), max_size=8)
space = st.sampled_from([" ", "\n", "  \n", "\t"])


@settings(deadline=None)
@given(words, space, space)
def test_an_output_is_what_was_expected_however_it_is_spaced(
    texts: list[str], one: str, other: str
) -> None:
    assert tokens(one.join(texts), other.join(texts) + one)
    assert within(one.join(texts), other.join(texts))


@settings(deadline=None)
@given(words, words)
def test_tokens_agree_with_lists_of_words(one: list[str], other: list[str]) -> None:
    assert tokens(" ".join(one), "\n".join(other)) == (one == other)


@settings(deadline=None)
@given(st.binary(max_size=50), st.text(max_size=50), st.sampled_from(RULES), st.booleans())
def test_any_bytes_are_compared(got: bytes, expected: str, rule: Comparison, order: bool) -> None:
    try:
        expected.encode()
    except UnicodeEncodeError:
        return
    same = same_output(got, expected, rule, any_order=order)
    if same and rule is not MICRO and not order:
        assert got.split() == expected.encode().split()
    first_difference(got, expected, 20)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(1e-12, 1e-3))
def test_a_number_is_near_itself_and_not_near_twice_its_tolerance(
    value: float, tolerance: float
) -> None:
    text = repr(value)
    other = repr(value + 2.1 * max(tolerance, tolerance * abs(value)))
    assert near(text.encode(), text.encode(), tolerance) == ("inf" not in text)
    if tolerance * abs(value) < 1e290:
        assert not near(other.encode(), text.encode(), tolerance)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("any_order", [False, True])
def test_five_megabytes_are_compared_in_seconds(rule: Comparison, any_order: bool) -> None:
    line = b"12345 6.5 abc " + b" " * 10 + b"\n"
    texts = [
        (line * 200_000, b"1" + line * 200_000),
        (b" " * 5_000_000 + b"x", b" " * 5_000_000 + b"y"),
        (b"1.5" * 1_700_000, b"1.5" * 1_700_000 + b"1"),
        (b"\n" * 5_000_000 + b"x", b"y"),
    ]
    with no_hang():
        for got, expected in texts:
            assert not same_output(got, expected.decode(), rule, any_order=any_order)


def test_a_difference_is_shown_with_its_line() -> None:
    assert first_difference(b"1\n2\n4\n", "1\n2\n3\n", 20) == ("line 3: 4\n", "line 3: 3\n")
    assert first_difference(b"", "3", 20) == ("", "3")
    got, expected = first_difference(b"x" * 5000 + b"a", "x" * 5000 + "b", 20)
    assert got.endswith("xa")
    assert expected.endswith("xb")
