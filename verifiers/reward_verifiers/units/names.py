"""From one written name to one unit: exact symbols, spelt-out words, then prefixes."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from reward_verifiers.units.table import (
    COUNTED,
    MISSPELT,
    PREFIXES,
    SYMBOLS_ONLY_IN_COMPOUNDS,
    UNITS,
    Row,
)
from reward_verifiers.units.unit import Unit, dimension

_MAX_NAME = 30
_BASE = re.compile(r"([A-Za-z]+)(-?\d*)")


def unit_named(name: str) -> Unit | None:
    """Return the unit that is written ``name``, or None.

    Case tells symbols apart (``M`` is molar, ``m`` metre, ``mm`` millimetre, ``Mm`` megametre);
    words ignore it and may be plural. An exact symbol wins over a prefix: ``min`` is the minute,
    ``Pa`` the pascal, ``ft`` the foot.
    """
    if not name or len(name) > _MAX_NAME:
        return None
    return _symbols().get(name) or _prefixed(name) or _word(name.lower())


def counted(name: str) -> Unit | None:
    """Return a plain "1" if ``name`` is a thing that is counted (apples, people), else None."""
    if len(name) <= _MAX_NAME and any(form in COUNTED for form in _singulars(name.lower())):
        return Unit(symbol=name)
    return None


def constant_named(name: str) -> Unit | None:
    """Return the constant that may stand beside a unit (the ``c`` of MeV/c^2), or None."""
    row = SYMBOLS_ONLY_IN_COMPOUNDS.get(name)
    return None if row is None else _unit(row)


def is_unit_word(word: str) -> bool:
    """Whether ``word`` alone is a unit (``cm``, ``metres``) or a thing counted (``ways``)."""
    return unit_named(word) is not None or counted(word) is not None


def _prefixed(name: str) -> Unit | None:
    for length in (1, 2):
        prefix, rest = name[:length], name[length:]
        base = _prefixable().get(rest)
        if base is not None and prefix in PREFIXES:
            return _scaled(base, name, PREFIXES[prefix][1])
    return None


def _word(word: str) -> Unit | None:
    for form in _singulars(word):
        unit = _words().get(form)
        if unit is not None:
            return unit
        for prefix, size in PREFIXES.values():
            base = _prefixable_words().get(form.removeprefix(prefix))
            if form.startswith(prefix) and base is not None:
                return _scaled(base, word, size)
    return None


def _singulars(word: str) -> tuple[str, ...]:
    forms = [word]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    return tuple(forms)


def _scaled(base: Unit, symbol: str, size: str) -> Unit:
    return Unit(
        symbol=symbol,
        dimension=base.dimension,
        factor=base.factor * Fraction(size),
        pi=base.pi,
        cyclic=base.cyclic,
    )


@cache
def _symbols() -> dict[str, Unit]:
    found = {symbol: _unit(row) for row in UNITS for symbol in (row.symbol, *row.symbols.split())}
    # "µ" alone is the micron only as a word: in text it is a prefix, or a variable.
    del found["µ"]
    return found | {
        wrong: unit
        for wrong, right in MISSPELT.items()
        if (unit := found.get(right) or _prefixed(right)) is not None
    }


@cache
def _prefixable() -> dict[str, Unit]:
    # The spelt-out abbreviations ("sec", "amps") take no prefix: "msec" may, "kamps" need not.
    return {
        symbol: _unit(row)
        for row in UNITS
        if row.prefixed
        for symbol in (row.symbol, *row.symbols.split())
    }


@cache
def _words() -> dict[str, Unit]:
    return {word.replace("_", " "): _unit(row) for row in UNITS for word in row.words.split()}


@cache
def _prefixable_words() -> dict[str, Unit]:
    return {word: _unit(row) for row in UNITS if row.prefixed for word in row.words.split()}


@cache
def _unit(row: Row) -> Unit:
    parts = (_BASE.fullmatch(part) for part in row.base.split())
    return Unit(
        symbol=row.symbol,
        dimension=dimension(
            (part[1], Fraction(part[2] or 1)) for part in parts if part is not None
        ),
        factor=Fraction(row.factor),
        pi=row.pi,
        offset=Fraction(row.offset),
        cyclic=row.cyclic,
    )
