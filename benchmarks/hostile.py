"""Answers that stall a judge: each family costs Math-Verify seconds or hundreds of megabytes.

Most run into its 5 s alarm; the others burn seconds in the parser alone. An item of a family varies
with the seed, so that no two are remembered as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from random import Random
from types import MappingProxyType


def _symbols(n: int) -> str:
    rows = (" & ".join(f"x_{{{i}{j}}}" for j in range(n)) for i in range(n))
    return r" \\ ".join(rows)


def _nested(before: str, core: str, after: str, depth: int) -> str:
    return before * depth + core + after * depth


FAMILIES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "power tower": lambda n: f"{9 + n}^{{{9 + n}^{{9}}}}",
        "higher power tower": lambda n: f"{9 + n}^{{9^{{9^9}}}}",
        "five-fold power tower": lambda n: f"{5 + n}^{{5^{{5^{{5^5}}}}}}",
        "power of ten": lambda n: f"10^{{10^{{{10 + n}}}}}",
        "huge exponent": lambda n: f"7^{{10^9+{n}}}",
        "large exponent": lambda n: f"2^{{10^8+{n}}}",
        "tower modulo ten": lambda n: rf"{7 + 10 * n}^{{7^{{7^7}}}} \mod 10",
        "factorial of a million": lambda n: f"{1_000_000 + n}!",
        "factorial of a hundred million": lambda n: f"{100_000_000 + n}!",
        "factorial of a hundred thousand": lambda n: f"{100_000 + n}!",
        "triple factorial": lambda n: f"{9 + n}!!!",
        "factorial of factorials": lambda n: f"(({9 + n}!)!)!",
        "binomial": lambda n: rf"\binom{{10^6+{n}}}{{5\cdot 10^5}}",
        "long sum": lambda n: rf"\sum_{{k=1}}^{{{100_000 + n}}}\frac{{1}}{{k^2}}",
        "hard integral": lambda n: rf"\int_0^{{{1 + n}}} e^{{-x^4+x^2+\sin x}} dx",
        "product of cosines": lambda n: r"\cdot ".join(
            rf"\cos\frac{{{k}\pi}}{{{41 + n}}}" for k in range(1, 21)
        ),
        "exponential tower": lambda n: f"{1 + n}+e^{{e^{{e^{{e^{{e}}}}}}}}",
        "continued fraction": lambda n: reduce(
            lambda inner, _: rf"\frac{{1}}{{1+{inner}}}", range(50), str(2 + n)
        ),
        "geometric series": lambda n: "+".join(
            rf"\frac{{1}}{{{2 + n}^{{{k}}}}}" for k in range(800)
        ),
        "gcd of Mersenne numbers": lambda n: rf"\gcd(2^{{{100_000 + n}}}-1, 2^{{90000}}-1)",
        "symbolic determinant": lambda n: (
            rf"{1 + n}\det\begin{{pmatrix}} {_symbols(8)} \end{{pmatrix}}"
        ),
        "symbolic matrix": lambda n: rf"{1 + n}\begin{{pmatrix}} {_symbols(12)} \end{{pmatrix}}",
        "nested parentheses": lambda n: _nested("(", f"{n}+x", ")", 200),
        "nested fractions": lambda n: _nested(r"\frac{1}{", f"{1 + n}+x", "}", 400),
        "nested braces": lambda n: _nested("{", str(n), "}", 3_000),
        "ten thousand letters": lambda n: "abcdefghkm" * 1_000 + str(n),
        "ten thousand ones": lambda n: str(n) + "+1" * 10_000,
        "large set": lambda n: rf"\{{{','.join(str(k) for k in range(n, n + 300))}\}}",
        "hundred thousand digits": lambda n: str(1 + n % 9) * 100_000,
    }
)
"""Maker of an answer by family; the number makes it one of many."""


def answer(rng: Random) -> tuple[str, str]:
    """Return the name of a random family and an answer of it."""
    family = rng.choice(list(FAMILIES))
    return family, FAMILIES[family](rng.randint(0, 40))
