"""``reward-service rg export``: puzzles as items, which ``score`` takes once there are completions.

The puzzles come from a process whose hash seed is fixed (``rg_maker``), so that the same command
writes the same file anywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

_MAX_SAID = 4000


def export(order: Order, output: Path | None, *, force: bool, quiet: bool) -> int:
    """Write the items of ``order`` to ``output``, or to standard output; return the exit code.

    A file appears under its name when it is complete.

    Raises:
        RefusedError: the file is there already or cannot be written, or a data set cannot be made
            as it is configured.
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
        sink = partial.open("w", encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{output}: cannot be written: {error.strerror}") from error
    try:
        with sink:
            yield sink
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _made(order: Order) -> Iterator[str]:
    """Yield the items as lines of JSON.

    Raises:
        RefusedError: a data set cannot be made as it is configured.
        OfflineError: the process that makes puzzles failed.
    """
    at = None
    with tempfile.TemporaryFile() as said, _maker(said) as maker:
        try:
            _give(maker, order)
            for text in maker.stdout or ():
                line = json.loads(text)
                if "error" in line:
                    raise RefusedError(f"{_named(at, order)}: {line['error']}")
                if "item" in line:
                    yield f"{json.dumps(line['item'], ensure_ascii=False)}\n"
                at = line.get("at", at)
            if maker.wait() != 0:
                raise _failure(at, order, maker.returncode, _end(said))
        finally:
            maker.kill()


def _maker(said: IO[bytes]) -> subprocess.Popen[str]:
    """Start the process that makes puzzles; ``said`` gets what it writes when it fails."""
    return subprocess.Popen(  # noqa: S603 -- a module of our own
        [sys.executable, "-P", "-m", _MAKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        encoding="utf-8",
        env=_environment(),
    )


def _give(maker: subprocess.Popen[str], order: Order) -> None:
    assert maker.stdin is not None
    # Where it ended before it read, its status tells why.
    with suppress(BrokenPipeError), maker.stdin:
        maker.stdin.write(json.dumps(asdict(order)))


def _failure(at: str | None, order: Order, status: int, reason: str) -> OfflineError:
    """Return what to say of a maker that ended with ``status`` while it was ``at`` a data set."""
    if status < 0:
        reason = f"killed by signal {-status}"
    if at is None:
        return OfflineError(f"the process that makes puzzles failed: {reason}")
    failure = RefusedError if status > 0 and order.configs.get(at) else OfflineError
    return failure(f"{_named(at, order)}: the package fails: {reason}")


def _named(at: str | None, order: Order) -> str:
    """Return the data set's name with what is not as by default."""
    changed = dict(order.configs.get(at or "", {}))
    if order.level is not None:
        changed["level"] = order.level
    fields = ", ".join(f"{field} {json.dumps(value)}"[:200] for field, value in changed.items())
    return f"{at} with {fields}" if fields else f"{at}"


def _end(said: IO[bytes]) -> str:
    """Return the last line of what the maker said, which names the exception that ended it."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - _MAX_SAID))
    lines = said.read().decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "no reason given")


def _environment() -> dict[str, str]:
    """Return the maker's whole environment: nothing is inherited, chance and threads are fixed."""
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    fixed = {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    return {"PYTHONPATH": path, **fixed}
