"""Dataset rows as the field has them, turned into specs: ``row`` instead of ``spec``.

``FORMATS`` is the table. To add a format: a function that reads it, a row in the table, a sample in
the tests; ``docs/rows.md`` lists it.
"""

from __future__ import annotations

from reward_service.rows.format import Format
from reward_service.rows.reading import UnknownFormatError, format_of_row, spec_of_row
from reward_service.rows.table import ALIASES, FORMATS

__all__ = [
    "ALIASES",
    "FORMATS",
    "Format",
    "UnknownFormatError",
    "format_of_row",
    "spec_of_row",
]
