"""JSONL that is appended to and read again after a kill: what was written stays written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """A file of JSON objects, one a line, that only grows."""

    def __init__(self, path: Path) -> None:
        """Go on with ``path``; a last line that a kill broke off is cut away."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab")
        whole = _whole_bytes(path)
        if self._file.tell() > whole:
            self._file.truncate(whole)

    def append(self, line: Mapping[str, Any]) -> None:
        """Write one line, and give it to the system at once."""
        # In ASCII, with escapes: a completion may hold what no encoding can say. Rows of tables
        # may hold dates, hence the default.
        self._file.write(json.dumps(line, default=str).encode("ascii") + b"\n")
        self._file.flush()

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what was written, from the start; lines that are none of ours are passed over."""
        with self.path.open("rb") as file:
            for raw in file:
                try:
                    line = json.loads(raw)
                except ValueError:
                    continue
                if isinstance(line, dict) and isinstance(line.get("key"), str):
                    yield line

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _whole_bytes(path: Path) -> int:
    """Return how many bytes the lines take that end as lines do."""
    size = path.stat().st_size
    with path.open("rb") as file:
        step = 1 << 16
        at = size
        while at > 0:
            start = max(at - step, 0)
            file.seek(start)
            newline = file.read(at - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            at = start
    return 0
