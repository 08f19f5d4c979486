r"""Names that are free to choose: the integer of ``k\pi``, a constant of integration, an argument.

A renamed parameter is the same answer, a renamed unknown is not: ``2x + 1`` is no ``2y + 1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from reward_verifiers.math.nodes import (
    Call,
    Congruence,
    Const,
    Expr,
    Items,
    Labelled,
    Matrix,
    Neg,
    Num,
    PlusMinus,
    Pow,
    Prod,
    Root,
    Scalar,
    Sum,
    Sym,
    Value,
    symbols,
    walk,
)

_INTEGERS = frozenset(("k", "n", "m", "l", "j", "p", "q", "z", "r", "s", "t", "N", "K", "ell"))
_CONSTANTS = frozenset(
    ("C", "K", "c", "k", "A", "B", "D", "C_1", "C_2", "c_1", "c_2", "const", "C'")
)
_ADDED = frozenset(("C", "K", "c", "const", "C'", "C_1", "c_1"))
_STARTS = (Fraction(5, 2), Fraction(1, 3))
_VARIABLES = frozenset(("x", "y", "z", "t", "u", "v", "s", "r", "theta", "n"))
_MAX_CONSTANTS = 3

# An integer may also run backwards or from another start: (2k+1)\pi is (2k-1)\pi.
_SHIFTS = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1))


def substitute(expr: Expr, name: str, by: Expr) -> Expr:
    """Return ``expr`` with every variable ``name`` replaced."""
    match expr:
        case Sym(own):
            return by if own == name else expr
        case Num() | Const():
            return expr
        case Sum(terms):
            return Sum(tuple(substitute(term, name, by) for term in terms))
        case Prod(factors, divisors):
            return Prod(
                tuple(substitute(factor, name, by) for factor in factors),
                tuple(substitute(divisor, name, by) for divisor in divisors),
            )
        case Neg(arg):
            return Neg(substitute(arg, name, by))
        case Pow(base, exponent):
            return Pow(substitute(base, name, by), substitute(exponent, name, by))
        case Root(arg, index):
            return Root(substitute(arg, name, by), index)
        case Call(called, args):
            return Call(called, tuple(substitute(arg, name, by) for arg in args))
        case PlusMinus(arg, tied):
            return PlusMinus(substitute(arg, name, by), tied)


def substitute_in(value: Value, name: str, by: Expr) -> Value:
    """Return ``value`` with every variable ``name`` in its expressions replaced."""
    match value:
        case Scalar(expr):
            return replace(value, expr=substitute(expr, name, by))
        case Items(_, items):
            return replace(value, items=tuple(substitute_in(item, name, by) for item in items))
        case Matrix(rows):
            return Matrix(tuple(tuple(substitute_in(of, name, by) for of in row) for row in rows))
        case Labelled(_, inner):
            return replace(value, value=substitute_in(inner, name, by))
        case Congruence(inside):
            return replace(value, value=substitute(inside, name, by))
    return value


def names_in(value: Value) -> frozenset[str]:
    """Return the variables of a value's expressions."""
    match value:
        case Scalar(expr):
            return symbols(expr)
        case Items(_, items):
            return frozenset().union(*map(names_in, items))
        case Labelled(_, inner):
            return names_in(inner)
        case Matrix(rows):
            return frozenset().union(*(names_in(cell) for row in rows for cell in row))
    return frozenset()


def periodic_parameter(value: Value, other: Value) -> str:
    r"""Return the integer of ``k\pi`` in ``value`` if it is all that ``other`` lacks; else ""."""
    own = names_in(value) - names_in(other)
    if len(own) != 1:
        return ""
    name = next(iter(own))
    return name if name in _INTEGERS and _turns(value) else ""


def _turns(value: Value) -> bool:
    match value:
        case Scalar(expr):
            return _has_turn(expr)
        case Items(_, items):
            return any(map(_turns, items))
        case Labelled(_, inner):
            return _turns(inner)
    return False


def _has_turn(expr: Expr) -> bool:
    return any(
        (isinstance(node, Const) and node.name == "pi")
        or (isinstance(node, Call) and node.name == "deg")
        for node in walk(expr)
    )


