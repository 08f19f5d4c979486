r"""Quantities of several words: ``7\text{ feet } 6\text{ inches}``, ``3\text{ dozen eggs}``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from reward_verifiers.math import scales
from reward_verifiers.math.expressions import expression, fraction_of
from reward_verifiers.math.nodes import Prod, Scalar, Sum, Value
from reward_verifiers.math.parameters import number
from reward_verifiers.math.tokens import Token
from reward_verifiers.units import split_unit

_MAX_UNITS = 4


def unit_by_unit(
    tokens: Sequence[Token], low: int, high: int, read: Callable[[int, int], Value]
) -> Scalar | None:
    """Return the sum of quantities that stand side by side; None: the range is no such thing."""
    starts = [low] + [
        at
        for at in range(low + 1, high)
        if tokens[at].kind == "num" and tokens[at - 1].kind in ("text", "word")
    ]
    if not 1 < len(starts) <= _MAX_UNITS:
        return None
    ends = [*starts[1:], high]
    return total([read(start, end) for start, end in zip(starts, ends, strict=True)])


def scaled_quantity(tokens: Sequence[Token]) -> Scalar | None:
    """Read a number with a scale word: "5 million", "3 dozen eggs", "5 sixths"; else None."""
    last = tokens[-1]
    if last.kind not in ("text", "word") or len(tokens) < 2:
        return None
    factor, noun = scales.factor(last.text), ""
    if factor is not None and (currency := split_unit(f"{tokens[0].text}1")) is not None:
        return Scalar(Prod((expression(tokens[1:-1]), number(factor))), unit=currency[1])
    if factor is None and (leading := scales.leading_factor(last.text)) is not None:
        factor, noun = leading
    if factor is None:
        return None
    split = split_unit(f"1 {noun}") if noun else None
    expr = Prod((expression(tokens[:-1]), number(factor)))
    return Scalar(expr, unit=split[1]) if split else Scalar(expr, noun=noun.casefold())


def total(parts: Sequence[Value]) -> Scalar | None:
    """Return the sum of quantities of which each is a rest to the one before; None: they are not.

    A rest is less than one of the unit before it: 20 cm beside 3 m, but no 3 m beside 3 m.
    """
    terms, first, before = [], None, None
    for part in parts:
        if not isinstance(part, Scalar) or part.unit is None or part.unit.pi or part.unit.offset:
            return None
        first = first or part.unit
        amount, factor = fraction_of(part.expr), part.unit.factor
        if amount is None or amount < 0 or part.unit.dimension != first.dimension:
            return None
        if not first.dimension or (before is not None and amount * factor >= before):
            return None
        before = factor
        terms.append(Prod((part.expr, number(Fraction(factor) / first.factor))))
    if first is None or len(terms) < 2:
        return None
    return Scalar(Sum(tuple(terms)), unit=first)
