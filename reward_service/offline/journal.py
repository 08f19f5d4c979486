"""How far a run has come, on disk: what a killed run needs to go on.

A journal is JSON lines: a header (what is scored, and how), then one record per commit. A record is
written only after what it speaks of is durable in the output, so the last whole record is always
true; whatever the output has beyond it is cut off and scored again. The open journal is locked, so
that two runs never write one output.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from reward_service.offline.errors import RefusedError


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The state after one commit."""

    mark: dict[str, Any]
    """Where the input goes on, in the source's own words."""
    output_bytes: int
    problem_bytes: int
    tally: dict[str, Any]
    done: bool = False
    """Whether the input has been scored to its end."""


class Journal:
    """The open, locked journal of one output."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self._file = file
        self.header: dict[str, Any] | None = None
        self.marks: list[dict[str, Any]] = []
        """Of every record that was there when the journal was opened."""
        self.last: Record | None = None
        self._load()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open and lock the journal at ``path``, which need not exist.

        Raises:
            RefusedError: another run holds it.
        """
        while True:
            file = path.open("a+b")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.close()
                raise RefusedError(
                    f"another run holds {path}; wait for it or end it, then try again"
                ) from error
            # A run that ended between our open and our lock has removed the file we hold.
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return cls(path, file)
            file.close()

    def begin(self, header: dict[str, Any]) -> None:
        """Forget what is there and write ``header``."""
        self._file.truncate(0)
        self.header, self.marks, self.last = header, [], None
        self._append(header)
        os.fsync(self._file.fileno())

    def append(self, record: Record) -> None:
        """Write ``record``; what it speaks of is durable already."""
        self.last = record
        self._append(asdict(record))

    def remove(self) -> None:
        """Delete the journal and let go of it."""
        self.path.unlink(missing_ok=True)
        self._file.close()

    def close(self) -> None:
        """Let go of the journal; an empty one is deleted."""
        if not self._file.closed:
            if self.header is None:
                self.path.unlink(missing_ok=True)
            self._file.close()

    def _append(self, value: dict[str, Any]) -> None:
        self._file.write(json.dumps(value, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def _load(self) -> None:
        """Read what is there; a torn last line is cut off."""
        self._file.seek(0)
        kept = 0
        for line in self._file:
            value = _value(line)
            if value is None:
                break
            kept += len(line)
            if self.header is None:
                self.header = value
            else:
                self.last = Record(**value)
                self.marks.append(self.last.mark)
        self._file.truncate(kept)
        self._file.seek(0, os.SEEK_END)


def _value(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
