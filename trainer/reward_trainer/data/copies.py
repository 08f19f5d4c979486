"""Makes one plain JSONL file of whatever rows are in, so that all else reads only such files.

A JSONL file is read where it is. Anything else is written once to the run's folder, and found there
when the run goes on: a data set of the Hub that changes meanwhile changes nothing. Beside a copy of
one lies what it is of: the commit and its files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reward_trainer.data.hub import HUB, Fetched, fetched, place_of
from reward_trainer.data.readers import KINDS, kind_of, lines_of, row_of
from reward_trainer.data.wording import matches
from reward_trainer.errors import DataError

_PLAIN = (".jsonl", ".ndjson")
_ORIGIN = ".origin.json"


def as_lines(path: str, folder: Path, only: Mapping[str, Any]) -> Path:
    """Return a JSONL file with the rows of ``path``: itself, or a copy in ``folder``.

    Of a data set of the Hub, rows that ``only`` does not take are not copied.

    Raises:
        DataError: there is nothing there, nothing that can be read, or no package to read it with.
    """
    if path.startswith(HUB):
        place_of(path)
        copy = _place(folder, path.removeprefix(HUB), key=json.dumps([path, only], sort_keys=True))
        return copy if copy.exists() else _of_hub(path, copy, only)
    parts = _parts(Path(path).expanduser())
    if len(parts) == 1 and parts[0].suffix in _PLAIN:
        return parts[0]
    stats = [(str(part.absolute()), part.stat().st_size, part.stat().st_mtime_ns) for part in parts]
    copy = _place(folder, Path(path).name, key=json.dumps(stats))
    if not copy.exists():
        write_whole(copy, (line for part in parts for line in lines_of(part)))
    return copy


def origin_of(copy: Path) -> dict[str, Any]:
    """Return what a copy is of: ``path``, ``revision``, ``files``; nothing where none is told."""
    try:
        origin = json.loads(_origin(copy).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return origin if isinstance(origin, dict) else {}


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write a file that stands under its name when it is complete.

    Raises:
        DataError: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _of_hub(path: str, copy: Path, only: Mapping[str, Any]) -> Path:
    there = fetched(path)
    origin = {"path": path, "revision": there.revision, "files": there.names}
    write_whole(_origin(copy), [json.dumps(origin, indent=2)])
    write_whole(copy, _wanted(there, only))
    return copy


def _wanted(there: Fetched, only: Mapping[str, Any]) -> Iterator[str]:
    for file in (there.folder / name for name in there.names):
        for number, line in enumerate(lines_of(file), 1):
            if line.strip() and (not only or matches(row_of(line, f"{file}:{number}"), only)):
                yield line


def _parts(path: Path) -> list[Path]:
    """Return the files that ``path`` stands for: itself, or all that a folder has of rows."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and kind_of(file.name))
        if not found:
            raise DataError(f"{path}: the folder has no files of rows ({', '.join(KINDS)})")
        return found
    if not path.exists():
        raise DataError(f"{path}: there is no such file; for a data set of the Hub: hub:owner/name")
    if kind_of(path.name) is None:
        raise DataError(f"{path}: cannot tell what it is; expected {', '.join(KINDS)}")
    return [path]


def _place(folder: Path, name: str, *, key: str) -> Path:
    """Return where a copy is, by what it is of."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")[-60:]
    return folder / f"{plain}-{sha256(key.encode()).hexdigest()[:12]}.jsonl"


def _origin(copy: Path) -> Path:
    return copy.with_suffix(_ORIGIN)
