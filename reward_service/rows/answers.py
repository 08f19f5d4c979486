"""What a gold in a row is: where it stands in a solution, and which kind of answer it is.

The kind of a free STEM answer is guessed by these rules, in this order:

1. a number alone, fractions, roots, pi and powers of ten included: ``value``;
2. a number and a unit: ``quantity``;
3. LaTeX, a sign of mathematics (``= ^ _``, an arrow), or a chemical formula (one with a digit, or
   of several elements with a two-letter one among them): ``formula``;
4. anything else: ``text``.
"""

from __future__ import annotations

import re

from reward_service.rows.row import Row
from reward_verifiers.extract.boxed import last_boxed
from reward_verifiers.specs import AnswerType
from reward_verifiers.units import split_unit

_LONGEST_SHORT_ANSWER = 300

_NUMBER_COMMANDS = re.compile(r"\\(?:[dt]?frac|sqrt|pi|times|cdot|left|right|[,;:! ])")
_NUMBER_TEXT = re.compile(r"[-+\d.,/*^(){}\[\]\s~\u00b7\u00d7\u03c0\u2212eE$]*")
_MATH_SIGN = re.compile(r"[\\=^_<>\u2192\u21cc\u2264\u2265\u221a\u222b\u2211]|->")
_CHEMICAL = re.compile(r"(?:[A-Z][a-z]?\d*|[()\[\]]\d*|[-+\u00b7.]|\s)+")
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_ELEMENTS = frozenset(
    _ELEMENT.findall(
        "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As "
        "Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu "
        "Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np "
        "Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"
    )
)


def boxed_gold(row: Row, name: str) -> str:
    """Return the content of the last box of a worked solution.

    Raises:
        BadSpecError: the field is no text, or holds no box.
    """
    gold = last_boxed(row.text(name))
    if not gold:
        raise row.error(name, r"no \boxed{...} with the answer in it")
    return gold


def short_or_boxed_gold(row: Row, name: str) -> str:
    """Return the content of the last box, or the whole of a text that is short enough.

    Raises:
        BadSpecError: it is a worked solution in which nothing marks the answer.
    """
    value = row.value(name)
    boxed = last_boxed(row.as_text(name, value)) if isinstance(value, str) else None
    if boxed:
        return boxed
    gold = row.as_gold(name, value)
    if len(gold) > _LONGEST_SHORT_ANSWER or "\n" in gold:
        raise row.error(name, r"a worked solution without a \boxed{...} that marks the answer")
    return gold


def hashed_gold(row: Row, name: str) -> str:
    """Return what follows the last ``####`` of a GSM8K solution.

    Raises:
        BadSpecError: there is none.
    """
    _, marker, gold = row.text(name).rpartition("####")
    if not marker or not gold.strip():
        raise row.error(name, "no #### with the answer after it")
    return gold.strip()


def guessed_type(gold: str) -> AnswerType:
    """Return the kind of a free STEM answer, by the rules above."""
    if _is_number(gold):
        return AnswerType.VALUE
    if split_unit(gold, loose=True) is not None:
        return AnswerType.QUANTITY
    if _MATH_SIGN.search(gold) or _is_chemical(gold):
        return AnswerType.FORMULA
    return AnswerType.TEXT


def _is_number(gold: str) -> bool:
    rest = _NUMBER_COMMANDS.sub(" ", gold)
    return (
        _NUMBER_TEXT.fullmatch(rest) is not None and re.search(r"\d|\\pi|\u03c0", gold) is not None
    )


def _is_chemical(gold: str) -> bool:
    if len(gold) > _LONGEST_SHORT_ANSWER or _CHEMICAL.fullmatch(gold) is None:
        return False
    elements = _ELEMENT.findall(gold)
    has_digit = any(character.isdigit() for character in gold)
    # Two elements at least, or "No" were nobelium; one of two letters, or "COS" were no word.
    is_compound = len(elements) > 1 and any(len(element) == 2 for element in elements)
    return bool(elements) and (has_digit or is_compound) and set(elements) <= _ELEMENTS
