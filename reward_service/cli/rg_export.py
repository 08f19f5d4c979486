"""``reward-service rg export``: puzzles as items, which ``score`` takes once there are completions.

The puzzles come from a process whose hash seed is fixed (``rg_maker``), so that the same command
writes the same file anywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from reward_service.cli.console import note
from reward_service.cli.exits import Exit
from reward_service.cli.progress import ProgressLine
from reward_service.cli.rg_sets import WITHOUT_LEVELS
from reward_service.offline.errors import OfflineError, RefusedError
from reward_service.offline.progress import Progress

if TYPE_CHECKING:
    from reward_service.cli.rg_maker import Order

_MAKER = "reward_service.cli.rg_maker"


def export(order: Order, output: Path | None, *, force: bool, quiet: bool) -> int:
    """Write the items of ``order`` to ``output``, or to standard output; return the exit code.

    A file appears under its name when it is complete.

    Raises:
        RefusedError: the file is there already, or a data set cannot be configured so.
        OfflineError: the process that makes puzzles failed.
    """
    if output is not None and output.exists() and not force:
        raise RefusedError(f"{output}: is there already; --force replaces it")
    level_less = [name for name in order.datasets if name in WITHOUT_LEVELS]
    if order.level is not None and level_less and not quiet:
        note(f"made as by default, the package having no levels for them: {', '.join(level_less)}")
    with _sink(output) as sink, ProgressLine(quiet=quiet) as line:
        n_done = 0
        n_all = order.size * len(order.datasets)
        began = time.monotonic()
        for text in _made(order):
            sink.write(text)
            n_done += 1
            line.show(_progress(n_done, n_all, time.monotonic() - began))
    if not quiet:
        note(f"{n_done:,} items of {len(order.datasets)} data sets")
    return Exit.OK


def _progress(n_done: int, n_all: int, elapsed_s: float) -> Progress:
    return Progress(
        n_items=n_done,
        n_bad=0,
        n_before=0,
        share=n_done / n_all,
        share_before=0.0,
        elapsed_s=elapsed_s,
    )


@contextmanager
def _sink(output: Path | None) -> Iterator[IO[str]]:
    """Open what is written to; a file gets its name at the end, and is gone if there is none."""
    if output is None:
        yield sys.stdout
        return
    partial = output.with_name(f"{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8") as sink:
            yield sink
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _made(order: Order) -> Iterator[str]:
    """Yield the items as lines of JSON."""
    with subprocess.Popen(  # noqa: S603 -- a module of our own
        [sys.executable, "-P", "-m", _MAKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=_environment(),
    ) as maker:
        assert maker.stdin is not None
        assert maker.stdout is not None
        try:
            maker.stdin.write(json.dumps(asdict(order)))
            maker.stdin.close()
            for text in maker.stdout:
                yield _item(text)
        finally:
            maker.kill()
            status = maker.wait()
    if status not in (0, -9):
        raise OfflineError(f"the process that makes puzzles failed (exit code {status})")


def _item(text: str) -> str:
    """Return the item in a line of the maker's.

    Raises:
        RefusedError: the line says that there is none.
    """
    line = json.loads(text)
    if "error" in line:
        raise RefusedError(line["error"])
    return f"{json.dumps(line['item'], ensure_ascii=False)}\n"


def _environment() -> dict[str, str]:
    """Return the maker's whole environment: nothing is inherited, chance and threads are fixed."""
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    fixed = {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    return {"PYTHONPATH": path, **fixed}
