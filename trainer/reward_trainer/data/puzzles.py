"""Puzzles of Reasoning Gym, made on the fly: new ones for every epoch.

The service's own command makes them, in a process of its own, so that the same seed makes the same
puzzles and the trainer needs to know nothing of them.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from threading import Thread, get_ident
from typing import TYPE_CHECKING

from reward_trainer.data.items import Items
from reward_trainer.errors import DataError

if TYPE_CHECKING:
    from reward_trainer.sections import Source

DOMAIN = "reasoning_gym"

_PART = 50
"""Puzzles of each data set that one process makes; to start it costs as much as some ten."""
_APART = 1_000_003
"""Between the seeds of parts: a data set makes its puzzles from as many seeds in a row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Which puzzles to make."""

    datasets: tuple[str, ...]
    size: int
    seed: int
    level: int | None


Maker = Callable[[Order, Path], None]
"""Writes the puzzles of an order to a file, as items; raises ``DataError``."""


def exported(order: Order, path: Path) -> None:
    """Have ``reward-service rg export`` write the puzzles of ``order`` to ``path``.

    A hundred puzzles of each of 96 data sets take minutes of one core: so parts of the order, the
    same on any machine, are made side by side on half of the cores.

    Raises:
        DataError: it could not; says why in its words.
    """
    parts = _parts(order)
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        files = [Path(folder) / f"{at}.jsonl" for at in range(len(parts))]
        _export_all(parts, files)
        with path.open("wb") as whole:
            for file in files:
                with file.open("rb") as part:
                    copyfileobj(part, whole)


def _parts(order: Order) -> list[Order]:
    """Split an order by size; seeds are far enough apart that no puzzle is made twice."""
    return [
        replace(
            order,
            size=min(_PART, order.size - start),
            seed=(order.seed + part * _APART) % 2**32,
        )
        for part, start in enumerate(range(0, order.size, _PART))
    ]


def _export_all(parts: list[Order], files: list[Path]) -> None:
    """Make all parts, some at a time; whatever stops this, or the whole run, stops them."""
    running: deque[subprocess.Popen[str]] = deque()
    stop = partial(_kill, running)
    # A run may end while the next epoch's puzzles are made in a thread that nobody waits for.
    atexit.register(stop)
    try:
        for part, file in zip(parts, files, strict=True):
            if len(running) >= max(1, (os.cpu_count() or 1) // 2):
                _finish(running)
            running.append(_started(part, file))
        while running:
            _finish(running)
    finally:
        atexit.unregister(stop)
        _kill(running)
        for maker in running:
            maker.communicate()


def _started(order: Order, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "reward_service.cli", "rg", "export", "--quiet", "--force"]
    command += ["--datasets", ",".join(order.datasets), "--size", str(order.size)]
    command += ["--seed", str(order.seed), "--output", str(path)]
    command += [] if order.level is None else ["--level", str(order.level)]
    searched = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return subprocess.Popen(  # noqa: S603 -- a module of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={"PYTHONPATH": searched, "LANG": "C.UTF-8"},
    )


def _finish(running: deque[subprocess.Popen[str]]) -> None:
    """Wait for the first of those that run."""
    _, said = running[0].communicate()
    if running.popleft().returncode:
        lines = said.strip().splitlines() or ["it did not say why"]
        raise DataError(
            f"no puzzles of Reasoning Gym: {'; '.join(lines[-2:])} (they are made by"
            " `reward-service rg export`, with the extra `server` installed)"
        )


def _kill(running: deque[subprocess.Popen[str]]) -> None:
    for maker in tuple(running):
        maker.kill()


class Puzzles:
    """The puzzles of one source, epoch by epoch."""

    def __init__(self, source: Source, *, seed: int, folder: Path, maker: Maker) -> None:
        """Make none yet.

        Args:
            source: names the data sets.
            seed: the run's.
            folder: where they are written.
            maker: makes them.
        """
        self._source = source
        self._seed = seed
        self._folder = folder
        self._maker = maker
        self._now: tuple[int, Items] | None = None
        self._ahead: tuple[int, Future[None]] | None = None

    def of(self, epoch: int) -> Items:
        """Return the puzzles of an epoch; those of the first are kept, others until the next."""
        if self._now is not None and self._now[0] == epoch:
            return self._now[1]
        if self._ahead is not None and self._ahead[0] == epoch:
            self._ahead[1].result()
        self._make(epoch)
        if epoch >= 2:
            self._path(epoch - 1).unlink(missing_ok=True)
        items = Items(self._path(epoch), self._source)
        self._now = (epoch, items)
        return items

    def prepare(self, epoch: int) -> None:
        """Make the puzzles of an epoch while those of the one before are drawn."""
        if self._ahead is not None and self._ahead[0] == epoch:
            return
        self._ahead = (epoch, Future())
        # A daemon, so that a run that ends does not wait for what it does not need any more.
        Thread(target=self._prepare, args=self._ahead, name="puzzles", daemon=True).start()

    def _prepare(self, epoch: int, made: Future[None]) -> None:
        try:
            self._make(epoch)
        except DataError as error:
            made.set_exception(error)
        else:
            made.set_result(None)

    def _make(self, epoch: int) -> None:
        path = self._path(epoch)
        if path.exists():
            return
        unfinished = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._maker(self._order(epoch), unfinished)
            unfinished.replace(path)
        except OSError as error:
            raise DataError(f"{path} cannot be written: {error}") from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _order(self, epoch: int) -> Order:
        source = self._source
        digest = sha256(f"{self._seed}/{source.name}/{epoch}".encode()).digest()
        return Order(
            datasets=tuple(source.reasoning_gym),
            size=source.size,
            seed=int.from_bytes(digest[:4]),
            level=source.level,
        )

    def _path(self, epoch: int) -> Path:
        key = sha256(repr(self._order(epoch)).encode()).hexdigest()[:12]
        return self._folder / f"puzzles-{key}-epoch-{epoch}.jsonl"
