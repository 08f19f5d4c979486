"""Puzzles of Reasoning Gym, made on the fly: new ones for every epoch.

The service's own command makes them, in a process of its own, so that the same seed makes the same
puzzles and the trainer needs to know nothing of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from reward_trainer.data.items import Items
from reward_trainer.errors import DataError

if TYPE_CHECKING:
    from reward_trainer.config import Source

DOMAIN = "reasoning_gym"


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

    Raises:
        DataError: it could not; says why in its words.
    """
    command = [sys.executable, "-m", "reward_service.cli", "rg", "export", "--quiet", "--force"]
    command += ["--datasets", ",".join(order.datasets), "--size", str(order.size)]
    command += ["--seed", str(order.seed), "--output", str(path)]
    command += [] if order.level is None else ["--level", str(order.level)]
    searched = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    done = subprocess.run(  # noqa: S603 -- a module of our own
        command,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": searched, "LANG": "C.UTF-8"},
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it did not say why"]
        raise DataError(
            f"no puzzles of {', '.join(order.datasets)}: {said[-1]}"
            " (they are made by `reward-service rg export`, with the extra `server` installed)"
        )


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

    def of(self, epoch: int) -> Items:
        """Return the puzzles of an epoch; those of the first are kept, others until the next."""
        if self._now is not None and self._now[0] == epoch:
            return self._now[1]
        path = self._path(epoch)
        if not path.exists():
            self._make(path, epoch)
        if epoch >= 2:
            self._path(epoch - 1).unlink(missing_ok=True)
        items = Items(path, self._source)
        self._now = (epoch, items)
        return items

    def _make(self, path: Path, epoch: int) -> None:
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._maker(self._order(epoch), partial)
            partial.replace(path)
        except OSError as error:
            raise DataError(f"{path} cannot be written: {error}") from error
        finally:
            partial.unlink(missing_ok=True)

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
