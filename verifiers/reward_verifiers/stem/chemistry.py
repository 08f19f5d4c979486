r"""Chemical formulas and reaction equations: ``H2SO4``, ``\ce{SO4^2-}``, ``2H_2 + O_2 -> 2H_2O``.

A formula is a sequence of atoms and groups with their numbers, a charge, and perhaps a state. Two
formulas are the same if the sequences are, read from either end (``HO-`` is ``OH-``, while ``HCN``
is not ``HNC``). Reaction equations compare side by side, in any order within a side, up to one
common factor. ``Co`` is cobalt and ``CO`` is carbon monoxide: case always counts.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from reward_verifiers.stem.condensed import same_chain
from reward_verifiers.stem.notation import plain_formula

MAX_CHARS = 1000

_SYMBOLS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br
Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er
Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md
No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og D T
"""
ELEMENTS = frozenset(_SYMBOLS.split())
"""Symbols of the elements, and of heavy hydrogen."""

Atom = tuple[str, int]
"""An element, or a group written out, with how many of it there are."""


@dataclass(frozen=True, slots=True)
class Species:
    """One formula with its charge, its state where one is written, and crystal water as parts."""

    parts: tuple[tuple[int, tuple[Atom, ...]], ...]
    charge: int = 0
    state: str = ""
    chain: tuple[Atom, ...] = ()
    """All atoms in a row, with repeated groups written out; empty where there are several parts."""

    def same(self, other: Species) -> bool:
        """Whether both are one substance; the states count where both have one."""
        if self.charge != other.charge or (
            self.state and other.state and self.state != other.state
        ):
            return False
        if Counter(map(_either_way, self.parts)) == Counter(map(_either_way, other.parts)):
            return True
        return len(self.chain) > 0 and same_chain(self.chain, other.chain)


@dataclass(frozen=True, slots=True)
class Equation:
    """A reaction: what goes in, and what comes out, with coefficients."""

    left: tuple[tuple[Fraction, Species], ...]
    right: tuple[tuple[Fraction, Species], ...]

    def same(self, other: Equation) -> bool:
        """Whether both are one reaction in one direction, up to a common factor."""
        if len(self.left) != len(other.left) or len(self.right) != len(other.right):
            return False
        factor = _total(self.left) / _total(other.left)
        return _same_side(self.left, other.left, factor) and _same_side(
            self.right, other.right, factor
        )


def same_chemistry(gold: Species | Equation, answer: Species | Equation) -> bool:
    """Whether ``answer`` is the formula or the reaction that ``gold`` is."""
    if isinstance(gold, Species):
        return isinstance(answer, Species) and gold.same(answer)
    return isinstance(answer, Equation) and gold.same(answer)


def looks_chemical(text: str) -> bool:
    """Whether ``text``, which reads as chemistry, could not as well be algebra.

    ``PV = U`` is made of symbols of elements, and is physics; an arrow, a number of atoms, a charge
    or a symbol of two letters makes it chemistry.
    """
    plain = plain_formula(text)
    return "=" not in plain or re.search(r"\d|[a-z]|->|\^", plain) is not None


def read_chemistry(text: str) -> Species | Equation | None:
    """Return the formula or the reaction that all of ``text`` spells, or None."""
    if len(text) > MAX_CHARS:
        return None
    plain = plain_formula(text)
    sides = _ARROW.split(plain)
    if len(sides) == 1 and _EQUALS.search(plain):
        sides = plain.split("=")
    if len(sides) == 1:
        return _species(plain)
    if len(sides) != 2:
        return None
    left, right = _side(sides[0]), _side(sides[1])
    return None if left is None or right is None else Equation(left, right)


# --- reading -------------------------------------------------------------------------------------

_ARROW = re.compile(r"->")
_EQUALS = re.compile(r"\s=\s|\+.*=|=.*\+")

_MAX_DEPTH = 6
_MAX_ATOMS = 200
_MAX_SPECIES = 30

