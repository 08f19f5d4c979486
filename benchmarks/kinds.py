"""The 25 kinds of answers of the workload: each makes questions with known right and wrong answers.

A kind writes a gold answer, other forms of the same value, and near misses of the sort that a
model makes: a sign, a swapped pair, a neighbour, an endpoint. Nothing here is parsed, so that the
truth of a row does not depend on any verifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import gcd
from random import Random
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Question:
    """A gold answer with what equals it and what does not."""

    gold: str
    right: tuple[str, ...]
    """Answers equal to the gold; the first is the gold as it is written."""
    wrong: tuple[str, ...]
    """Answers that differ from the gold."""


def _question(gold: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> Question:
    return Question(gold, (gold, *right), wrong)


def _coprime(rng: Random, low: int, high: int) -> tuple[int, int]:
    """Return two different coprime numbers above 1."""
    while True:
        a, b = rng.randint(low, high), rng.randint(low, high)
        if a != b and gcd(a, b) == 1:
            return a, b


def _distinct(rng: Random, n: int, low: int, high: int) -> list[int]:
    return rng.sample(range(low, high + 1), n)


def _signed(n: int) -> str:
    return f"+{n}" if n >= 0 else str(n)


def _frac(a: int, b: int) -> str:
    return rf"\frac{{{a}}}{{{b}}}"


def _polynomial(*coefficients: int) -> str:
    """Write a polynomial in x, highest power first; no coefficient but the first may be 0 or 1."""
    degree = len(coefficients) - 1
    powers = [f"x^{degree - i}" if degree - i > 1 else "x" * (degree - i) for i in range(degree)]
    head = "" if coefficients[0] == 1 else str(coefficients[0])
    middle = "".join(
        f"{_signed(c)}{power}" for c, power in zip(coefficients[1:-1], powers[1:], strict=True)
    )
    return f"{head}{powers[0]}{middle}{_signed(coefficients[-1])}"


def integer(rng: Random) -> Question:
    n = rng.randint(1_000, 99_999)
    return _question(
        str(n),
        (f"{n:,}", f"{n}.0", f"+{n}"),
        (str(n + 1), str(n - 1), f"-{n}", f"{n}0"),
    )


def negative_integer(rng: Random) -> Question:
    n = rng.randint(12, 999)
    return _question(f"-{n}", (f" - {n}", f"-{n}.0"), (str(n), f"-{n + 1}", f"-{n - 1}"))


def decimal(rng: Random) -> Question:
    eighths = 8 * rng.randint(3, 80) + rng.choice((1, 3, 5, 7))
    value = f"{eighths / 8:.3f}"
    return _question(
        value,
        (f"{value}0", _frac(eighths, 8)),
        (f"{(eighths + 1) / 8:.3f}", f"{eighths / 80:.4f}", f"-{value}"),
    )


def fraction(rng: Random) -> Question:
    a, b = _coprime(rng, 2, 97)
    return _question(
        _frac(a, b),
        (rf"\dfrac{{{a}}}{{{b}}}", f"{a}/{b}", _frac(3 * a, 3 * b)),
        (_frac(b, a), f"-{_frac(a, b)}", _frac(a + b, b), _frac(a, b + a)),
    )


def mixed(rng: Random) -> Question:
    whole, (a, b) = rng.randint(2, 19), sorted(_coprime(rng, 2, 23))
    return _question(
        f"{whole}{_frac(a, b)}",
        (_frac(whole * b + a, b), f"{whole * b + a}/{b}", rf"{whole}+{_frac(a, b)}"),
        (_frac(whole * a, b), _frac(whole * b + a, b + 1), f"{whole + 1}{_frac(a, b)}"),
    )


def percent(rng: Random) -> Question:
    n = rng.choice([n for n in range(11, 99) if n % 10 and n != 50])
    return _question(
        rf"{n}\%",
        (f"{n}%", f"0.{n}", _frac(n, 100)),
        (rf"{100 - n + 100}\%", rf"{n / 10:g}\%", f"{n}.{n}"),
    )


def power(rng: Random) -> Question:
    base, exponent = rng.choice((2, 3, 5, 7)), rng.randint(5, 12)
    value = base**exponent
    return _question(
        f"{base}^{{{exponent}}}",
        (str(value), rf"{base}\cdot {base}^{{{exponent - 1}}}"),
        (f"{base}^{{{exponent + 1}}}", str(value - 1), str(base * exponent)),
    )


def surd(rng: Random) -> Question:
    a, b = _distinct(rng, 2, 2, 40)
    c = rng.choice((2, 3, 5, 6, 7, 10, 11, 13))
    return _question(
        rf"{a}+{b}\sqrt{{{c}}}",
        (rf"{b}\sqrt{{{c}}}+{a}", rf"{a}+\sqrt{{{b * b * c}}}"),
        (rf"{a}-{b}\sqrt{{{c}}}", rf"{b}+{a}\sqrt{{{c}}}", rf"{a}+{b}\sqrt{{{c + 1}}}"),
    )


def radical(rng: Random) -> Question:
    c, d = rng.choice((2, 3, 5, 6, 7, 10, 11, 13)), rng.randint(3, 30)
    return _question(
        rf"\frac{{\sqrt{{{c}}}}}{{{d}}}",
        (rf"\frac{{1}}{{{d}}}\sqrt{{{c}}}", rf"\sqrt{{{_frac(c, d * d)}}}"),
        (rf"\frac{{\sqrt{{{c}}}}}{{{d + 1}}}", rf"\sqrt{{{_frac(c, d)}}}", _frac(c, d)),
    )


def pi_multiple(rng: Random) -> Question:
    a, b = _coprime(rng, 2, 40)
    return _question(
        rf"\frac{{{a}\pi}}{{{b}}}",
        (rf"{_frac(a, b)}\pi", rf"{a}\pi/{b}"),
        (rf"\frac{{{b}\pi}}{{{a}}}", _frac(a, b), rf"\frac{{{a + b}\pi}}{{{b}}}"),
    )


def logarithm(rng: Random) -> Question:
    a, b = _coprime(rng, 2, 17)
    k = rng.randint(2, 4)
    return _question(
        rf"{k}\ln {a}+\ln {b}",
        (rf"\ln {b}+{k}\ln {a}", rf"\ln {a**k * b}"),
        (rf"{k}\ln {b}+\ln {a}", rf"\ln {a * k * b + 1}", rf"{k}\ln {a}-\ln {b}"),
    )


def trigonometric(rng: Random) -> Question:
    n = rng.choice((7, 9, 11, 13, 16, 18))
    k = rng.randint(1, n // 2 - 1)
    return _question(
        rf"\sin\frac{{{k}\pi}}{{{n}}}",
        (rf"\sin\left(\frac{{{k}\pi}}{{{n}}}\right)", rf"\cos\frac{{{n - 2 * k}\pi}}{{{2 * n}}}"),
        (
            rf"\sin\frac{{{k + 1}\pi}}{{{n}}}",
            rf"-\sin\frac{{{k}\pi}}{{{n}}}",
            rf"\tan\frac{{{k}\pi}}{{{n}}}",
        ),
    )


def complex_number(rng: Random) -> Question:
    a, b = _distinct(rng, 2, 2, 60)
    return _question(
        f"{a}+{b}i",
        (f"{b}i+{a}", f"{a} + {b} i"),
        (f"{a}-{b}i", f"{b}+{a}i", f"{a}+{b}"),
    )


def polynomial(rng: Random) -> Question:
    p, q = _distinct(rng, 2, 2, 12)
    b, c = p + q, p * q
    return _question(
        _polynomial(1, b, c),
        (f"{c}+{b}x+x^2", f"(x+{p})(x+{q})", f"x(x+{b})+{c}"),
        (_polynomial(1, -b, c), _polynomial(1, b, -c), _polynomial(1, b, c + 1)),
    )


def factored(rng: Random) -> Question:
    p, q = _distinct(rng, 2, 2, 15)
    return _question(
        f"(x-{p})(x+{q})",
        (f"(x+{q})(x-{p})", f"(x-{p})(x+{q})\\cdot 1"),
        (f"(x+{p})(x-{q})", f"(x-{p})(x-{q})", f"(x-{p})(x+{q + 1})"),
    )


def equation(rng: Random) -> Question:
    (a, b), c = _coprime(rng, 2, 19), rng.randint(20, 90)
    return _question(
        f"{a}x+{b}y={c}",
        (f"{b}y+{a}x={c}", f"{a}x+{b}y-{c}=0", f"{2 * a}x+{2 * b}y={2 * c}"),
        (f"{a}x-{b}y={c}", f"{b}x+{a}y={c}", f"{a}x+{b}y={c + 1}"),
    )


def assignment(rng: Random) -> Question:
    n = rng.randint(3, 400)
    name = rng.choice("xymnkt")
    return _question(
        f"{name}={n}",
        (f"{name} = {n}", str(n)),
        (f"{name}={n + 1}", f"{name}=-{n}", str(n - 1)),
    )


def interval(rng: Random) -> Question:
    a, b = sorted(_distinct(rng, 2, -30, 60))
    return _question(
        f"[{a},{b})",
        (rf"\left[{a}, {b}\right)", rf"[{a}, {b})"),
        (f"({a},{b})", f"[{a},{b}]", f"[{a},{b + 1})"),
    )


def union(rng: Random) -> Question:
    a, b = sorted(_distinct(rng, 2, -30, 60))
    return _question(
        rf"(-\infty,{a})\cup({b},\infty)",
        (rf"(-\infty, {a}) \cup ({b}, +\infty)", rf"({b},\infty)\cup(-\infty,{a})"),
        (
            rf"(-\infty,{a}]\cup[{b},\infty)",
            rf"(-\infty,{a - 1})\cup({b},\infty)",
            rf"({a},{b})",
        ),
    )


def inequality(rng: Random) -> Question:
    n = rng.randint(3, 300)
    return _question(
        f"x>{n}",
        (f"x > {n}", f"{n}<x", rf"({n},\infty)"),
        (f"x<{n}", rf"x\ge {n}", f"x>{n + 1}"),
    )


def ordered_tuple(rng: Random) -> Question:
    a, b, c = _distinct(rng, 3, 2, 40)
    return _question(
        f"({a},{b},{c})",
        (rf"\left({a}, {b}, {c}\right)", f"({a}, {b}, {_frac(2 * c, 2)})"),
        (f"({b},{a},{c})", f"({a},{b},{c + 1})", f"({a},{b})"),
    )


def finite_set(rng: Random) -> Question:
    a, b, c = _distinct(rng, 3, 2, 60)
    return _question(
        rf"\{{{a},{b},{c}\}}",
        (rf"\{{{c}, {a}, {b}\}}", rf"\left\{{{a},{b},{c}\right\}}"),
        (rf"\{{{a},{b}\}}", rf"\{{{a},{b},{-c}\}}", rf"\{{{a},{b},{c},{a + b + c}\}}"),
    )


def matrix(rng: Random) -> Question:
    a, b, c, d = _distinct(rng, 4, 1, 40)
    body = rf"{a} & {b} \\ {c} & {d}"

    def written(kind: str, inside: str) -> str:
        return rf"\begin{{{kind}}} {inside} \end{{{kind}}}"

    return _question(
        written("pmatrix", body),
        (written("bmatrix", body), written("pmatrix", rf"{a}&{b}\\{c}&{d}")),
        (
            written("pmatrix", rf"{a} & {c} \\ {b} & {d}"),
            written("pmatrix", rf"{a} & {b} \\ {c} & {-d}"),
            written("pmatrix", rf"{d} & {b} \\ {c} & {a}"),
        ),
    )


_WORDS = ("even", "odd", "parabola", "ellipse", "hyperbola", "Monday", "Evelyn", "isosceles")


def choice(rng: Random) -> Question:
    if rng.random() < 0.5:
        letter, *others = rng.sample("ABCDE", 4)
        return _question(
            rf"\text{{{letter}}}",
            (letter, rf"\mathrm{{{letter}}}"),
            tuple(rf"\text{{{other}}}" for other in others),
        )
    word, *others = rng.sample(_WORDS, 4)
    return _question(
        rf"\text{{{word}}}",
        (word, rf"\text{{ {word} }}"),
        tuple(rf"\text{{{other}}}" for other in others),
    )


def solution_list(rng: Random) -> Question:
    a, b, c = _distinct(rng, 3, -30, 60)
    return _question(
        f"{a}, {b}, {c}",
        (f"{c}, {b}, {a}", f"{a},{b},{c}"),
        (f"{a}, {b}, {c + 100}", f"{a}, {b}", f"{a}, {b}, {c}, {b + 200}"),
    )


KINDS: Mapping[str, Callable[[Random], Question]] = MappingProxyType(
    {
        "integer": integer,
        "negative integer": negative_integer,
        "decimal": decimal,
        "fraction": fraction,
        "mixed": mixed,
        "percent": percent,
        "power": power,
        "surd": surd,
        "radical": radical,
        "pi multiple": pi_multiple,
        "logarithm": logarithm,
        "trigonometric": trigonometric,
        "complex": complex_number,
        "polynomial": polynomial,
        "factored": factored,
        "equation": equation,
        "assignment": assignment,
        "interval": interval,
        "union": union,
        "inequality": inequality,
        "tuple": ordered_tuple,
        "set": finite_set,
        "matrix": matrix,
        "choice": choice,
        "solution list": solution_list,
    }
)
"""Maker of questions by kind of answer."""

INTEGERS: Mapping[str, Callable[[Random], Question]] = MappingProxyType(
    {"integer": integer, "negative integer": negative_integer}
)
"""The integer kinds alone."""
