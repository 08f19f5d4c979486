"""The items of a benchmark: read from a file, from the Hub, or made by Reasoning Gym.

They are read as the trainer reads its prompts. Each is an object as ``reward-service score`` takes
it, with ``spec`` or ``row`` and the prompt beside it, or a row itself.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from reward_trainer.data.copies import as_lines
from reward_trainer.data.readers import lines_of, row_of
from reward_trainer.errors import DataError
from reward_trainer.evaluation.suite import PUZZLES_A_TASK, Benchmark, Wording
from reward_trainer.evaluation.wording import Messages, lettered, messages_of

_PUZZLES = "rg:"
_SEED = 2025  # of the puzzles; the paper does not tell its own


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A prompt, and how what is written to it is judged."""

    id: str
    """Unique in its benchmark."""
    messages: Messages
    judged_by: Mapping[str, Any]
    """``{"spec": ...}`` or ``{"row": ..., "format": ...}``."""
    where: str = ""
    """The file and the line that it is of."""

    @property
    def key(self) -> str:
        """What tells whether an item of an earlier start is this one."""
        content = json.dumps([self.id, self.messages, self.judged_by], sort_keys=True, default=str)
        return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    @property
    def part(self) -> str | None:
        """The task of Reasoning Gym that it is of."""
        spec = self.judged_by.get("spec")
        dataset = spec.get("dataset") if isinstance(spec, Mapping) else None
        return dataset if isinstance(dataset, str) else None


def items_of(
    benchmark: Benchmark, *, source: str = "", folder: Path, limit: int | None = None
) -> list[Item]:
    """Return the items of ``benchmark``, in the order they are kept in.

    Args:
        benchmark: says where they are, unless ``source`` does.
        source: a file, or another place as in ``Benchmark.items``.
        folder: where what is no JSONL file is kept as one: puzzles, rows of the Hub.
        limit: of each task of Reasoning Gym, or of all, the first so many.

    Raises:
        DataError: they cannot be read, there are none, or two have the same id.
    """
    place = source or benchmark.items
    rows = _rows(file_of(benchmark, source=source, folder=folder))
    items: list[Item] = []
    of_part: dict[str | None, int] = {}
    for at, (where, row) in enumerate(rows):
        item = _item(row, benchmark, at, where)
        of_part[item.part] = of_part.get(item.part, 0) + 1
        if limit is None or of_part[item.part] <= limit:
            items.append(item)
    if not items:
        raise DataError(f"{benchmark.name}: {place} holds no items")
    if len({item.id for item in items}) < len(items):
        raise DataError(f"{benchmark.name}: two items of {place} have the same id")
    return items


def file_of(benchmark: Benchmark, *, source: str = "", folder: Path) -> Path:
    """Return the JSONL file that the items of ``benchmark`` are in, made in ``folder`` if need be.

    Raises:
        DataError: it cannot be had.
    """
    place = source or benchmark.items
    if place.startswith(_PUZZLES):
        return _puzzles(place.removeprefix(_PUZZLES), folder)
    only = [] if benchmark.where is None or place != benchmark.items else [benchmark.where]
    return as_lines(place, folder, dict(only))


def _item(line: Mapping[str, Any], benchmark: Benchmark, at: int, where: str) -> Item:
    name = f"{benchmark.name}-{at}"
    given = line.get("id")
    try:
        if line.get("spec") is not None or line.get("row") is not None:
            judged_by = {key: line[key] for key in ("spec", "row", "format") if line.get(key)}
            row = line if "prompt" in line or "row" not in line else line["row"]
            wording = Wording.AS_IS if "prompt" in line else benchmark.wording
            messages = messages_of(row, wording)
        else:
            judged_by = _judged_by(line, benchmark)
            messages = messages_of(line, benchmark.wording)
    except (DataError, KeyError, TypeError) as error:
        raise DataError(f"{benchmark.name}: {where}: {error}") from error
    return Item(
        id=f"{name}-{given}" if isinstance(given, str | int) else name,
        messages=messages,
        judged_by=judged_by,
        where=where,
    )


def _judged_by(row: Mapping[str, Any], benchmark: Benchmark) -> dict[str, Any]:
    if benchmark.wording is Wording.CHOICE and benchmark.format is None:
        return {"spec": lettered(row)}
    named = {} if benchmark.format is None else {"format": benchmark.format}
    return {"row": dict(row), **named}


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file and line, row)."""
    for number, line in enumerate(lines_of(path), 1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, row_of(line, where)


def _puzzles(name: str, folder: Path) -> Path:
    """Have the puzzles of a set made, once; return the file."""
    path = folder / f"reasoning_gym_{name}.jsonl"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    command = shutil.which("reward-service")
    start = [command] if command else [sys.executable, "-P", "-m", "reward_service.cli"]
    options = ["--datasets", name, "--size", str(PUZZLES_A_TASK), "--seed", str(_SEED), "--quiet"]
    done = subprocess.run(  # noqa: S603 -- our own command
        [*start, "rg", "export", *options, "-o", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = next(islice(reversed(done.stderr.strip().splitlines()), 1), "no reason told")
        raise DataError(
            f"the puzzles of {name!r} could not be made here ({last}); make them where the service"
            f" is installed: reward-service rg {' '.join(['export', *options])} -o puzzles.jsonl,"
            " and name the file with --items"
        )
    return path
