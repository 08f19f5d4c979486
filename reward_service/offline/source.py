"""Where lines come from: JSON lines, plain or gzipped, a file or a pipe, and tables.

A source is read once, forwards. It can say where it stands (a *mark*, JSON values in its own words)
and go on from there later, and it notices when what was read before has changed since.
"""

from __future__ import annotations

import gzip
import os
import select
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from io import BufferedReader, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from reward_service.offline.errors import RefusedError, SourceError
from reward_service.offline.lines import RawLine

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 256 << 20
"""A longer line is not held in memory; it becomes a line that cannot be read."""

_CHUNK = 1 << 20
_PREVIEWED = 16
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"


class Source(Protocol):
    """A file of lines on its way through."""

    name: str

    def fingerprint(self) -> dict[str, Any]:
        """Return what tells this input from another, as far as it can be told without reading."""
        ...

    def skip(self, marks: Sequence[Mapping[str, Any]], *, unchanged: bool) -> None:
        """Go to the last of ``marks``, those of an earlier run in their order.

        Args:
            marks: where the earlier run stood; not empty.
            unchanged: whether the fingerprint is the one of that run.

        Raises:
            RefusedError: what that run read is not what stands there now.
        """
        ...

    def preview(self) -> list[RawLine]:
        """Return the first few lines that can be had at once; the source stays where it is."""
        ...

    def lines(self) -> Iterator[RawLine]:
        """Yield every line from here on that is not blank.

        Raises:
            SourceError: the input breaks off.
        """
        ...

    def mark(self) -> dict[str, Any]:
        """Return where the source stands: after the line yielded last."""
        ...

    def share(self) -> float | None:
        """Return how much of the input is read, 0 to 1, or None where nobody can know."""
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


def open_source(path: str) -> Source:
    """Open ``path``, or standard input for ``-``, by what it holds, whatever its name says.

    Raises:
        RefusedError: it is missing, or of a kind that cannot be read.
    """
    try:
        raw = _RawFile(sys.stdin.fileno(), closefd=False) if path == "-" else _RawFile(path)
    except OSError as error:
        raise RefusedError(f"{path}: {error.strerror}") from error
    file: BufferedReader = BufferedReader(raw, _CHUNK)
    try:
        return _opened(file, raw, "standard input" if path == "-" else path)
    except RefusedError:
        file.close()
        raise


