"""Makes one plain JSONL file of whatever rows are in, so that all else reads only such files.

A JSONL file is read where it is. Anything else is written once to the run's folder, and found there
when the run goes on: a data set of the Hub that changes meanwhile changes nothing.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reward_trainer.data.wording import matches
from reward_trainer.errors import DataError

HUB = "hub:"
_BATCH_ROWS = 256


def as_lines(path: str, folder: Path, only: Mapping[str, Any]) -> Path:
    """Return a JSONL file with the rows of ``path``: itself, or a copy in ``folder``.

    Of a data set of the Hub, rows that ``only`` does not take are not copied.

    Raises:
        DataError: there is nothing there, nothing that can be read, or no package to read it with.
    """
    if path.startswith(HUB):
        name = path.removeprefix(HUB)
        key = json.dumps([path, only], sort_keys=True)
        return _copied(_hub_rows(name, only), folder, name, key=key)
    parts = _parts(Path(path).expanduser())
    if len(parts) == 1 and parts[0].suffix in _PLAIN:
        return parts[0]
    stats = [(str(part.absolute()), part.stat().st_size, part.stat().st_mtime_ns) for part in parts]
    rows = (row for part in parts for row in _rows_of(part))
    return _copied(rows, folder, Path(path).name, key=json.dumps(stats))


def _parts(path: Path) -> list[Path]:
    """Return the files that ``path`` stands for: itself, or all that a folder has of rows."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and _reader(file))
        if not found:
            raise DataError(f"{path}: the folder has no files of rows ({', '.join(_KINDS)})")
        return found
    if not path.exists():
        raise DataError(f"{path}: there is no such file; for a data set of the Hub: hub:owner/name")
    if _reader(path) is None:
        raise DataError(f"{path}: cannot tell what it is; expected {', '.join(_KINDS)}")
    return [path]


def _copied(rows: Iterable[str], folder: Path, name: str, *, key: str) -> Path:
    """Write ``rows`` to a file that stands under its name when it is complete."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")[-60:]
    path = folder / f"{plain}-{sha256(key.encode()).hexdigest()[:12]}.jsonl"
    if path.exists():
        return path
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _rows_of(path: Path) -> Iterator[str]:
    reader = _reader(path)
    assert reader is not None
    try:
        yield from reader(path)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error


def _plain_rows(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\r\n") for line in file)


def _zipped_rows(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\r\n") for line in file)


def _json_rows(path: Path) -> Iterator[str]:
    """Yield the rows of a JSON file: a list of objects."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise DataError(f"{path}: expected a list of objects; a file with one a line is .jsonl")
    return (_text(row, f"{path} row {at}") for at, row in enumerate(rows, 1))


def _parquet_rows(path: Path) -> Iterator[str]:
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


def _hub_rows(name: str, only: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rows of ``owner/name[:config][@split]``; without a split, those of ``train``."""
    try:
        datasets = import_module("datasets")
        errors = import_module("datasets.exceptions")
    except ModuleNotFoundError as error:
        raise DataError(
            f"hub:{name}: data sets of the Hub are read by the package datasets, which is missing:"
            " pip install datasets; or give the path of a local copy"
        ) from error
    whole, _, split = name.partition("@")
    owner_name, _, config = whole.partition(":")
    try:
        rows = datasets.load_dataset(owner_name, config or None, split=split or "train")
        for number, row in enumerate(rows, 1):
            if matches(row, only):
                yield _text(row, f"hub:{name} row {number}")
    except (OSError, ValueError, errors.DatasetsError) as error:
        raise DataError(f"hub:{name}: {error}; or give the path of a local copy") from error


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


_PLAIN = (".jsonl", ".ndjson")
_KINDS: Mapping[str, Callable[[Path], Iterator[str]]] = MappingProxyType(
    {
        ".jsonl": _plain_rows,
        ".ndjson": _plain_rows,
        ".jsonl.gz": _zipped_rows,
        ".json": _json_rows,
        ".parquet": _parquet_rows,
    }
)


def _reader(path: Path) -> Callable[[Path], Iterator[str]] | None:
    return next((read for kind, read in _KINDS.items() if path.name.endswith(kind)), None)
