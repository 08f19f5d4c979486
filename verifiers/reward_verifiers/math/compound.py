r"""Quantities in several units: ``7\text{ feet } 6\text{ inches}`` is seven and a half feet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from reward_verifiers.math.expressions import fraction_of
from reward_verifiers.math.nodes import Prod, Scalar, Sum, Value
from reward_verifiers.math.parameters import number
from reward_verifiers.math.tokens import Token

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
