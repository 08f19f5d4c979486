"""What an expression holds, found in one walk, as far as it decides how it is compared."""

from __future__ import annotations

from dataclasses import dataclass

from reward_verifiers.math.nodes import Call, Const, Expr, Neg, Num, Pow, Sym, symbols, walk

# Functions of whole numbers alone.
_OF_INTEGERS = frozenset(("factorial", "factorial2", "binom", "arrangements", "mod", "gcd", "lcm"))

# Functions that jump, choose or drop a part: agreeing with them at points proves nothing.
_STEPS = frozenset(
    ("mod", "gcd", "lcm", "floor", "ceil", "max", "min", "sgn", "Re", "Im", "arg", "conj")
)


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
    steps: bool
    """Remainders, the greatest of several, rounding of variables: what jumps, or is left undone."""
    bends: bool
    """Steps, or what may be written with them: absolute values, signs that alternate."""


def traits(expr: Expr) -> Traits:
    """Return what ``expr`` holds."""
    names: set[str] = set()
    whole: set[str] = set()
    constants: set[str] = set()
    plain_log = steps = bends = False
    for node in walk(expr):
        kind = type(node)
        if kind is Sym:
            names.add(node.name)  # type: ignore[union-attr]  # mypy does not narrow by type() is
        elif kind is Const:
            constants.add(node.name)  # type: ignore[union-attr]  # as above
        elif kind is Call:
            assert isinstance(node, Call)
            plain_log = plain_log or (node.name == "log" and len(node.args) == 1)
            steps = steps or _is_step(node)
            bends = bends or node.name == "abs"
            if node.name in _OF_INTEGERS:
                whole.update(symbols(node))
        elif kind is Pow and _is_negative_number(node.base):  # type: ignore[union-attr]  # as above
            whole.update(symbols(node.exponent))  # type: ignore[union-attr]  # as above
            bends = True
    return Traits(
        names=frozenset(names),
        whole=frozenset(whole),
        infinite="oo" in constants,
        imaginary="i" in constants,
        plain_log=plain_log,
        steps=steps,
        bends=bends or steps,
    )


def _is_step(call: Call) -> bool:
    """Whether ``call`` jumps somewhere, or is a task; a plain number rounded is arithmetic.

    A power or logarithm rounded is a task: so remainders and digits are asked for.
    """
    if call.name not in ("floor", "ceil"):
        return call.name in _STEPS
    return any(type(node) in (Sym, Pow, Call) for arg in call.args for node in walk(arg))


def _is_negative_number(expr: Expr) -> bool:
    return isinstance(expr, Neg) and isinstance(expr.arg, Num)
