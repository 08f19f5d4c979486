r"""Formulas: chemistry by composition and order, everything else as an expression.

``F = ma`` and ``ma`` are one answer, because the question has already named the left side; but no
symbol is ever renamed, for in physics the letters are the answer.
"""

from __future__ import annotations

import re

from reward_verifiers.stem.chemistry import looks_chemical, read_chemistry, same_chemistry

_NAME = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?[\w\\]{1,20}\}?)?'{0,2}(?:\([A-Za-z,\s]{1,20}\))?\s*")
_EQUALS = re.compile(r"(?<![<>!=\\])=(?![=>])")


def chemical_verdict(gold: str, answer: str) -> bool | None:
    """Whether ``answer`` is the formula or reaction ``gold``; None: the gold is no chemistry."""
    if not looks_chemical(gold):
        return None
    wanted = read_chemistry(gold)
    if wanted is None:
        return None
    given = read_chemistry(answer)
    if given is None and (side := right_side(answer)) is not None:
        given = read_chemistry(side)
    return given is not None and same_chemistry(wanted, given)


def right_side(text: str) -> str | None:
    """Return what follows the one equals sign of ``name = expression``, or None."""
    sides = _EQUALS.split(text.strip().strip("$"))
    if len(sides) != 2 or not _NAME.fullmatch(sides[0]) or not sides[1].strip():
        return None
    return sides[1].strip()


def readings(gold: str, answer: str) -> list[tuple[str, str]]:
    """Return the pairs of texts to compare; one of them being equal is enough.

    Where just one side has ``name =`` it goes without; an equation reads from either end.
    """
    gold, answer = _folded(gold), _folded(answer)
    gold_side, answer_side = right_side(gold), right_side(answer)
    if gold_side is not None and "=" not in answer:
        return [(gold_side, answer)]
    if answer_side is not None and "=" not in gold:
        return [(gold, answer_side)]
    sides = _EQUALS.split(answer.strip().strip("$"))
    if len(sides) != 2:
        return [(gold, answer)]
    return [(gold, answer), (gold, f"{sides[1]} = {sides[0]}")]


def _folded(text: str) -> str:
    return text.replace("ħ", r"\hbar ").replace("ℏ", r"\hbar ")
