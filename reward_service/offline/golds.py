"""Every gold of a file through its own verifier."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from reward_service.check import NEEDS_A_SOLUTION, ONLY_ARGUMENTS, check
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.offline.lines import Line, read_gold
from reward_service.offline.local import open_engine, unbounded
from reward_service.offline.options import ScoreOptions
from reward_service.offline.preflight import refuse_mistyped
from reward_service.offline.progress import Meter, OnProgress, ignore
from reward_service.offline.pump import Pump
from reward_service.offline.source import open_source
from reward_service.offline.windows import Window, read_lines, windows
from reward_service.reading import Batch
from reward_service.report import UNREADABLE
from reward_service.schema import CheckedItem


class Finding(StrEnum):
    """What may be found of a gold that is not simply fine."""

    FAILED = "failed"
    """It does not verify itself."""
    UNCHECKABLE = "uncheckable"
    """It cannot be checked."""
    WARNING = "warning"
    """It verifies itself, but can only be compared as text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtfulGold:
    """A gold that somebody should look at."""

    finding: Finding
    line: int
    id: Any
    domain: str | None
    reason: str
    completion: str | None
    """The completion made from the gold, as far as one could be made."""


@dataclass(kw_only=True, slots=True)
class GoldCounts:
    """How the golds of one domain did."""

    n: int = 0
    n_ok: int = 0
    n_failed: int = 0
    n_uncheckable: int = 0
    n_as_text: int = 0
    """Of those that verify themselves: can only be compared as text."""
    n_by_arguments: int = 0
    """Of those that are fine: instructions, of which only the arguments can be checked."""


async def check_file(
    path: str | Path,
    *,
    settings: Settings,
    options: ScoreOptions,
    on_doubt: Callable[[DoubtfulGold], None],
    on_progress: OnProgress = ignore,
    opened: Callable[[Settings], AbstractAsyncContextManager[Engine]] = open_engine,
) -> dict[str, GoldCounts]:
    """Check every gold of the file at ``path``; return the counts by domain.

    Args:
        path: as for ``score_file``; completions are not looked at.
        settings: of the engine in this process.
        options: how lines are read.
        on_doubt: told of each gold that somebody should look at, in the order of the lines.
        on_progress: told after every few hundred golds.
        opened: opens the engine.

    Raises:
        RefusedError: an option is wrong, or the file cannot be read at all.
        SourceError: it breaks off.
    """
    refuse_mistyped(options)
    counts: dict[str, GoldCounts] = {}
    with closing(open_source(str(path))) as source:
        async with opened(unbounded(settings)) as engine:

            async def checked(window: Window) -> AsyncGenerator[tuple[int, CheckedItem], None]:
                response = await check(engine, Batch(items=[*window.items]))
                for numbered in enumerate(response.items):
                    yield numbered

            lines = read_lines(source, partial(read_gold, options=options))
            ready = windows(lines, mark=source.mark, share=source.share)
            meter = Meter(partial(_totals, counts), source.share(), on_progress)
            async with Pump(ready, checked) as pump, aclosing(pump.parts()) as parts:
                async for part in parts:
                    for line, item in zip(part.lines, part.results, strict=True):
                        _count(counts, line, item)
                        if (doubt := _doubt(line, item)) is not None:
                            on_doubt(doubt)
                    meter.tell(part.place.share)
    return counts


def _totals(counts: dict[str, GoldCounts]) -> tuple[int, int]:
    return sum(each.n for each in counts.values()), sum(each.n_failed for each in counts.values())


def _count(counts: dict[str, GoldCounts], line: Line, item: CheckedItem) -> None:
    ours = counts.setdefault(line.domain or UNREADABLE, GoldCounts())
    ours.n += 1
    by_arguments = item.reason == ONLY_ARGUMENTS
    ours.n_ok += item.ok is True or by_arguments
    ours.n_failed += item.ok is False
    ours.n_uncheckable += item.ok is None and not by_arguments
    ours.n_by_arguments += by_arguments
    ours.n_as_text += item.warning is not None


def _doubt(line: Line, item: CheckedItem) -> DoubtfulGold | None:
    if item.ok and item.warning is None:
        return None
    if item.reason in (NEEDS_A_SOLUTION, ONLY_ARGUMENTS):
        # True of all tests of programs and of all instructions: nobody has to look at one of them.
        return None
    finding = {True: Finding.WARNING, False: Finding.FAILED, None: Finding.UNCHECKABLE}[item.ok]
    return DoubtfulGold(
        finding=finding,
        line=line.number,
        id=line.id,
        domain=line.domain,
        reason=_reason(item),
        completion=item.completion,
    )


def _reason(item: CheckedItem) -> str:
    said = item.warning or item.reason
    if said is not None:
        return said
    if item.problem is not None:
        return f"{item.problem.code}: {item.problem.message}"
    assert item.verdict is not None
    return f"{item.verdict.outcome}: {item.verdict.reason}"
