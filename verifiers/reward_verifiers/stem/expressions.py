r"""The value of a number that is no plain one: ``2\pi``, ``\frac{\sqrt{3}}{2}``."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from reward_verifiers.math.bounds import excess
from reward_verifiers.math.evaluate import Evaluator, PrecisionError, UndefinedError
from reward_verifiers.math.functions import TooLargeError
from reward_verifiers.math.nodes import Expr, PlusMinus, Scalar, Sym
from reward_verifiers.math.reader import read
from reward_verifiers.math.tokens import UnreadableError
from reward_verifiers.stem.numbers import Number, read_number

_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]+")
# Other words would be dropped in reading: "760 cmHg" is not 760.
_WORDS = frozenset(
    [
        *["x", "e", "pi", "sqrt", "exp", "ln", "log", "zero"],
        *["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"],
        *["asin", "acos", "atan", "arcsin", "arccos", "arctan"],
    ]
)

_BITS = 190
_MAX_EXPONENT = 4000  # binary; a measured quantity is nowhere near


def evaluated_number(text: str) -> Number | None:
    """Return the value of ``text``, which may be any constant expression, or None."""
    plain = read_number(text)
    if plain is not None:
        return plain
    if excess(text) is not None or not _WORDS.issuperset(map(str.lower, _WORD.findall(text))):
        return None
    try:
        value = read(text)
        if not isinstance(value, Scalar) or value.unit is not None or not _is_constant(value.expr):
            return None
        return _number(Evaluator(_BITS, {}).value(value.expr))
    except (UnreadableError, UndefinedError, TooLargeError, PrecisionError):
        return None


def _is_constant(expr: Expr) -> bool:
    """Whether ``expr`` has one value: no variable in it, and no plus-minus sign."""
    return not isinstance(expr, Sym | PlusMinus) and all(map(_is_constant, expr.parts))


def _number(value: Any) -> Number | None:
    if isinstance(value, int | Fraction):
        return Number(Fraction(value))
    parts = getattr(value, "man_exp", None)  # of a real float; a complex one has none
    if parts is None:
        return None
    mantissa, exponent = parts
    if abs(exponent) > _MAX_EXPONENT:
        return None
    return Number(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
