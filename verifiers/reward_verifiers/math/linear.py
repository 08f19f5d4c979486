r"""Multiples and sums of matrices and vectors, worked out cell by cell.

``\frac{1}{3}\begin{pmatrix} 2 \\ -1 \end{pmatrix}`` is a vector like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reward_verifiers.math.expressions import expression
from reward_verifiers.math.nodes import Expr, Items, Matrix, Neg, Num, Prod, Scalar, Sum, Value
from reward_verifiers.math.ranges import Ranges
from reward_verifiers.math.tokens import Token, UnreadableError

_MAX_TERMS = 20
_NAMES = frozenset(("sym", "func", "word", "text"))
_TIMES = ("*", "times")

Reading = Callable[[int, int], Value]
"""Reads a range of tokens as a value."""


def combination(ranges: Ranges, low: int, high: int, read: Reading) -> Value | None:
    """Return the matrix or vector that factors and sums make; None: the range is no such thing."""
    tokens = ranges.tokens
    if tokens[high - 1].kind != "close":
        return None
    if not any(token.text.startswith("env:") for token in tokens[low:high]):
        return _multiple_of_row(ranges, low, high, read)
    total: Matrix | None = None
    for term in _terms(ranges, low, high):
        opener = _opener(ranges, *term)
        matrix = None if opener is None else read(opener, term[1])
        if opener is None or not isinstance(matrix, Matrix):
            return None
        matrix = _scaled(matrix, _factor(tokens[term[0] : opener]))
        total = matrix if total is None else _added(total, matrix)
    return total


def _multiple_of_row(ranges: Ranges, low: int, high: int, read: Reading) -> Items | None:
    """Return ``2(1, 3)`` and ``-(1, 3)``; what a name stands before is a function instead."""
    opener = _opener(ranges, low, high)
    if opener is None or opener == low or ranges.tokens[opener].text not in ("(", "<"):
        return None
    before = ranges.tokens[low:opener]
    if before[-1].text in ("^", "_") or any(token.kind in _NAMES for token in before):
        return None
    if len(ranges.cuts(opener + 1, high - 1, "sep", (",",))) < 2:
        return None
    row = read(opener, high)
    if not isinstance(row, Items) or row.style not in ("tuple", "angle"):
        return None
    cells = _scaled(Matrix((row.items,)), _factor(before)).rows[0]
    return Items(row.style, cells)


def _terms(ranges: Ranges, low: int, high: int) -> list[tuple[int, int]]:
    """Return the ranges of the terms outside brackets, each with its sign."""
    starts, at = [low], low
    while at < high:
        token = ranges.tokens[at]
        if at > low and token.kind == "op" and token.text in ("+", "-"):
            starts.append(at)
        at = ranges.after(at)
    if len(starts) > _MAX_TERMS:
        raise UnreadableError("a sum of too many matrices")
    return list(zip(starts, [*starts[1:], high], strict=True))


def _opener(ranges: Ranges, low: int, high: int) -> int | None:
    """Return where the bracket opens that closes at the end of the range."""
    at = low
    while at < high:
        if ranges.partner.get(at) == high - 1:
            return at
        at = ranges.after(at)
    return None


def _factor(tokens: Sequence[Token]) -> Expr:
    """Return the factor before a matrix: nothing, a sign, or an expression."""
    if tokens and tokens[-1].kind == "op" and tokens[-1].text in _TIMES:
        tokens = tokens[:-1]
    signs = [token.text for token in tokens[:1] if token.text in ("+", "-")]
    rest = tokens[len(signs) :]
    factor = expression(rest) if rest else Num(1)
    return Neg(factor) if signs == ["-"] else factor


def _scaled(matrix: Matrix, factor: Expr) -> Matrix:
    return Matrix(
        tuple(tuple(Scalar(Prod((factor, _expr(cell)))) for cell in row) for row in matrix.rows)
    )


def _added(one: Matrix, other: Matrix) -> Matrix:
    if [len(row) for row in one.rows] != [len(row) for row in other.rows]:
        raise UnreadableError("a sum of matrices of other shapes")
    return Matrix(
        tuple(
            tuple(
                Scalar(Sum((_expr(left), _expr(right)))) for left, right in zip(*rows, strict=True)
            )
            for rows in zip(one.rows, other.rows, strict=True)
        )
    )


def _expr(cell: Value) -> Expr:
    if not isinstance(cell, Scalar) or cell.unit is not None or cell.noun:
        raise UnreadableError("a multiple of what is no number")
    return cell.expr
