"""countdown and puzzle24: an expression of the numbers of the puzzle that has the value wanted.

The package's rules (0.1.25). countdown: 0.01 for an answer that is blank or has no real value; 0.05
where the whole numbers written in it are not ``metadata.numbers``, each as often, or its value is
further than 1e-6 + 1e-5 * target from ``metadata.target``; else 1.0. puzzle24: 1.0 where the value,
cut to a whole number, is 24 and four whole numbers from 1 to 10 (the range the puzzle was made
with) are written; else 0.01.

Fixed: 1.0 where the expression has ``+ - * /``, brackets and every number of the puzzle exactly
once, and its value is the target exactly; else 0.0.

=====================================  =================  ======================================
answer                                 package            fixed
=====================================  =================  ======================================
other numbers than puzzle24's          1.0 (6*4*1*1)      0.0
within a hundred-thousandth            1.0                0.0
powers, remainders, factorials         1.0                0.0: not among the operators
``(1 + 2) * 8 = 24``                   0.01               1.0 if 24 is the target: it says no more
``2(3 + 4)``, ``2 x 3``, ``6 ÷ 2``     0.01               1.0
garbage, nothing                       0.01               0.0
=====================================  =================  ======================================

Not as the package: functions and constants (``sqrt(4)``, ``E``), roots (``4**(1/2)``), comparisons,
numerals in other bases or with underscores, and complex numbers are unreadable here, 0.01.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from reward_verifiers.math.nodes import Call, Expr, Num, Pow, walk
from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError
from reward_verifiers.reasoning_gym.exact.exactly import value
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.formula import formula
from reward_verifiers.reasoning_gym.exact.tokens import Notation

_PLAIN = Notation(bitwise=True)
_LOOSE = Notation(loose=True, cross=True)
_FLOOR = 0.01
_READABLE = 0.05
_CHARS_PER_NUMBER = 10
_WRITTEN = re.compile(r"\b\d+\b")
_SAID = re.compile(r"\s*([0-9]{1,18})\s*")
_GOAL_24 = 24
_RANGE_24 = (1, 10)


def countdown(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to countdown."""
    numbers = fields.wholes(entry, "metadata.numbers")
    target = fields.whole(entry, "metadata.target")
    check_length(answer, _CHARS_PER_NUMBER * len(numbers))
    if fixed:
        return _fixed(answer, numbers, target)
    number = _plain_value(answer)
    if number is None:
        return _FLOOR
    near = abs(number - target) <= Fraction(1, 10**6) + Fraction(abs(target), 10**5)
    return 1.0 if near and sorted(_written(answer)) == sorted(numbers) else _READABLE


def puzzle24(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to puzzle24."""
    numbers = fields.wholes(entry, "metadata.numbers")
    check_length(answer, _CHARS_PER_NUMBER * len(numbers))
    if fixed:
        return _fixed(answer, numbers, _GOAL_24)
    number = _plain_value(answer)
    if number is None or int(number) != _GOAL_24:
        return _FLOOR
    low, high = fields.range_of(entry, "metadata.difficulty.value", _RANGE_24)
    written = _written(answer)
    right = len(written) == 4 and all(low <= number <= high for number in written)
    return 1.0 if right else _FLOOR


def _fixed(answer: str, numbers: Sequence[int], target: int) -> float:
    try:
        tree = _expression(undressed(answer), target)
        right = Counter(_numerals(tree)) == Counter(numbers) and value(tree) == target
    except UnreadableError:
        return 0.0
    return 1.0 if right else 0.0


def _expression(answer: str, target: int) -> Expr:
    """Return the tree of ``answer``, without an ``= target`` at its end."""
    left, equals, right = answer.partition("=")
    if equals:
        said = _SAID.fullmatch(right)
        if said is None or int(said[1]) != target:
            raise UnreadableError("an equation")
    return formula(left, _LOOSE)


def _numerals(tree: Expr) -> list[int]:
    """Return the numbers in ``tree``, which has to be made of what the task allows."""
    found = []
    for node in walk(tree):
        if isinstance(node, Pow | Call):
            raise UnreadableError("an operator that the task does not have")
        if isinstance(node, Num):
            number = Fraction(node.value)
            if number.denominator != 1:
                raise UnreadableError("a decimal")
            found.append(number.numerator)
    return found


def _plain_value(answer: str) -> Fraction | None:
    """Return what Python's notation makes of ``answer``, None where it has no real value."""
    try:
        return value(formula(answer, _PLAIN))
    except UnreadableError:
        return None


def _written(answer: str) -> list[int]:
    """Return the whole numbers in the text, the parts of decimals too, as the package does."""
    return [int(digits) for digits in _WRITTEN.findall(answer)]
