"""The files of a run: written under partial names, durable commit by commit, renamed at the end.

A reader never sees a half-written output under its final name. Lines go into ``<out>.partial`` (and
``<out>.problems.jsonl.partial``); a commit makes them durable and notes it in ``<out>.journal``.
"""

from __future__ import annotations

import gzip
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from reward_service.offline.errors import RefusedError, WriteError
from reward_service.offline.journal import Journal, Record
from reward_service.offline.render import Rendered
from reward_service.report import Report, Tally

# What a kill may cost in work done twice, against what syncing to a slow disk costs.
_COMMIT_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Paths:
    """The names of a run's files."""

    final: Path

    @property
    def partial(self) -> Path:
        """The output while the run goes on."""
        return self._beside(".partial")

    @property
    def journal(self) -> Path:
        """How far the run has come."""
        return self._beside(".journal")

    @property
    def problems(self) -> Path:
        """The items without a reward; absent when there are none."""
        return self._beside(".problems.jsonl")

    @property
    def problems_partial(self) -> Path:
        """The same while the run goes on."""
        return self._beside(".problems.jsonl.partial")

    @property
    def packed(self) -> bool:
        """Whether the output is gzipped."""
        return self.final.suffix == ".gz"

    def _beside(self, suffix: str) -> Path:
        return self.final.with_name(self.final.name + suffix)


class Output:
    """The output of one run, open for appending at the end of what is durable."""

    def __init__(self, paths: Paths, journal: Journal) -> None:
        self._paths = paths
        self._journal = journal
        last = journal.last
        self.tally = Tally.from_state(last.tally) if last else Tally()
        self._mark: dict[str, Any] | None = None
        """Where the input stands after what is written and not committed yet."""
        self._committed_at = -math.inf
        self._lines = _reopened(paths.partial, last.output_bytes if last else 0)
        self._problems = _reopened(paths.problems_partial, last.problem_bytes if last else 0)

    def write(self, rendered: Rendered, mark: dict[str, Any]) -> None:
        """Append lines, after which the input stands at ``mark``; commit them if that is due."""
        # A write that fails half-way must not be committed by the close that follows.
        self._mark = None
        with _explained(self._paths.partial, "what is scored is kept"):
            _append(self._lines, self._problems, rendered, packed=self._paths.packed)
            _count(self.tally, rendered)
            self._mark = mark
        self.settle()

    def settle(self) -> None:
        """Commit what is written, if that is due."""
        if self._mark is not None and time.monotonic() - self._committed_at >= _COMMIT_EVERY_S:
            with _explained(self._paths.partial, "what is scored is kept"):
                self._commit(self._mark)

    def finish(self, mark: dict[str, Any]) -> None:
        """Give the files their final names; killed in the middle, the next run does the rest."""
        with _explained(self._paths.partial, "what is scored is kept"):
            self._commit(mark, done=True)
            self._close_files()
            publish(self._paths)
        self._journal.remove()

    def close(self) -> None:
        """Commit what is written and close the files; a run that scored nothing leaves none."""
        try:
            if self._mark is not None:
                self._commit(self._mark)
        finally:
            self._close_files()
            if self._journal.last is None:
                discard(self._paths)
                self._journal.remove()

    def _commit(self, mark: dict[str, Any], *, done: bool = False) -> None:
        for file in (self._lines, self._problems):
            file.flush()
            os.fdatasync(file.fileno())
        self._journal.append(
            Record(
                mark=mark,
                output_bytes=self._lines.tell(),
                problem_bytes=self._problems.tell(),
                tally=self.tally.state(),
                done=done,
            )
        )
        self._mark = None
        self._committed_at = time.monotonic()

    def _close_files(self) -> None:
        self._lines.close()
        self._problems.close()


class Rewrite:
    """A new version of a finished output, which takes its place in one step."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self.tally = Tally()
        self._lines = paths.partial.open("wb")
        self._problems = paths.problems_partial.open("wb")

    def write(self, rendered: Rendered, _mark: dict[str, Any]) -> None:
        """Append lines."""
        with _explained(self._paths.partial, f"{self._paths.final} is as it was"):
            _append(self._lines, self._problems, rendered, packed=self._paths.packed)
        _count(self.tally, rendered)

    def settle(self) -> None:
        """Commit nothing: it is worth nothing before it is whole."""

    def finish(self) -> None:
        """Replace the output and its problems file."""
        with _explained(self._paths.partial, f"{self._paths.final} is as it was"):
            for file in (self._lines, self._problems):
                file.flush()
                os.fsync(file.fileno())
                file.close()
            publish(self._paths)

    def close(self) -> None:
        """Close the files and remove what is not finished."""
        self._lines.close()
        self._problems.close()
        discard(self._paths)


@contextmanager
def _explained(path: Path, kept: str) -> Iterator[None]:
    """Turn the system's complaint into one that says what is left and what to do."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"cannot write {path}: {error.strerror}; {kept}. Mend that (is the disk full?), "
            "then the same command goes on"
        ) from error


def finished(paths: Paths, journal: Journal, last: Record) -> Report:
    """Finish a run that was killed after its last commit, and return its report."""
    publish(paths)
    journal.remove()
    return Tally.from_state(last.tally).report()


def discard(paths: Paths) -> None:
    """Remove the partial files."""
    paths.partial.unlink(missing_ok=True)
    paths.problems_partial.unlink(missing_ok=True)


def publish(paths: Paths) -> None:
    """Give complete partial files their final names; an empty problems file is removed."""
    if paths.problems_partial.exists():
        if paths.problems_partial.stat().st_size:
            paths.problems_partial.replace(paths.problems)
        else:
            paths.problems.unlink(missing_ok=True)
            paths.problems_partial.unlink()
    if paths.partial.exists():
        paths.partial.replace(paths.final)
    _sync_folder(paths.final.parent)


def _append(lines: BinaryIO, problems: BinaryIO, rendered: Rendered, *, packed: bool) -> None:
    if rendered.lines:
        # One gzip member a time: the file can be cut between any two and stays whole.
        lines.write(gzip.compress(rendered.lines, 6, mtime=0) if packed else rendered.lines)
    problems.write(rendered.problems)


def _count(tally: Tally, rendered: Rendered) -> None:
    for group in rendered.groups:
        tally.add(group)


def _reopened(path: Path, size: int) -> BinaryIO:
    """Open ``path`` for appending after its first ``size`` bytes; what follows them is cut off."""
    present = path.stat().st_size if path.exists() else 0
    if present < size:
        raise RefusedError(
            f"{path} has been cut or removed since the run began "
            f"({present} bytes of {size}); --force starts over"
        )
    file = path.open("ab")
    file.truncate(size)
    file.seek(size)
    return file


def _sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
