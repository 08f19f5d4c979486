"""Reads lists and grids in every way that models write them, cell by cell.

Python's and JSON's brackets, numpy's (no commas), lines of cells with blanks or commas between,
with or without quotes. Every cell has to match the pattern of the task, so nothing else is read.
"""

from __future__ import annotations

import re

from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError

_ROUND = str.maketrans("()", "[]")
_BETWEEN_ROWS = re.compile(r"\] ?,? ?\[")
_QUOTES = ("'", '"')


def cells(text: str, cell: re.Pattern[str]) -> list[str]:
    """Return the cells of a flat list.

    Raises:
        UnreadableError: ``text`` is no list of such cells.
    """
    bare = undressed(text).translate(_ROUND)
    if bare.startswith("[") and bare.endswith("]") and len(bare) > 1:
        return _cells(bare[1:-1], cell)
    return _cells(_unquoted(bare), cell)


def grid(text: str, cell: re.Pattern[str]) -> list[list[str]]:
    """Return the cells of a grid, row by row.

    Raises:
        UnreadableError: ``text`` is no grid of such cells.
    """
    bare = undressed(text).translate(_ROUND)
    if "[" in bare:
        return _bracketed(" ".join(bare.split()), cell)
    return [_cells(_unquoted(line), cell) for line in bare.splitlines() if line.strip()]


def _bracketed(flat: str, cell: re.Pattern[str]) -> list[list[str]]:
    """Read rows in brackets, with or without brackets around them all."""
    inner = _inside(flat)
    if inner.startswith("["):
        flat = _without_comma(inner)
        inner = _inside(flat)
    elif not _BETWEEN_ROWS.search(flat):
        # One list of texts, each of them a row.
        return [_cells(_unquoted(row), cell) for row in _without_comma(inner).split(",")]
    return [_cells(row, cell) for row in _BETWEEN_ROWS.split(inner)]


def _inside(flat: str) -> str:
    flat = _without_comma(flat)
    if not flat.startswith("[") or not flat.endswith("]"):
        raise UnreadableError("no rows in brackets")
    return flat[1:-1].strip()


def _without_comma(flat: str) -> str:
    return flat[:-1].rstrip() if flat.endswith(",") else flat


def _cells(row: str, cell: re.Pattern[str]) -> list[str]:
    row = _without_comma(row.strip())
    parts = row.split(",") if "," in row else row.split()
    found = [_unquoted(part) for part in parts]
    if not all(map(cell.fullmatch, found)):
        raise UnreadableError("a cell that the task does not have")
    return found


def _unquoted(part: str) -> str:
    """Return ``part`` without the quotes around it, if they are around it as a whole."""
    part = part.strip()
    if part[:1] in _QUOTES and part.count(part[0]) == 2 and part[-1] == part[0]:
        return part[1:-1].strip()
    return part
