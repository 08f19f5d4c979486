"""Our readers read what Python's do, and nothing that they do not."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.reasoning_gym.exact.bits import evaluated
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.exactly import value
from reward_verifiers.reasoning_gym.exact.formula import formula
from reward_verifiers.reasoning_gym.exact.literals import literal
from reward_verifiers.reasoning_gym.exact.tokens import Notation

PLAIN = Notation(bitwise=True)
LOOSE = Notation(loose=True)
NAMED = Notation(frozenset("xy"), {"e": "E"}, {"sin": "sin"}, loose=True)

words = st.text("abQ_ ", max_size=4)
literals = st.recursive(
    st.integers(-999, 999) | words,
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(literals)
def test_a_literal_is_what_python_reads(made: Any) -> None:
    assert literal(repr(made)) == made


@given(literals.filter(lambda made: isinstance(made, list)))
def test_a_tuple_is_read_as_a_list(made: list[Any]) -> None:
    assert literal(repr(tuple(made))) == made


SPELLINGS = [
    *("[1, 2,]", "(1)", "((1, 2), 3)", "1, 2", "1,", "[1,\n 2]", "\n[1]", "[ ]", "()", "- 1"),
    *("'a' 'b'", '("a")', "[1]  # one", "[+1, - 2, --3]", "[[], [[]]]", "'it\"s'", "00", "-0"),
    *("[1 2]", "[1,,2]", "[,1]", "[1", "1]", "(1]", "'a", "''''", "1 2", "01", "1\n2", "1,\n2"),
    *("", ",", "[1] [2]", "'a' 1", "1.5", "1_0", "0x1", "x", "[x]", "{1}", "*[1]", "1+1", "'\\n'"),
]
UNREAD = ("1.5", "1_0", "0x1", "{1}", "1+1", "'\\n'")
"""What Python reads, and no honest answer has."""


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_spelling_is_read_as_python_reads_it_or_not_at_all(text: str) -> None:
    try:
        wanted = plain(eval(text))
    except (SyntaxError, NameError, IndexError, TypeError):
        wanted = None
    try:
        found = literal(text)
    except UnreadableError:
        found = None
    assert found == (None if text in UNREAD else wanted)


def plain(made: Any) -> Any:
    return list(map(plain, made)) if isinstance(made, tuple | list) else made


def expression(
    rng: random.Random, depth: int, leaf: Callable[[], str], signs: str, prefix: str = "- -"
) -> str:
    """Return a random expression, with brackets only here and there."""
    if not depth:
        return leaf()
    sign = rng.choice(signs.split())
    left, right = (expression(rng, depth - 1, leaf, signs, prefix) for _ in range(2))
    if sign in ("<<", ">>", "**"):
        right = str(rng.randint(0, 3))
    made = f"{left} {sign} {right}"
    if sign == "<<" or rng.random() < 0.5:
        made = f"({made})"  # else what follows might shift by thousands of bits
    return rng.choice(("", "", "-", prefix)) + made


@pytest.mark.parametrize("seed", range(150))
def test_bits_are_evaluated_as_python_does(seed: int) -> None:
    rng = random.Random(seed)
    made = expression(
        rng, rng.randint(1, 5), lambda: hex(rng.randint(0, 0xFFFF)), "+ - * << >> & | ^", "~"
    )
    try:
        wanted = eval(made)
    except ValueError:  # a negative shift
        wanted = None
    try:
        found = evaluated(made)
    except UnreadableError:
        found = None
    assert found == wanted


@pytest.mark.parametrize("seed", range(150))
def test_arithmetic_is_evaluated_as_python_does(seed: int) -> None:
    rng = random.Random(seed)
    made = expression(
        rng, rng.randint(1, 4), lambda: f"Fraction({rng.randint(1, 20)})", "+ - * / // % **"
    )
    written = strip_calls(made)
    try:
        wanted = eval(made, {"Fraction": Fraction})
    except ZeroDivisionError:
        wanted = None
    try:
        found = value(formula(written, PLAIN))
    except UnreadableError:
        found = None
    assert found == wanted, written


def strip_calls(made: str) -> str:
    """Return ``made`` with ``Fraction(7)`` as ``7``."""
    parts = made.split("Fraction(")
    return parts[0] + "".join(part.replace(")", "", 1) for part in parts[1:])


SAME = [
    ("2x", "2*x"),
    ("2xy", "2*x*y"),
    ("x^2", "x**2"),
    ("x²y³", "x**2*y**3"),
    ("x¹²", "x**12"),
    ("x^{10}", "x**10"),
    ("\\frac{x}{2}", "(x)/(2)"),
    ("\\dfrac{1}{2}x", "((1)/(2))*x"),
    ("2 \\cdot x \\times y", "2*x*y"),
    ("x ÷ y − 1", "x/y - 1"),
    ("\\left(x+1\\right)y", "(x+1)*y"),
    ("sin x", "sin(x)"),
    ("sin 2x", "sin(2*x)"),
    ("\\sin^2 x", "sin(x)**2"),
    ("sin²(x)", "sin(x)**2"),
    ("sin x^2", "sin(x**2)"),
    ("xsin(x)y", "x*sin(x)*y"),
    ("sin x sin y", "sin(x)*sin(y)"),
    ("e^x", "e**x"),
    ("-x^2", "-(x**2)"),
    ("2^-x", "2**(-x)"),
    ("x^2^3", "x**(2**3)"),
    ("(x)(y)", "x*y"),
    ("x\n+\ny", "x + y"),
]


@pytest.mark.parametrize(("loose", "strict"), SAME)
def test_loose_notation_means_what_it_says(loose: str, strict: str) -> None:
    assert formula(loose, NAMED) == formula(strict, NAMED)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "+",
            "x +",
            "x 2",
            "2 3",
            "x2",
            "xz",
            "sin",
            "sin(",
            "sin^{-1} x",
            "sin^x",
            "(x",
            "x)",
        ),
        *("x = y", "[x]", "x!", "x; y", "x'", "$x", "\\frac x", "\\frac{x}", "|x", "²", "x,y", "é"),
    ],
)
def test_what_is_no_formula_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        formula(text, NAMED)


@given(st.text(max_size=60) | st.text("xy0123456789+-*/()^. |{}\\²sine,!=", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for notation in (PLAIN, LOOSE, NAMED):
        try:
            formula(text, notation)
        except (UnreadableError, OverLimitError):
            continue