_COEFFICIENT = re.compile(r"\s*(\d{1,6})(?:/(\d{1,4}))?\s*\*?\s*(?=[A-Z(\[^_e])")
_STATE = re.compile(r"\s?\((aq|s|l|g|conc|dil)\)\s*\Z")
_STATE_NEXT = re.compile(r"\s?\((?:aq|s|l|g)\)")
_CHARGE = re.compile(
    r"(?:\^(?P<digits>\d{1,2})?(?P<sign>[+-])(?P<after>\d{1,2})?|\s?\^?\((?P<in_n>\d{0,2})(?P<in_s>[+-])\)"
    r"|\s(?P<spaced>\d{0,2})(?P<spaced_sign>[+-])|(?P<bare>[+-]{1,3}))\s*\Z"
)
_ATOM = re.compile(
    r"(?P<mass>\^\d{1,3})?(?:_\d{1,3})?(?P<mass2>\^\d{1,3})?\s?(?P<symbol>[A-Z][a-z]?)"
)
_NUMBER = re.compile(r"_?(\d{1,4})")
_PARTICLE = re.compile(r"(?:\^?[01])?(?:_-?[01])?(?P<name>e|n|p)")
_OPEN, _CLOSE = "([", ")]"
_COMPLEX = re.compile(r"\[[^\[\]]*\]")
_IN_BRACKETS = re.compile(r"\[(.*)\]")


def _side(text: str) -> tuple[tuple[Fraction, Species], ...] | None:
    terms: list[tuple[Fraction, Species]] = []
    for term in _terms(text):
        coefficient = Fraction(1)
        match = _COEFFICIENT.match(term)
        if match is not None:
            if int(match[2] or 1) == 0 or int(match[1]) == 0:
                return None
            coefficient, term = Fraction(int(match[1]), int(match[2] or 1)), term[match.end() :]
        species = _species(term)
        if species is None or len(terms) == _MAX_SPECIES:
            return None
        for index, (n, known) in enumerate(terms):
            if known == species:
                terms[index] = (n + coefficient, known)
                break
        else:
            terms.append((coefficient, species))
    return tuple(terms) or None


def _terms(text: str) -> list[str]:
    """Cut at the plus signs that join species: ``Na+ + Cl-`` has one of those, and a charge."""
    terms, start = [], 0
    for at, char in enumerate(text):
        if (
            char != "+"
            or text[at - 1 : at] == "^"
            or re.search(r"\^\d\Z", text[max(0, at - 3) : at])
        ):
            continue
        following = text[at + 1 :].lstrip()[:1]
        attached = at > 0 and text[at - 1] not in " +"
        if attached and (following in ("", "+", ")", "]") or _STATE_NEXT.match(text, at + 1)):
            continue
        terms.append(text[start:at])
        start = at + 1
    return [*terms, text[start:]]


def _species(text: str) -> Species | None:
    text = text.strip()
    state = ""
    match = _STATE.search(text)
    if match is not None:
        state, text = match[1], text[: match.start()].rstrip()
    if particle := _PARTICLE.fullmatch(text.removesuffix("-").removesuffix("^")):
        charge = -1 if particle["name"] == "e" else 0
        return Species(((1, ((particle["name"], 1),)),), charge, state)
    text, charge = _without_charge(text)
    parts = []
    for index, part in enumerate(re.split(r"\s?\*\s?", text)):
        count, body = 1, part
        leading = _COEFFICIENT.match(part) if index else None
        if leading is not None and leading[2] is None:
            count, body = int(leading[1]), part[leading.end() :]
        atoms = _atoms(body)
        if atoms is None:
            return None
        parts.append((count, atoms))
    return Species(tuple(parts), charge, state, _chain(text) if len(parts) == 1 else ())


def _without_charge(text: str) -> tuple[str, int]:
    match = _CHARGE.search(text)
    if match is None:
        return text, 0
    body = text[: match.start()]
    sign = match["sign"] or match["in_s"] or match["spaced_sign"] or match["bare"]
    size = match["digits"] or match["after"] or match["in_n"] or match["spaced"] or ""
    if match["bare"]:
        size, body = (str(len(sign)), body) if len(sign) > 1 else _trailing_charge(body)
    charge = int(size or 1) * (1 if sign[0] == "+" else -1)
    inner = _IN_BRACKETS.fullmatch(body)
    return (inner[1] if inner and "]" not in inner[1] else body), charge


