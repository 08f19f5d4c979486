"""What the reader makes of notation, and that it bounds its own work."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from reward_verifiers.math.nodes import (
    EMPTY,
    REALS,
    Based,
    Call,
    Choice,
    Clock,
    Congruence,
    Const,
    Family,
    Interval,
    Items,
    Labelled,
    Matrix,
    Neg,
    Num,
    Pow,
    Prod,
    RealSet,
    Root,
    Scalar,
    Sum,
    Sym,
    Value,
    Words,
)
from reward_verifiers.math.numerals import Commas
from reward_verifiers.math.reader import read
from reward_verifiers.math.tokens import UnevaluatedError, UnreadableError

HALF = Scalar(Prod((Num(1),), (Num(2),)))
ONE, TWO = Scalar(Num(1)), Scalar(Num(2))


@pytest.mark.parametrize(
    "text",
    [r"\frac{1}{2}", r"\frac12", r"\frac 1 2", r"\dfrac{1}2", "1/2", "½", "$1/2$", r"\boxed{1/2}."],
)
def test_a_half_in_any_dress_is_a_half(text: str) -> None:
    assert read(text) == HALF


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234,567", 1234567),
        (r"10\,000", 10000),
        ("10{,}000", 10000),
        ("10 000", 10000),
        ("0.50", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("6.02e3", 6020),
        (r"0.\overline{3}", Fraction(1, 3)),
        (r"0.1\dot{6}", Fraction(1, 6)),
        (r"0.\dot{1}4285\dot{7}", Fraction(1, 7)),
        ("0.(09)", Fraction(1, 11)),
        ("0.333...", Fraction(1, 3)),
        ("0.1212...", Fraction(12, 99)),
        ("７", 7),
        ("4\u200b2", 42),
    ],
)
def test_numerals_are_exact(text: str, number: int | Fraction) -> None:
    assert read(text) == Scalar(Num(number))


@pytest.mark.parametrize(
    ("text", "places"), [("0.50", 2), ("3.1", 1), ("7", None), ("1.5e3", -2), ("2.50e-3", 5)]
)
def test_a_decimal_remembers_how_precisely_it_was_written(text: str, places: int | None) -> None:
    value = read(text)
    assert isinstance(value, Scalar)
    assert isinstance(value.expr, Num)
    assert value.expr.places == places


@pytest.mark.parametrize(
    ("commas", "value"),
    [
        (Commas.AUTO, Scalar(Num(1234))),
        (Commas.SEPARATE, Items("list", (Scalar(Num(1)), Scalar(Num(234))))),
        (Commas.DECIMAL, Scalar(Num(Fraction(1234, 1000)))),
    ],
)
def test_a_comma_is_read_as_asked(commas: Commas, value: Value) -> None:
    assert read("1,234", commas) == value


def test_a_comma_in_brackets_separates() -> None:
    assert read("(1,234)") == Items("tuple", (Scalar(Num(1)), Scalar(Num(234))))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"12\frac{3}{5}", Scalar(Sum((Num(12), Prod((Num(3),), (Num(5),)))))),
        (r"2\frac{x}{3}", Scalar(Prod((Num(2), Prod((Sym("x"),), (Num(3),)))))),
        (r"-\sqrt[3]{5}", Scalar(Neg(Root(Num(5), 3)))),
        (r"\sin^2 x", Scalar(Pow(Call("sin", (Sym("x"),)), Num(2)))),
        (r"\sin^{-1} x", Scalar(Call("arcsin", (Sym("x"),)))),
        (r"\log_2 100", Scalar(Call("log", (Num(100), Num(2))))),
        ("C_5^2", Scalar(Call("binom", (Num(5), Num(2))))),
        ("|x|", Scalar(Call("abs", (Sym("x"),)))),
        (r"45^\circ", Scalar(Call("deg", (Num(45),)))),
        ("e^xy", Scalar(Prod((Pow(Const("e"), Sym("x")), Sym("y"))))),
        ("x_{12}'", Scalar(Sym("x_12'"))),
    ],
)
def test_expressions(text: str, value: Value) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1,2)", Items("tuple", (ONE, TWO))),
        (r"\{1,2\}", Items("set", (ONE, TWO))),
        (r"1 \text{ or } 2", Items("set", (ONE, TWO))),
        ("1, 2", Items("list", (ONE, TWO))),
        (r"\langle 1,2\rangle", Items("angle", (ONE, TWO))),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", Matrix(((ONE,), (TWO,)))),
        ("[[1,2],[2,1]]", Matrix(((ONE, TWO), (TWO, ONE)))),
        ("(1,2]", RealSet((Interval(Num(1), Num(2), False, True),))),
        ("]1,2]", RealSet((Interval(Num(1), Num(2), False, True),))),
        ("1<x<2", RealSet((Interval(Num(1), Num(2), False, False),), "x")),
        ("x = 1", Labelled("x", ONE)),
        (r"\text{Paolo: }1", Labelled("paolo", ONE)),
        ("f(x)=1", Labelled("f", ONE, ("x",))),
        (r"k\pi, k\in\mathbb{Z}", Family(Scalar(Prod((Sym("k"), Const("pi")))), "k")),
        (r"x\equiv 1\pmod 2", Congruence(Num(1), Num(2), "x")),
        ("1010_2", Based("1010", 2)),
        ("5:30 PM", Clock(17 * 60 + 30)),
        (r"\textbf{(C)}\ 1", Choice("C", ONE)),
        ("east", Words("east")),
        (r"\text{no solution}", EMPTY),
        (r"x\in\mathbb{R}", RealSet(REALS.parts, "x")),
    ],
)
def test_whole_answers(text: str, value: Value) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 3",
        "1++",
        "(1",
        "1)",
        r"\frac{1}",
        r"7\text{ is wrong, 8}",
        "7?8",
        r"\unknown{7}",
        "^2",
    ],
)
def test_what_is_no_answer_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        read(text)


@pytest.mark.parametrize("text", [r"\int_0^1 x\,dx", r"\sum_{k=1}^n k", r"\lim_{x\to 0} x"])
def test_a_task_is_told_from_an_answer(text: str) -> None:
    with pytest.raises(UnevaluatedError):
        read(text)


def test_nothing_here_calls_an_evaluator_of_text() -> None:
    folder = Path(__file__).parents[3] / "verifiers" / "reward_verifiers" / "math"
    for path in folder.glob("*.py"):
        source = path.read_text(encoding="utf-8").replace("re.compile(", "")
        assert not re.search(r"\b(eval|exec|parse_expr|sympify|compile)\(", source), path
