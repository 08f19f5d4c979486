"""simple_integration and intermediate_integration: is the derivative of the answer the integrand?

The package's rule (0.1.25): the answer is parsed by SymPy, differentiated by ``metadata.variable``,
and right (1.0) where ``simplify`` makes 0 of the difference to ``metadata.integrand``; else 0.0.

Here both are read into trees. Where both are polynomials (negative powers too) their terms are
compared: that is exact. Else the derivative is evaluated at fixed points with rigorous error bounds
(``slopes``, ``balls``) and compared with the integrand. One point where they differ by more than
the bounds refutes; agreement at eight points to a relative 2**-100 is called equal. Two elementary
functions of this size that agree so at eight points agree everywhere, or differ by terms a million
times smaller than any numeral that was written in good faith.

Fixed: the notation is free, the constant of integration may be left out or have another usual name,
and points where the answer is not real are not compared, so that ``2*x*log(x) - 2*x`` is right for
``log(x**2)``.

=====================================  =================  ======================================
answer                                 package            fixed
=====================================  =================  ======================================
``Integral(...)`` of the integrand     1.0                0.0: the question, restated
``x^2``, ``2x``, ``e^x``, ``arctan``   0.0                1.0 if right
``log(abs(x))``                        0.0                1.0 if right
in ``x`` where the variable is ``X``   0.0                1.0 if right: the question says "dx"
``0.7*x**3`` for 21/10*x**2            0.0 (rounding)     1.0
=====================================  =================  ======================================

The oracle of one in twelve entries of intermediate_integration is such an ``Integral``: see
``closed_form``. Not as the package: SymPy's simplification misses some identities, and we do not;
``diff(...)``, ``integrate(...)`` and other calls that compute are unreadable here, and so are names
of several letters, which SymPy takes for constants. A decimal of 13 places or more stands for
what it rounds, to 2**-40.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_letters, digits

from reward_verifiers.math.nodes import Call, Expr, Pow, Prod, walk
from reward_verifiers.memo import Memo
from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.antiderivative import (
    Integrand,
    integrand,
    is_antiderivative,
)
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.dress import undressed, unlabelled
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.formula import formula
from reward_verifiers.reasoning_gym.exact.tokens import Notation

_MAX_COST = 700
"""What a value and a derivative may cost, in the time of an addition, some 3 microseconds."""

_SAME = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "exp", "log", "sqrt")
_INVERSE = ("asin", "acos", "atan", "acot", "asinh", "acosh", "atanh")
_PLAIN_FUNCTIONS: Mapping[str, str] = {
    **{name: name for name in (*_SAME, *_INVERSE, "cbrt")},
    "ln": "log",
    "Rational": "fraction",
    "Integral": "integral",
}
_LOOSE_FUNCTIONS: Mapping[str, str] = {
    **{name: name for name in (*_SAME, *_INVERSE, "cbrt", "abs")},
    **{f"arc{name[1:]}": name for name in _INVERSE},
    "ln": "log",
    "Abs": "abs",
    "Rational": "fraction",
}
_LETTERS = frozenset(ascii_letters) - frozenset("INOQS")
"""SymPy has other things by the names that are missing; to it, any other letter is a constant."""
_NUMBERED = frozenset(f"{letter}{digit}" for letter in _LETTERS - {"E"} for digit in digits)
_CONSTANTS = frozenset(("C_0", "C_1", "c_1"))
_PLAIN_NAMES = _LETTERS | _NUMBERED | _CONSTANTS | {"pi"}
_LOOSE_NAMES = (
    _CONSTANTS
    | frozenset(("C", "c", "K", "k", "D", "constant", "const"))
    | frozenset(f"{letter}{digit}" for letter in "CcKk" for digit in digits)
)
_NUMBERS = frozenset(("E", "pi"))

_NOT_VARIABLES = frozenset("EeINOQSCcKkD")
_VARIABLE = re.compile(r"[A-Za-z]")


def integration(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to one of the two."""
    written = fields.text(entry, "metadata.integrand")
    variable = fields.text(entry, "metadata.variable")
    wanted = _wanted((written, variable))
    check_length(answer, len(written))
    try:
        tree = _loose(answer, variable) if fixed else _plain(answer, variable)
        _check_cost(tree)
        return 1.0 if is_antiderivative(tree, wanted, real=fixed) else 0.0
    except UnreadableError:
        return 0.0


def _read_integrand(source: tuple[str, str]) -> Integrand:
    """Read the entry's integrand, and the name of its variable."""
    written, variable = source
    if not _VARIABLE.fullmatch(variable) or variable in _NOT_VARIABLES:
        raise fields.bad_field("metadata.variable", "expected a letter that names a variable")
    try:
        tree = formula(written, Notation(_NUMBERS | {variable}, functions=_PLAIN_FUNCTIONS))
        _check_cost(tree)
        return integrand(tree, variable)
    except (UnreadableError, OverLimitError) as error:
        raise fields.bad_field("metadata.integrand", f"unreadable: {error}") from error


_wanted = Memo(_read_integrand, max_bytes=200_000)
"""A group answers the same question; some hundred questions are kept, with their values."""


def _plain(answer: str, variable: str) -> Expr:
    return formula(answer, Notation(_PLAIN_NAMES | {variable}, functions=_PLAIN_FUNCTIONS))


def _loose(answer: str, variable: str) -> Expr:
    bare = unlabelled(undressed(answer))
    names = _LOOSE_NAMES | _NUMBERS | {variable}
    aliases = {"e": "E", variable.swapcase(): variable}
    return formula(bare, Notation(names, aliases, _LOOSE_FUNCTIONS, loose=True))


def _check_cost(tree: Expr) -> None:
    cost = sum(map(_cost, walk(tree)))
    if cost > _MAX_COST:
        raise OverLimitError(f"{cost} steps to evaluate, more than {_MAX_COST}")


def _cost(node: Expr) -> int:
    """Return about how many additions a node takes, without its parts."""
    if isinstance(node, Prod):
        return 3 * len(node.factors) + 9 * len(node.divisors)
    return 12 if isinstance(node, Call | Pow) else 1
