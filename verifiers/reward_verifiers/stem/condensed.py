"""Condensed structural formulas: ``CH3CH2OH``, ``HOCH2CH3`` and ``C2H5OH`` are one molecule.

A condensed formula is a row of heavy atoms, each with its hydrogens. It may be read from either
end, ``CO2H`` is ``COOH``, and a ``C2`` with hydrogens is written out where it has one structure:
``C2H5`` at an end is ``CH3CH2``. Longer sums stay one piece, for ``C3H7OH`` is two alcohols.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_HEAVY = 200

Heavy = tuple[str, int]
"""A heavy atom with its hydrogens."""

_PAIR = "C2"


def same_chain(one: Iterable[tuple[str, int]], other: Iterable[tuple[str, int]]) -> bool:
    """Whether two rows of atoms, as (symbol, number), spell one chain, from either end."""
    left, right = _heavies(one), _heavies(other)
    return left is not None and right is not None and left in (right, right[::-1])


def _heavies(atoms: Iterable[tuple[str, int]]) -> list[Heavy] | None:
    """Return the heavy atoms, each with the hydrogens behind it; the first may have them before."""
    row: list[Heavy] = []
    waiting = 0
    for symbol, number in atoms:
        if symbol == "H" and not row:
            waiting += number
        elif symbol == "H":
            row[-1] = (row[-1][0], row[-1][1] + number)
        elif len(row) + number > MAX_HEAVY:
            return None
        else:
            start = len(row)
            is_sum = symbol == "C" and number > 1
            row += [(f"C{number}", 0)] if is_sum else [(symbol, 0)] * number
            row[start] = (row[start][0], row[start][1] + waiting)
            waiting = 0
    heavies = [heavy for at in range(len(row)) for heavy in _written_out(row, at)]
    return heavies if len(heavies) > 1 else None


def _written_out(row: list[Heavy], at: int) -> list[Heavy]:
    symbol, hydrogens = row[at]
    if symbol != _PAIR:
        return [row[at]]
    is_first, is_last = at == 0, at == len(row) - 1
    if hydrogens == 0:
        return [("C", 0), ("C", 0)]
    if is_first is is_last and hydrogens in ((2, 4, 6) if is_first else (4,)):
        return [("C", hydrogens // 2)] * 2
    if is_first is not is_last and hydrogens == _ETHYL:
        return [("C", 3), ("C", 2)] if is_first else [("C", 2), ("C", 3)]
    return [row[at]]


_ETHYL = 5
