"""What an expression holds, found in one walk, as far as it decides how it is compared."""

from __future__ import annotations

from dataclasses import dataclass

from reward_verifiers.math.nodes import Call, Const, Expr, Neg, Num, Pow, Sym, symbols, walk

# Functions of whole numbers alone.
_OF_INTEGERS = frozenset(("factorial", "factorial2", "binom", "arrangements", "mod", "gcd", "lcm"))


@dataclass(frozen=True, slots=True)
class Traits:
    """What one expression holds."""

    names: frozenset[str]
    """Its variables."""
    whole: frozenset[str]
    """Those that only whole numbers make sense for: exponents of -1, factorials, remainders."""
    infinite: bool
    imaginary: bool
    plain_log: bool
    """A logarithm without a base."""


def traits(expr: Expr) -> Traits:
    """Return what ``expr`` holds."""
    names: set[str] = set()
    whole: set[str] = set()
    constants: set[str] = set()
    plain_log = False
    for node in walk(expr):
        kind = type(node)
        if kind is Sym:
            names.add(node.name)  # type: ignore[union-attr]  # mypy does not narrow by type() is
        elif kind is Const:
            constants.add(node.name)  # type: ignore[union-attr]  # as above
        elif kind is Call:
            assert isinstance(node, Call)
            plain_log = plain_log or (node.name == "log" and len(node.args) == 1)
            if node.name in _OF_INTEGERS:
                whole.update(symbols(node))
        elif kind is Pow and _is_negative_number(node.base):  # type: ignore[union-attr]  # as above
            whole.update(symbols(node.exponent))  # type: ignore[union-attr]  # as above
    return Traits(
        frozenset(names), frozenset(whole), "oo" in constants, "i" in constants, plain_log
    )


def _is_negative_number(expr: Expr) -> bool:
    return isinstance(expr, Neg) and isinstance(expr.arg, Num)
