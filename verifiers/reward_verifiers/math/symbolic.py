r"""The last resort: SymPy, for golds that are tasks themselves (an integral, a sum, a limit).

Slow and of unbounded cost, so it runs only where the reader of this room gave up on the *gold*, in a process
that may be killed. Both sides are turned into SymPy expressions by Math-Verify's LaTeX parser and compared by value;
its own comparison, which rounds and drops text, is not used.
"""

from __future__ import annotations

from typing import Any

from reward_verifiers.math.decision import Decision, different, equal, undecided
from reward_verifiers.math.folding import fold

_DIGITS = 30
_AGREED_DIGITS = 15
_POINTS = ((31, 43), (-37, 61), (109, 41), (67, 59))


def settle(gold: str, answer: str) -> Decision:
    """Decide between two formulas by their values as SymPy computes them."""
    left, right = _expression(fold(gold)), _expression(fold(answer))
    if left is None or right is None:
        return undecided("symbolic", "not readable by the computer algebra system")
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    for number, (above, below) in enumerate(_POINTS if names else _POINTS[:1]):
        point = {
            name: _rational(above + 3 * place + number, below) for place, name in enumerate(names)
        }
        one, other = _number(left, point), _number(right, point)
        if one is None or other is None:
            return undecided("symbolic", "no value that can be computed")
        if abs(one - other) > max(abs(one), abs(other)) * 10**-_AGREED_DIGITS:
            return different("symbolic", "the values differ")
    return equal("symbolic", f"equal to {_AGREED_DIGITS} digits")


def _rational(above: int, below: int) -> Any:
    from sympy import Rational  # noqa: PLC0415  # a second to import, and most processes never need it

    return Rational(above, below)


def _expression(text: str) -> Any:
    """Return what Math-Verify's parser makes of a formula, if that is a scalar expression; else None."""
    # Its time limits are signals, which fail outside a main thread: they are off, and whoever runs this holds a clock.
    from math_verify import LatexExtractionConfig, parse  # noqa: PLC0415  # as above
    from sympy import Expr  # noqa: PLC0415  # as above

    found = parse(
        rf"$\boxed{{{text}}}$",
        extraction_config=[LatexExtractionConfig(boxed_match_priority=0)],
        parsing_timeout=None,
        raise_on_error=False,
    )
    return found[0] if found and isinstance(found[0], Expr) else None


def _number(expr: Any, point: dict[Any, Any]) -> Any:
    """Return the value of ``expr`` at ``point``; None where there is none to be had."""
    value = expr.subs(point).evalf(_DIGITS)
    if not value.is_number or value.free_symbols:
        value = expr.subs(point).doit().evalf(_DIGITS)
    return value if value.is_number and value.is_finite else None
