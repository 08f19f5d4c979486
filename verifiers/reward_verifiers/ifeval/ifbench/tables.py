"""Checks of tabular text (CSV)."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from reward_verifiers.ifeval.text.text import Text

_CITY_HEADER = ["ID", "Country", "City", "Year", "Count"]
_PRODUCT_HEADER = re.compile(
    r'(ProductID|"ProductID"),[ \t]*(Category|"Category"),[ \t]*(Brand|"Brand")'
    r',[ \t]*(Price|"Price"),[ \t]*(Stock|"Stock")'
)
_STUDENT_HEADER = re.compile(
    r'(StudentID|"StudentID")\t *(Subject|"Subject")\t *(Grade|"Grade")'
    r'\t *(Semester|"Semester")\t *(Score|"Score")'
)
_SPECIAL = re.compile(r"[^\w\s]")


def csv_city(text: Text) -> bool:
    """Whether there are seven rows of five fields below the header."""
    rows = _rows(text.raw, 8)
    return bool(rows) and rows[0] == _CITY_HEADER and all(len(row) == 5 for row in rows)


def csv_special_character(text: Text) -> bool:
    """Whether 14 rows are below the header, and a quoted field has a special character.

    Rows have five fields, up to the first that has such a field.
    """
    if not _PRODUCT_HEADER.fullmatch(text.lines[0].strip()):
        return False
    for row in _rows(_quotes_kept(text.raw), 15)[1:]:
        if len(row) != 5:
            return False
        if any(map(_is_special, row)):
            return True
    return False


def _is_special(field: str) -> bool:
    """Whether a mark stands between the quote that starts the field and the last of its line."""
    line = field.split("\n", 1)[0]
    return line.startswith('"') and bool(_SPECIAL.search(line, 1, max(line.rfind('"'), 1)))


def csv_quotes(text: Text) -> bool:
    """Whether header and three rows have five quoted fields each, parted by tabs.

    An empty field is not quoted; upstream raises.
    """
    if not _STUDENT_HEADER.fullmatch(text.lines[0].strip()):
        return False
    rows = _rows(_quotes_kept(text.raw), 4, delimiter="\t")
    return bool(rows) and all(len(row) == 5 and all(map(_is_quoted, row)) for row in rows)


def _is_quoted(field: str) -> bool:
    bare = field.strip()
    return bare.startswith('"') and bare.endswith('"')


def _quotes_kept(text: str) -> str:
    """Return ``text`` such that the quotes around its fields are part of them."""
    return text.replace('"', '"""')


def _rows(text: str, n_rows: int, *, delimiter: str = ",") -> list[list[str]]:
    """Return the rows if there are ``n_rows``, else none.

    Nor are there any where Python's reader gives up, which upstream does not expect: over a field
    of more than 131,072 characters, or a carriage return outside of quotes.
    """
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows = list(islice(reader, n_rows + 1))
    except csv.Error:
        return []
    return rows if len(rows) == n_rows else []
