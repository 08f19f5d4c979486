"""An output read back: for a retry, and to sum up by another grouping."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, FileIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from pydantic_core import to_json

from reward_service.offline.errors import RefusedError
from reward_service.report import Report, Result, Tally, shares_process
from reward_service.surrogates import json_value


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenLine:
    """A line of an output."""

    raw: bytes
    value: dict[str, Any]
    number: int
    """The line of the input it speaks of."""

    @property
    def result(self) -> Result:
        """What a tally needs to know of it."""
        verdict, problem = self.value.get("verdict"), self.value.get("problem")
        details = verdict.get("details") if isinstance(verdict, dict) else None
        return Result(
            domain=self.value.get("domain"),
            reward=self.value.get("reward"),
            outcome=verdict["outcome"] if isinstance(verdict, dict) else None,
            problem=problem["code"] if isinstance(problem, dict) else None,
            shared_process=isinstance(details, dict) and shares_process(details),
        )


class WrittenFile:
    """A finished output, read from the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = BufferedReader(FileIO(str(path)), 1 << 20)
        except FileNotFoundError as error:
            raise RefusedError(f"{path} does not exist; score first, retry then") from error
        self._size = path.stat().st_size
        packed = path.suffix == ".gz"
        self._text: BinaryIO = gzip.GzipFile(fileobj=self._file) if packed else self._file  # type: ignore[assignment]  # it reads like any binary file

    def share(self) -> float | None:
        """Return how much of it is read, 0 to 1."""
        return min(self._file.tell() / self._size, 1.0) if self._size else None

    def groups(self) -> Iterator[tuple[int, list[WrittenLine]]]:
        """Yield, for each line of the input, its number and what was written of it."""
        for number, group in groupby(self.lines(), key=lambda line: line.number):
            yield number, list(group)

    def lines(self) -> Iterator[WrittenLine]:
        """Yield every line.

        Raises:
            RefusedError: the file is no output of ours, or damaged.
        """
        try:
            for at, raw in enumerate(self._text, 1):
                yield self._line(at, raw)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise RefusedError(f"{self._path}: damaged gzip data: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _line(self, at: int, raw: bytes) -> WrittenLine:
        try:
            value = json_value(raw)
        except ValueError:
            value = None
        if not isinstance(value, dict) or not isinstance(value.get("line"), int):
            raise RefusedError(f"{self._path}: line {at} is not one that `score` writes")
        return WrittenLine(raw=raw, value=value, number=value["line"])


def report_by(path: Path, field: str) -> Report:
    """Sum up the output at ``path``, taking lines with an equal ``field`` for one prompt.

    Holds two numbers per prompt in memory.

    Raises:
        RefusedError: no line has such a field.
    """
    tally = Tally()
    groups: dict[tuple[str | None, bytes], list[int]] = {}
    written = WrittenFile(path)
    found = False
    try:
        for line in written.lines():
            found = found or field in line.value
            result = line.result
            tally.count([result])
            if result.outcome is not None and field in line.value:
                key = (result.domain, to_json(line.value[field], fallback=str))
                counts = groups.setdefault(key, [0, 0])
                counts[0] += 1
                counts[1] += result.outcome == "correct"
    finally:
        written.close()
    if tally.n and not found:
        raise RefusedError(
            f"--group-by: no line of {path} has a field {field!r}; was it left out by --carry?"
        )
    for (domain, _), (n_scored, n_correct) in groups.items():
        tally.add_group(domain, n_scored, n_correct)
    return tally.report()