def _trailing_charge(body: str) -> tuple[str, str]:
    """Split a charge in ``Fe3`` (+) and ``SO42`` (-) from the body; ``NH4`` (+) has none.

    Typed without marks, a lone element's number is its charge, and of two digits the last is.
    """
    match = re.search(r"(?<![_\d])(\d{1,2})\Z", body)
    if match is None:
        return "", body
    if body[: match.start()] in ELEMENTS or _COMPLEX.fullmatch(body, 0, match.start()):
        return match[1], body[: match.start()]
    return ("", body) if len(match[1]) == 1 else (match[1][1], body[:-1])


def _atoms(text: str) -> tuple[Atom, ...] | None:
    """Return the atoms and groups of one formula in order, or None."""
    stack: list[list[Atom]] = [[]]
    at, count = 0, 0
    while at < len(text):
        char = text[at]
        if char in _OPEN and len(stack) <= _MAX_DEPTH:
            stack.append([])
            at += 1
            continue
        if char in _CLOSE and len(stack) > 1:
            group, (number, at) = stack.pop(), _number(text, at + 1)
            stack[-1].extend(group if number == 1 else [(_spelt(group), number)])
        elif (atom := _ATOM.match(text, at)) is not None:
            symbol, end = _element(atom)
            if symbol is None:
                return None
            number, at = _number(text, end)
            stack[-1].append((symbol, number))
        elif char in "-=≡" and 0 < at < len(text) - 1:
            at += 1  # a bond
        else:
            return None
        count += 1
        if count > _MAX_ATOMS:
            return None
    return tuple(_merged(stack[0])) if len(stack) == 1 and stack[0] else None


def _chain(text: str) -> tuple[Atom, ...]:
    """Return the atoms of a formula one after the other, those of a group as often as it says."""
    stack: list[list[Atom]] = [[]]
    at = 0
    while at < len(text):
        char = text[at]
        if char in _OPEN:
            stack.append([])
            at += 1
        elif char in _CLOSE:
            group, (number, at) = stack.pop(), _number(text, at + 1)
            if number * len(group) > _MAX_ATOMS:
                return ()
            stack[-1].extend(group * number)
        elif (atom := _ATOM.match(text, at)) is not None:
            symbol, end = _element(atom)
            number, at = _number(text, end)
            stack[-1].append((str(symbol), number))
        else:
            at += 1  # a bond
        if len(stack[-1]) > _MAX_ATOMS:
            return ()
    return tuple(stack[0])


def _element(match: re.Match[str]) -> tuple[str | None, int]:
    symbol, end = match["symbol"], match.end()
    if symbol not in ELEMENTS:
        symbol, end = symbol[0], end - len(symbol) + 1
    mass = (match["mass"] or match["mass2"] or "").removeprefix("^")
    return (f"{mass}{symbol}" if symbol in ELEMENTS else None), end


def _number(text: str, at: int) -> tuple[int, int]:
    match = _NUMBER.match(text, at)
    return (1, at) if match is None else (int(match[1]), match.end())


def _spelt(group: list[Atom]) -> str:
    merged = tuple(_merged(group))
    return "(" + " ".join(f"{symbol}{n}" for symbol, n in min(merged, merged[::-1])) + ")"


def _merged(atoms: list[Atom]) -> list[Atom]:
    """Join neighbours of one kind: ``CH3CH3`` keeps its carbons apart, ``HH`` is ``H2``."""
    merged: list[Atom] = []
    for symbol, number in atoms:
        if merged and merged[-1][0] == symbol:
            merged[-1] = (symbol, merged[-1][1] + number)
        else:
            merged.append((symbol, number))
    return merged


def _either_way(part: tuple[int, tuple[Atom, ...]]) -> tuple[int, tuple[Atom, ...]]:
    return part[0], min(part[1], part[1][::-1])


def _total(side: tuple[tuple[Fraction, Species], ...]) -> Fraction:
    return sum((n for n, _ in side), start=Fraction(0))


def _same_side(
    one: tuple[tuple[Fraction, Species], ...],
    other: tuple[tuple[Fraction, Species], ...],
    factor: Fraction,
) -> bool:
    left = list(other)
    for n, species in one:
        for index, (m, candidate) in enumerate(left):
            if n == m * factor and species.same(candidate):
                del left[index]
                break
        else:
            return False
    return not left