class _RawFile(FileIO):
    """A file whose reading can be called off from another thread, which a pipe may need."""

    def __init__(self, file: str | int, *, closefd: bool = True) -> None:
        super().__init__(file, closefd=closefd)
        status = os.fstat(self.fileno())
        self.size = status.st_size if stat.S_ISREG(status.st_mode) else None
        self._wake, self._waker = os.pipe()
        self._poll = select.poll()
        self._poll.register(self.fileno(), select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        called_off = any(handle == self._wake for handle, _ in self._poll.poll())
        return 0 if called_off else super().readinto(buffer)

    def call_off(self) -> None:
        """End the reading that goes on, and all that follows, as if the file ended here."""
        os.write(self._waker, b"!")

    def close(self) -> None:
        if not self.closed:
            os.close(self._wake)
            os.close(self._waker)
        super().close()


def _opened(file: BufferedReader, raw: _RawFile, path: str) -> Source:
    head = file.peek(4)[:4]
    if head == _PARQUET:
        return _parquet(file, path)
    if head == _ZSTD:
        raise RefusedError(f"{path}: zstd is not read; unpack it (zstd -dc {path} | ... score -)")
    if Path(path).suffix == ".json" and head.lstrip()[:1] == b"[":
        raise RefusedError(
            f"{path}: a JSON array, where one object a line is expected; "
            f"convert it: jq -c '.[]' {path} > {Path(path).stem}.jsonl"
        )
    return LineSource(file, path, size=raw.size, call_off=raw.call_off)


def _parquet(file: BufferedReader, path: str) -> Source:
    try:
        from reward_service.offline.parquet import ParquetSource
    except ModuleNotFoundError as error:
        raise RefusedError(
            f"{path}: parquet needs {error.name}; install it: pip install 'reward-service[server]'"
        ) from error
    return ParquetSource(file, path)


class LineSource:
    """JSON lines: a file, a gzipped file or a pipe."""

    def __init__(
        self,
        file: BufferedReader,
        name: str,
        *,
        size: int | None = None,
        call_off: Callable[[], None] | None = None,
    ) -> None:
        """Read ``file`` from where it stands.

        Args:
            file: the bytes.
            name: what to call it in complaints.
            size: in bytes; None for a pipe.
            call_off: ends a read that another thread is in.
        """
        self.name = name
        self._file = file
        self._call_off = call_off
        self._size = size
        self._packed = file.peek(2)[:2] == _GZIP
        self._text: BinaryIO = gzip.GzipFile(fileobj=file) if self._packed else file  # type: ignore[assignment]  # a GzipFile reads like any binary file
        self._offset = 0
        self._line = 0
        self._since = 0
        self._hash = blake2b(digest_size=16)

    def fingerprint(self) -> dict[str, Any]:
        if self._size is None:
            return {"kind": "stream"}
        modified = os.fstat(self._file.fileno()).st_mtime_ns
        return {"kind": "lines", "size": self._size, "modified_ns": modified}

    def skip(self, marks: Sequence[Mapping[str, Any]], *, unchanged: bool) -> None:
        last = marks[-1]
        if unchanged and self._size is not None and not self._packed:
            self._file.seek(last["offset"])
            self._offset = last["offset"]
        else:
            for mark in _ends_of_runs(marks):
                self._verify(mark)
        self._line = last["line"]
        self._since = self._offset
        self._hash = blake2b(digest_size=16)

    def preview(self) -> list[RawLine]:
        try:
            head: bytes = self._text.peek(_CHUNK)  # type: ignore[attr-defined]  # both kinds have it
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return []  # whoever reads it in earnest will be told
        lines = head.removeprefix(_BOM).split(b"\n")
        if self._packed or len(head) != self._size:
            lines.pop()  # where it ends is not seen from here
        return [(at, raw) for at, raw in enumerate(lines[:_PREVIEWED], 1) if raw.strip()]

    def lines(self) -> Iterator[RawLine]:
        while raw := self._read_line():
            self._line += 1
            if self._line == 1:
                raw = raw.removeprefix(_BOM)
            if not raw.isspace():
                yield self._line, raw

    def mark(self) -> dict[str, Any]:
        return {
            "offset": self._offset,
            "line": self._line,
            "since": self._since,
            "digest": self._hash.hexdigest(),
        }

    def share(self) -> float | None:
        if not self._size:
            return None
        read = self._file.tell() if self._packed else self._offset
        return min(read / self._size, 1.0)

    def close(self) -> None:
        if self._call_off is not None and not self._file.closed:
            self._call_off()
        self._file.close()

    def _read_line(self) -> bytes:
        """Return the next line with its newline; a gigantic one cut short; empty at the end."""
        raw = self._read(MAX_LINE_BYTES, whole_line=True)
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            raw = raw[:_CHUNK]
            while (rest := self._read(_CHUNK, whole_line=True)) and not rest.endswith(b"\n"):
                pass
        return raw

    def _verify(self, mark: Mapping[str, Any]) -> None:
        """Read up to ``mark`` and compare what stands there with what the earlier run read."""
        digest = blake2b(digest_size=16)
        while self._offset < mark["offset"]:
            chunk = self._read(min(_CHUNK, mark["offset"] - self._offset))
            if not chunk:
                break
            digest.update(chunk)
        if self._offset != mark["offset"] or digest.hexdigest() != mark["digest"]:
            raise RefusedError(
                f"{self.name} has changed in the first {mark['line']} lines, which are scored "
                "already; bring back what stood there, or start over with --force"
            )

    def _read(self, n_bytes: int, *, whole_line: bool = False) -> bytes:
        try:
            raw = self._text.readline(n_bytes) if whole_line else self._text.read(n_bytes)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(
                f"{self.name}: the gzip data breaks off or is damaged after line {self._line} "
                f"({error}); is it still being written? Run the same command again when it is whole"
            ) from error
        self._offset += len(raw)
        self._hash.update(raw)
        return raw


def _ends_of_runs(marks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the last mark of each earlier run: together their digests cover all that was read."""
    ends = {mark["since"]: mark for mark in marks}
    return [ends[since] for since in sorted(ends)]
