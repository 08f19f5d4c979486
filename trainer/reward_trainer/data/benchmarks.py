"""A benchmark as a source: its items, asked as ``reward-trainer evaluate`` asks them.

So that validation in the middle of a run and the evaluation after it are of the same.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from reward_trainer.data.copies import write_whole
from reward_trainer.errors import DataError
from reward_trainer.evaluation.items import items_of
from reward_trainer.evaluation.suite import SUITE, Benchmark

if TYPE_CHECKING:
    from reward_trainer.sections import Source

PREFIX = "suite:"


def written_out(source: Source, folder: Path) -> Source:
    """Return a source of a file instead of one of ``suite:NAME``; the file is made once.

    Raises:
        DataError: there is no such benchmark, or its items cannot be had.
    """
    benchmark = _named(source.path.removeprefix(PREFIX))
    path = folder / f"suite-{benchmark.name}.jsonl"
    if not path.exists():
        items = items_of(benchmark, folder=folder)
        lines = ({"id": one.id, "prompt": one.messages, **one.judged_by} for one in items)
        write_whole(path, (json.dumps(line, default=str) for line in lines))
    told = {"path": str(path), "domain": source.domain or benchmark.domain}
    return source.model_copy(update=told)


def _named(name: str) -> Benchmark:
    by_name = {one.name: one for one in SUITE}
    if name not in by_name:
        close = get_close_matches(name, by_name, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise DataError(
            f"{PREFIX}{name}: there is no such benchmark{hint}; see --suite of evaluate"
        )
    return by_name[name]