def shifted(value: Value, name: str, parameter: str) -> Iterator[Value]:
    """Yield ``value`` with its integer ``name`` renamed, also backwards and from other starts."""
    for sign, start in _SHIFTS:
        integer: Expr = Sym(parameter) if sign == 1 else Neg(Sym(parameter))
        yield substitute_in(value, name, Sum((integer, Num(start))) if start else integer)


def renamed_constants(gold: Expr, answer: Expr) -> Iterator[Expr]:
    """Yield ``answer`` with its arbitrary constants called as in ``gold``, in every order.

    Only beside a variable that both have: ``C e^x`` is ``A e^x``, but ``AB`` is no ``AC``.
    """
    ours, theirs = symbols(gold), symbols(answer)
    own, others = sorted(theirs - ours), sorted(ours - theirs)
    if not own or len(own) != len(others) or len(own) > _MAX_CONSTANTS:
        return
    if not _CONSTANTS.issuperset((*own, *others)) or not ours & theirs & _VARIABLES:
        return
    for order in permutations(others):
        renamed = answer
        for name, wanted in zip(own, order, strict=True):
            renamed = substitute(renamed, name, Sym(wanted))
        yield renamed


def growths(one: Expr, other: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield how much two expressions, each with a constant added, grow from a point on.

    Two are equal but for the constant if they grow alike; one with no constant yields nothing.
    """
    ours, theirs = _without_constant(one), _without_constant(other)
    if ours is None or theirs is None:
        return
    for name in sorted(symbols(ours) & symbols(theirs) & _VARIABLES):
        for start in _STARTS:
            first, second = (
                Sum((expr, Neg(substitute(expr, name, Num(start))))) for expr in (ours, theirs)
            )
            yield first, second


def _without_constant(expr: Expr) -> Expr | None:
    """Return the other terms of a sum that ends in ``+ C``, C standing nowhere else; else None."""
    if not isinstance(expr, Sum):
        return None
    added = [term for term in expr.terms if _is_constant(term)]
    rest = tuple(term for term in expr.terms if not _is_constant(term))
    if len(added) != 1 or not rest or symbols(added[0]) & symbols(Sum(rest)):
        return None
    return Sum(rest)


def _is_constant(term: Expr) -> bool:
    inner = term.arg if isinstance(term, Neg) else term
    return isinstance(inner, Sym) and inner.name in _ADDED


def signs_expanded(expr: Expr) -> tuple[Expr, ...] | None:
    r"""Return the expressions that ``\pm`` stands for; None where there is none.

    Signs are independent, except that a ``\mp`` goes against every ``\pm``.
    """
    found = [node for node in walk(expr) if type(node) is PlusMinus]
    if not found:
        return None
    if any(sign.tied < 0 for sign in found):
        return tuple(_with_signs(expr, [first * sign.tied for sign in found]) for first in (1, -1))
    if len(found) > 3:
        return None
    choices = [
        [1 if pattern >> place & 1 else -1 for place in range(len(found))]
        for pattern in range(2 ** len(found))
    ]
    return tuple(_with_signs(expr, choice) for choice in choices)


def _with_signs(expr: Expr, signs: list[int]) -> Expr:
    """Return ``expr`` with its plus-minus signs decided, in reading order; ``signs`` is used up."""
    remaining = list(signs)
    return _decided(expr, remaining)


def _decided(expr: Expr, signs: list[int]) -> Expr:
    match expr:
        case PlusMinus(arg):
            sign = signs.pop(0)
            inner = _decided(arg, signs)
            return inner if sign > 0 else Neg(inner)
        case Sum(terms):
            return Sum(tuple(_decided(term, signs) for term in terms))
        case Prod(factors, divisors):
            above = tuple(_decided(factor, signs) for factor in factors)
            return Prod(above, tuple(_decided(divisor, signs) for divisor in divisors))
        case Neg(arg):
            return Neg(_decided(arg, signs))
        case Pow(base, exponent):
            above_base = _decided(base, signs)
            return Pow(above_base, _decided(exponent, signs))
        case Root(arg, index):
            return Root(_decided(arg, signs), index)
        case Call(name, args):
            return Call(name, tuple(_decided(arg, signs) for arg in args))
    return expr


def number(value: Fraction) -> Num:
    """Return an exact numeral."""
    return Num(value.numerator if value.denominator == 1 else value)
