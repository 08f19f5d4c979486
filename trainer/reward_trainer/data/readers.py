"""Files of rows, and how each kind is read: as lines of JSON, one a row."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from reward_trainer.errors import DataError

_BATCH_ROWS = 256
_LONGEST_CELL = 2**31 - 1
"""Characters: by itself ``csv`` takes 131,072, and tests of programs are longer."""


def kind_of(name: str) -> str | None:
    """Return the ending that says how a file is read; None: it is no file of rows."""
    return next((kind for kind in KINDS if name.endswith(kind)), None)


def lines_of(path: Path) -> Iterator[str]:
    """Yield the rows of a file as JSON, each in a line without its end.

    Raises:
        DataError: it cannot be read, or no package is there to read it with.
    """
    kind = kind_of(path.name)
    if kind is None:
        raise DataError(f"{path}: cannot tell what it is; expected {', '.join(KINDS)}")
    try:
        yield from KINDS[kind](path)
    except (OSError, ValueError, EOFError, zlib.error, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error


def row_of(raw: bytes | str, where: str) -> dict[str, Any]:
    """Return the row that a line holds.

    Raises:
        DataError: it holds none; ``where`` names the file and the line.
    """
    try:
        row = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: broken JSON ({error}); every line is one object") from error
    if not isinstance(row, dict):
        raise DataError(f"{where}: expected an object, found {type(row).__name__}")
    return row


def _plain(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\r\n") for line in file)


def _zipped(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\r\n") for line in file)


def _listed(path: Path) -> Iterator[str]:
    """Yield the rows of a JSON file: a list of objects, or after all an object a line."""
    text = path.read_text(encoding="utf-8")
    try:
        rows = json.loads(text)
    except ValueError:
        if not text.lstrip().startswith("{"):
            raise
        yield from text.splitlines()
        return
    if not isinstance(rows, list):
        raise DataError(f"{path}: expected a list of objects; a file with one a line is .jsonl")
    for at, row in enumerate(rows, 1):
        yield _text(row, f"{path} row {at}")


def _parquet(path: Path) -> Iterator[str]:
    try:
        parquet = import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise DataError(
            f"{path}: Parquet files are read by pyarrow, which is missing: pip install pyarrow"
        ) from error
    number = 0
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                number += 1
                yield _text(row, f"{path} row {number}")


def _table(path: Path) -> Iterator[str]:
    """Yield the rows of a CSV file: all values are texts, and where none is the field is absent."""
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row:
                raise DataError(f"{where}: more values than the first line has names")
            # A column without a name is the numbering that some tools put before a table.
            yield _text({name: value for name, value in row.items() if name and value}, where)


KINDS: Mapping[str, Callable[[Path], Iterator[str]]] = MappingProxyType(
    {
        ".jsonl": _plain,
        ".ndjson": _plain,
        ".jsonl.gz": _zipped,
        ".json": _listed,
        ".parquet": _parquet,
        ".csv": _table,
    }
)
"""How files are read, by the ending of their names."""


def _text(row: Any, where: str) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False, default=_as_json)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: {error}") from error


def _as_json(value: Any) -> Any:
    """Return what columns hold beside what JSON has."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
