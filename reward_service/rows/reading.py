"""From a row to its spec: find the format, then let it read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reward_service.rows.row import Row
from reward_service.rows.table import ALIASES, FORMATS
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import Spec

MAX_FIELDS = 500
"""A row with more fields is none."""

_SHOWN_FIELDS = 20
_SHOWN_CHARS = 40


class UnknownFormatError(BadSpecError):
    """The row is of no known format. The text lists those there are; ``brief`` does not."""

    def __init__(self, brief: str, known: Iterable[str] = FORMATS) -> None:
        super().__init__(f"{brief}; known formats: {_listed(known)}")
        self.brief = brief


def spec_of_row(row: Mapping[str, Any], format_name: str | None, *, where: str = "row") -> Spec:
    """Return the spec of a dataset row, in the format named or recognised.

    A format is recognised by its exact fields, so a row with fields that nobody expects there is
    not guessed at; naming the format says that they do not matter.

    Raises:
        BadSpecError: the format is unknown, or the row is not of it; the message names the field.
    """
    if len(row) > MAX_FIELDS:
        raise BadSpecError(f"{where}: {len(row)} fields; at most {MAX_FIELDS} make a row")
    name = format_of_row(row, where=where) if format_name is None else format_name
    name = ALIASES.get(name, name)
    if name not in FORMATS:
        brief = f"{where}: unknown format {_cut(str(format_name))!r}"
        raise UnknownFormatError(brief, {*FORMATS, *ALIASES})
    return FORMATS[name].convert(Row(row, where))


def format_of_row(row: Mapping[str, Any], *, where: str = "row") -> str:
    """Return the name of the one format that the fields of ``row`` make.

    Raises:
        BadSpecError: they make none, or several.
    """
    fields = {name: value for name, value in row.items() if value is not None}
    names = [name for name, form in FORMATS.items() if form.recognise(fields)]
    if len(names) == 1:
        return names[0]
    seen = ", ".join(_cut(str(name)) for name in sorted(fields, key=str)[:_SHOWN_FIELDS]) or "none"
    if names:
        raise BadSpecError(
            f"{where}: the fields ({seen}) make several formats: {_listed(names)}; "
            "name one as format"
        )
    raise UnknownFormatError(
        f"{where}: the fields ({seen}) make no known format; name one as format, or give a spec"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _cut(name: str) -> str:
    return name if len(name) <= _SHOWN_CHARS else name[: _SHOWN_CHARS - 3] + "..."
