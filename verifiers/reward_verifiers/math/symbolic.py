r"""The last resort: SymPy, for golds that are tasks themselves (an integral, a sum, a limit).

Slow and of unbounded cost, so it runs only where the reader of this room gave up on the *gold*, in
a process that may be killed. Both sides are turned into SymPy expressions by Math-Verify's LaTeX
parser and compared by value; its own comparison, which rounds and drops text, is not used.
"""

from __future__ import annotations

import logging
from typing import Any

from reward_verifiers.math.decision import Decision, different, equal, undecided
from reward_verifiers.math.folding import fold

_DIGITS = 30
_AGREED_DIGITS = 15
_POINTS = ((31, 43), (-37, 61), (109, 41), (67, 59))

# What SymPy raises on formulas that it cannot evaluate. It documents none of them.
_GIVES_UP = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


def settle(gold: str, answer: str) -> Decision:
    """Decide between two formulas by their values as SymPy computes them."""
    try:
        return _settled(fold(gold), fold(answer))
    except _GIVES_UP as error:
        return undecided("symbolic", f"the computer algebra system gave up: {error}")


def _settled(gold: str, answer: str) -> Decision:
    left, right = _expression(gold), _expression(answer)
    if left is None or right is None:
        return undecided("symbolic", "not readable by the computer algebra system")
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    for row, (above, below) in enumerate(_POINTS if names else _POINTS[:1]):
        point = {
            name: _rational(above + 3 * place + row, below) for place, name in enumerate(names)
        }
        one, other = _number(left, point), _number(right, point)
        if one is None or other is None:
            return undecided("symbolic", "no value that can be computed")
        if abs(one - other) > max(abs(one), abs(other)) * 10**-_AGREED_DIGITS:
            return different("symbolic", "the values differ")
    return equal("symbolic", f"equal to {_AGREED_DIGITS} digits")


def _rational(above: int, below: int) -> Any:
    # Half a second to import, and most processes never need it.
    from sympy import Rational  # type: ignore[import-untyped]  # ships no types

    return Rational(above, below)


def _expression(text: str) -> Any:
    """Return what Math-Verify's parser makes of a formula if that is a scalar; else None."""
    # Its time limits are signals, which fail outside a main thread: they are off, of which it warns
    # once a call, and whoever runs this holds a clock.
    from math_verify import (  # type: ignore[import-untyped]  # ships no types
        LatexExtractionConfig,
        parse,
    )
    from sympy import Expr

    logging.getLogger("math_verify").setLevel(logging.ERROR)
    found = parse(
        rf"$\boxed{{{text}}}$",
        extraction_config=[LatexExtractionConfig(boxed_match_priority=0)],
        parsing_timeout=None,
        raise_on_error=False,
    )
    return found[0] if found and isinstance(found[0], Expr) else None


def _number(expr: Any, point: dict[Any, Any]) -> Any:
    """Return the value of ``expr`` at ``point``; None where there is none to be had."""
    # A bound variable, as the k of a sum, is left alone even where the other side has it free.
    own = {name: number for name, number in point.items() if name in expr.free_symbols}
    value = expr.subs(own).evalf(_DIGITS)
    if not value.is_number or value.free_symbols:
        value = expr.subs(own).doit().evalf(_DIGITS)
    return value if value.is_number and value.is_finite else None
