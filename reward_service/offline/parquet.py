"""Rows of a parquet file as lines, a few hundred at a time, whatever the size of its row groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, BinaryIO

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
from pyarrow import ArrowException

from reward_service.offline.errors import RefusedError, SourceError
from reward_service.offline.lines import RawLine

_ROWS = 256
_PREVIEWED = 16


class ParquetSource:
    """The rows of a parquet file; a row's number is 1-based."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        try:
            self._table = pq.ParquetFile(file)
        except (ArrowException, OSError) as error:
            raise RefusedError(f"{name}: no readable parquet file: {error}") from error
        self._n_rows: int = self._table.metadata.num_rows
        self._row = 0

    def fingerprint(self) -> dict[str, Any]:
        """Return the size and a digest of the footer, which names every column chunk."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - 65536))
        footer = blake2b(self._file.read(), digest_size=16).hexdigest()
        return {"kind": "parquet", "size": size, "footer": footer}

    def skip(self, marks: Sequence[Mapping[str, Any]], *, unchanged: bool) -> None:
        if not unchanged:
            raise RefusedError(
                f"{self.name} has changed since the run began; bring the old file back, "
                "or start over with --force"
            )
        self._row = marks[-1]["row"]

    def preview(self) -> list[RawLine]:
        try:
            batch = next(self._table.iter_batches(batch_size=_PREVIEWED), None)
            rows = [] if batch is None else batch.to_pylist(maps_as_pydicts="strict")
        except (ArrowException, OSError):
            return []  # whoever reads it in earnest will be told
        return [(number, _as_line(row)) for number, row in enumerate(rows, 1)]

    def lines(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        try:
            for group, first in self._groups():
                yield from self._rows_of(group, first)
        except (ArrowException, OSError) as error:
            raise SourceError(f"{self.name}: unreadable after row {self._row}: {error}") from error

    def mark(self) -> dict[str, Any]:
        return {"row": self._row}

    def share(self) -> float | None:
        return self._row / self._n_rows if self._n_rows else None

    def close(self) -> None:
        self._file.close()

    def _groups(self) -> Iterator[tuple[int, int]]:
        """Yield (row group, its first row) for those that are not wholly read."""
        first = 0
        for group in range(self._table.num_row_groups):
            n_rows = self._table.metadata.row_group(group).num_rows
            if first + n_rows > self._row:
                yield group, first
            first += n_rows

    def _rows_of(self, group: int, first: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for batch in self._table.iter_batches(batch_size=_ROWS, row_groups=[group]):
            unread = max(self._row - first, 0)
            first += batch.num_rows
            for row in batch.slice(min(unread, batch.num_rows)).to_pylist(maps_as_pydicts="strict"):
                self._row += 1
                yield self._row, _as_line(row)


def _as_line(row: dict[str, Any]) -> dict[str, Any]:
    """Return ``row`` as a JSON line would have it: a nested column gives every row every field."""
    spec = row.get("spec")
    return {**row, "spec": _without_nulls(spec)} if isinstance(spec, dict) else row


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_nulls(inner) if isinstance(inner, dict) else inner
        for name, inner in value.items()
        if inner is not None
    }
