from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.math.string_rules import same_by_rules


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("7", "7"),
        ("7", " 7. "),
        ("7", "$7$"),
        ("7", r"\(7\)"),
        ("7", "+7"),
        ("7", "7.0"),
        (r"\boxed{7}", "7"),
        ("2.5", "2.50"),
        ("0.5", ".5"),
        ("1234", "1,234"),
        ("1234567.5", "1,234,567.5"),
        ("10000", r"10\,000"),
        ("10000", "10 000"),
        ("10000", "10{,}000"),
        (r"\frac{1}{2}", r"\frac12"),
        (r"\frac{1}{2}", r"\dfrac{1}{2}"),
        (r"\frac{1}{2}", r"\tfrac 12"),
        (r"\frac{1}{2}", r"\frac1{2}"),
        (r"\frac{1}{2}", r"\frac{1}2"),
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{12}{35}", "12/35"),
        (r"-\frac{1}{2}", "-1/2"),
        (r"1\frac{1}{4}", "1 1/4"),
        (r"1\frac14", "1 1/4"),
        (r"\sqrt{2}", r"\sqrt2"),
        (r"x^{2}", "x^2"),
        (r"\left( 1, 2 \right)", "(1,2)"),
        (r"\text{east}", "east"),
        (r"\mathrm{A}", "A"),
        ("5", r"5\text{ cm}"),
        ("5", "5 apples"),
        (r"5\text{ cm}", r"5\ \mathrm{cm}"),
        (r"12\text{ square feet}", "12 square feet"),
        (r"12\text{ cm}^2", "12"),
        ("45", r"45^\circ"),
        ("45", r"45^{\circ}"),
        (r"45^\circ", "45°"),
        ("50", r"50\%"),
        ("50%", r"50\%"),
        ("10", r"\$10"),
        ("10", "€10"),
        ("x=5", "5"),
        ("5", "x = 5"),
        ("x=5", "x = 5"),
        (r"x \leq 2", r"x\le 2"),
        ("x≤2", r"x \leqslant 2"),
        (r"\pi r^2", r"\pi  r^{2}"),
        (r"2\pi", "2π"),
        ("123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890"),
        ("7", "**7**"),
        (r"\$5", r"5\text{ dollars}"),
        (r"1.5\times 10^3", r"1.5 \cdot 10^{3}"),
        ("2x", "2 x"),
        (r"\{1, 2\}", r"\left\{1,2\right\}"),
    ],
)
def test_the_rules_make_them_one_text(gold: str, answer: str) -> None:
    assert same_by_rules(gold, answer)
    assert same_by_rules(answer, gold)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("7", ""),
        ("", ""),
        ("$$", r"\(\)"),
        ("7", "8"),
        ("7", "7, 8"),
        ("7", "7 or 8"),
        ("7", r"7\text{ is wrong, 8}"),
        ("7", "3+4=7"),
        ("7", "1=2=7"),
        ("7", "8=7"),
        ("7", "77"),
        ("7", "-7"),
        ("7", r"\pm 7"),
        ("7", "7x"),
        ("7", "7 m"),
        ("5 m", "5"),
        (r"5\text{ cm}", r"5\text{ m}"),
        (r"5\text{ cm}", r"5\text{ cm}^2"),
        (r"5\text{ cm}", r"5\%"),
        ("50%", "0.5"),
        ("x=5", "y=5"),
        ("5", "x=y=5"),
        (r"\frac{11}{4}", "1 1/4"),
        ("11/4", "1 1/4"),
        (r"\frac{5}{4}", "1 1/4"),
        ("1234", "(1,234)"),
        ("(1234)", "(1,234)"),
        ("1", "0,1"),
        ("01", "0,1"),
        ("1234", "1,2,3,4"),
        ("52_8", "528"),
        ("1010_2", "1010_3"),
        ("e", "E"),
        ("east", "seat"),
        ("listen", "silent"),
        (r"\pi", "3.14"),
        ("(1,2)", "[1,2)"),
        ("(1,2)", r"\{1,2\}"),
        ("(1,2)", "(2,1)"),
        ("x>2", r"x\ge 2"),
        ("0.0000001", "0.0000002"),
        ("123456789012345678901234567890", "123456789012345678901234567891"),
        ("10^{20}", "10^{20}+1"),
        ("2i", "2j"),
        ("1 2", "12"),
        ("23", "2**3"),
        ("7", "7*"),
        ("7", "7..."),
        ("7", "...7"),
        ("7", r"7\text{ dozen}"),
        (r"\$5", r"5\text{ cents}"),
        (r"\$5", r"5\%"),
        (r"\vec{a}\cdot\vec{b}", r"\vec{a}\times\vec{b}"),
        ("78", "$7$8$"),
        ("no solution", "nosolution"),
        ("5", r"5\text{ dozens}"),
        ("5", r"5\text{ millions}"),
        ("5", r"5\text{ ppm}"),
        ("5", r"5\text{ square roots}"),
        ("5", r"5\text{ cube}"),
        (r"\frac12", r"\frac12\%"),
        ("0.5", r"0.5\%"),
    ],
)
def test_the_rules_keep_them_apart(gold: str, answer: str) -> None:
    assert not same_by_rules(gold, answer)
    assert not same_by_rules(answer, gold)


texts = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from([*"{}\\$12,./=x^_% ", r"\frac", r"\sqrt", r"\text{", "cm", " or "]),
        max_size=20,
    ).map("".join),
)


@given(texts, texts)
def test_the_verdict_is_symmetric(one: str, other: str) -> None:
    assert same_by_rules(one, other) == same_by_rules(other, one)


@given(texts)
def test_a_text_is_itself_unless_it_is_blank(text: str) -> None:
    assert same_by_rules(text, text) == bool(text.strip())


@pytest.mark.parametrize(
    "piece", ["9", "1,", "1 ", "{", "\\frac", "a", "1/", "\\text{", "cm ", ".0"]
)
def test_long_texts_cost_little(piece: str) -> None:
    long = piece * (100_000 // len(piece))
    with no_hang():
        assert same_by_rules(long, long)
        for size in (990, 100_000):
            assert not same_by_rules("7" + long[:size], "7" + long[:size] + "8")
