"""polynomial_multiplication: the product, multiplied out.

The package's rule (0.1.25): 1.0 where SymPy makes the same expression of the answer as of
``answer``, else 0.0. SymPy collects like terms and multiplies numbers into sums, and nothing else:
a product of two sums stays one, so that the question itself, ``(x + 1)*(x - 1)``, is not right.

Fixed: the same polynomial, multiplied out in the same sense, in any notation. An answer that leaves
a product of sums is 0.0 though it is equal: it is what was asked.

=====================================  =================  ======================================
answer                                 package            fixed
=====================================  =================  ======================================
``2x^2 y``, ``2x²y``, ``2·x**2·y``     0.0                1.0 if right
``2.0*x``                              0.0                1.0 if right
=====================================  =================  ======================================

Not as the package: SymPy cancels a factor that a sum is multiplied and divided by, ``x*(...)/x``,
and opposite products of sums; here a product of sums is one whatever becomes of it.
"""

from __future__ import annotations

import re

from reward_verifiers.math.nodes import Expr, Num, walk
from reward_verifiers.memo import Memo
from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.dress import undressed, unlabelled
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.formula import formula
from reward_verifiers.reasoning_gym.exact.terms import Terms, multiplied_out
from reward_verifiers.reasoning_gym.exact.tokens import Notation

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_VARIABLES = 50


def polynomial_multiplication(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to polynomial_multiplication."""
    gold = fields.text(entry, "answer")
    check_length(answer, len(gold))
    names = frozenset(_WORD.findall(gold))
    if len(names) > _MAX_VARIABLES:
        raise fields.bad_field("answer", f"more than {_MAX_VARIABLES} variables")
    wanted = _terms_of(gold)
    try:
        text = unlabelled(undressed(answer)) if fixed else answer
        tree = formula(text, Notation(names, loose=fixed))
        if not fixed and _has_decimals(tree):
            return 0.0
        return 1.0 if multiplied_out(tree) == wanted else 0.0
    except UnreadableError:
        return 0.0


def _gold(gold: str) -> Terms:
    try:
        return multiplied_out(formula(gold, Notation(frozenset(_WORD.findall(gold)))))
    except (UnreadableError, OverLimitError) as error:
        complaint = f"expected a polynomial that is multiplied out: {error}"
        raise fields.bad_field("answer", complaint) from error


def _has_decimals(tree: Expr) -> bool:
    """Whether a decimal is in it: to SymPy 2.0 is another number than 2."""
    return any(isinstance(node, Num) and node.places is not None for node in walk(tree))


_terms_of = Memo(_gold)
