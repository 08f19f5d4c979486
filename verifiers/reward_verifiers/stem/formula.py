r"""Formulas: chemistry by composition and order, everything else as an expression.

``F = ma`` and ``ma`` are one answer, because the question has already named the left side; but no
symbol is ever renamed, for in physics the letters are the answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reward_verifiers.stem.chemistry import (
    MAX_CHARS,
    Equation,
    Species,
    looks_chemical,
    read_chemistry,
    same_chemistry,
)
from reward_verifiers.stem.configuration import electron_configuration

_NAME = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?[\w\\]{1,20}\}?)?'{0,2}(?:\([A-Za-z,\s]{1,20}\))?\s*")
_EQUALS = re.compile(r"(?<![<>!=\\])=(?![=>])")


def chemical_verdict(gold: str, answer: str) -> bool | None:
    """Whether ``answer`` is the formula or reaction ``gold``; None: the gold is no chemistry."""
    wanted = _gold_chemistry(gold) if len(gold) <= MAX_CHARS else None
    if wanted is None:
        return None
    if isinstance(wanted, dict):
        return electron_configuration(answer) == wanted
    given = _answer_chemistry(answer)
    return given is not None and same_chemistry(wanted, given)


@lru_cache(maxsize=1024)
def _gold_chemistry(gold: str) -> dict[str, int] | Species | Equation | None:
    electrons = electron_configuration(gold)
    if electrons is not None:
        return electrons
    return read_chemistry(gold) if looks_chemical(gold) else None


@lru_cache(maxsize=16)  # one answer meets all golds of its spec
def _answer_chemistry(answer: str) -> Species | Equation | None:
    given = read_chemistry(answer)
    if given is None and (side := right_side(answer)) is not None:
        return read_chemistry(side)
    return given


def right_side(text: str) -> str | None:
    """Return what follows the one equals sign of ``name = expression``, or None."""
    sides = _EQUALS.split(text.strip().strip("$"))
    if len(sides) != 2 or not _NAME.fullmatch(sides[0]) or not sides[1].strip():
        return None
    return sides[1].strip()


def readings(gold: str, answer: str) -> list[tuple[str, str]]:
    """Return the pairs of texts to compare; one of them being equal is enough.

    Where just one side has ``name =`` it goes without, and so do both where the names differ in an
    index alone (v and v_f); an equation reads from either end.
    """
    gold, answer = _folded(gold), _folded(answer)
    return [_one_spelling(*pair) for pair in _sides(gold, answer)]


def _sides(gold: str, answer: str) -> list[tuple[str, str]]:
    gold_side, answer_side = right_side(gold), right_side(answer)
    if gold_side is not None and "=" not in answer:
        return [(gold_side, answer)]
    if answer_side is not None and "=" not in gold:
        return [(gold, answer_side)]
    pairs = [(gold, answer)]
    if gold_side and answer_side and _base(gold) == _base(answer):
        pairs.append((gold_side, answer_side))
    sides = _EQUALS.split(answer.strip().strip("$"))
    if len(sides) == 2:
        pairs.append((gold, f"{sides[1]} = {sides[0]}"))
    return pairs


def _base(equation: str) -> str:
    """Return the name of the left side without its index."""
    return re.split(r"[_'(=]", equation.strip(" $"), maxsplit=1)[0].strip()


def _one_spelling(gold: str, answer: str) -> tuple[str, str]:
    r"""Write symbols of both texts alike: m1 as ``m_1``, ``k_BT`` as ``k_B T``, RT as ``R T``.

    A glued index or letter is taken apart only where the other text shows how.
    """
    if _VECTOR.search(gold) and _VECTOR.search(answer):
        gold, answer = (_VECTOR.sub(_as_vector, text) for text in (gold, answer))
    indexed = set(_INDEXED.findall(gold)) | set(_INDEXED.findall(answer))
    for letter, index in sorted(indexed)[:_MAX_INDEXED]:
        name = rf"(?<![A-Za-z\\]){letter}"
        glued = re.compile(
            rf"{name}{index}(?![\w.])" if index.isdigit() else rf"{name}_{index}(?=[A-Za-z])"
        )
        gold, answer = (glued.sub(f"{letter}_{{{index}}} ", text) for text in (gold, answer))
    return _RUN.sub(_apart, gold), _RUN.sub(_apart, answer)


_MAX_INDEXED = 20
_VECTOR = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|overrightarrow|pmb)(?![A-Za-z])\s*\{?\s*(\\?[A-Za-z]+)\s*\}?"
)
_INDEXED = re.compile(r"(?<![A-Za-z\\])([A-Za-z])_\{?([A-Za-z]|\d)\}?(?![\w{])")
_RUN = re.compile(r"(?<![\\A-Za-z_{])[A-Za-z]{2,4}(?![A-Za-z{])")
_NOT_A_PRODUCT = frozenset(("Re", "Im", "Tr", "Ei", "Li", "Si", "Ci", "Log", "Arg", "Ln"))


def _as_vector(match: re.Match[str]) -> str:
    return rf"\vec{{{match[1]}}}"


def _apart(match: re.Match[str]) -> str:
    """Return a run of letters with a capital in it as a product: symbols of physics are single.

    Behind a slash all of it divides: E/RT is E/(R T).
    """
    run, before, behind = match[0], match.string[: match.start()][-1:], match.string[match.end() :]
    if run.islower() or run in _NOT_A_PRODUCT or (before == "/" and behind[:1] in ("^", "_")):
        return run
    return f"({' '.join(run)})" if before == "/" else " ".join(run)


def _folded(text: str) -> str:
    return text.replace("ħ", r"\hbar ").replace("ℏ", r"\hbar ")
