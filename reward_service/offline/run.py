"""One run over a file: begun or gone on with, pumped through a scorer, written, finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, closing
from functools import partial
from typing import Any

from reward_service.offline.errors import RefusedError, StalledError
from reward_service.offline.journal import Journal
from reward_service.offline.lines import read_line
from reward_service.offline.options import ScoreOptions
from reward_service.offline.output import Output, Paths, Rewrite, finished
from reward_service.offline.pipe import Pipe
from reward_service.offline.progress import Meter, OnProgress
from reward_service.offline.pump import Part, Pump, Scorer
from reward_service.offline.render import render
from reward_service.offline.retry import merged_lines
from reward_service.offline.source import Source
from reward_service.offline.windows import Window, read_lines, windows
from reward_service.offline.written import WrittenFile
from reward_service.reading import Batch
from reward_service.report import Report, Tally
from reward_service.schema import ScoredItem

_FORMAT = 1

# When this many items in a row fail and none of it is their fault, the rest would fail as well.
_STALLED_ITEMS = 1024

Scoring = AbstractAsyncContextManager[Scorer]
"""Opens what judges, and closes it."""

OnResume = Callable[[int], None]
"""Told how many items are there already, when an interrupted run goes on."""


async def score(
    source: Source,
    paths: Paths,
    scoring: Scoring,
    options: ScoreOptions,
    *,
    versions: Mapping[str, str],
    force: bool,
    on_progress: OnProgress,
    on_resume: OnResume,
) -> Report:
    """Score ``source`` into ``paths.final``, going on where a run that was interrupted stopped.

    Args:
        source: the lines, not read from yet.
        paths: where the output goes.
        scoring: opens what judges; not entered before it is sure that there is work.
        options: how lines are read and written.
        versions: of what judges; a run goes on only under the versions it began with.
        force: start over and overwrite, whatever is there.
        on_progress: told after every second or few hundred items.
        on_resume: told once, when an interrupted run goes on.

    Raises:
        RefusedError: the output is there already, or going on would mix up two things.
        SourceError: the input breaks off.
        StalledError: nothing is judged any more; the run can go on later.
        WriteError: the output cannot be written; the run can go on later.
    """
    _refuse_finished(paths, begun=paths.journal.exists(), force=force)
    with closing(Journal.open(paths.journal)) as journal:
        _refuse_finished(paths, begun=journal.header is not None, force=force)
        header = _header(source, options, versions)
        if journal.last is None or force:
            journal.begin(header)
        _refuse_mixture(journal.header or header, header, paths)
        if journal.last is not None:
            on_resume(Tally.from_state(journal.last.tally).n)
            if journal.last.done:
                return finished(paths, journal, journal.last)
        with closing(Output(paths, journal)) as output:
            _go_to_the_end_of(journal, source, header)
            lines = read_lines(source, partial(read_line, options=options))
            ready = windows(lines, mark=source.mark, share=source.share)
            async with scoring as scorer:
                meter = Meter(output.tally.counts, source.share(), on_progress)
                await _fill(output, ready, scorer, options, meter)
            await _unbroken(output.finish, source.mark())
            return output.tally.report()


async def retry(
    source: Source,
    paths: Paths,
    scoring: Scoring,
    options: ScoreOptions,
    *,
    on_progress: OnProgress,
) -> Report:
    """Score again what has no reward in the finished output, and replace it in one step.

    Raises:
        RefusedError: there is no finished output, or the input's lines are not where they were.
        SourceError: the input breaks off.
        StalledError: nothing is judged any more; the old output stays.
        WriteError: the output cannot be written; the old one stays.
    """
    with (
        closing(WrittenFile(paths.final)) as written,
        closing(Journal.open(paths.journal)) as journal,
    ):
        if journal.header is not None:
            raise RefusedError(
                f"a run into {paths.final} was interrupted; let it end first, "
                "with the same command without --retry-problems"
            )
        with closing(Rewrite(paths)) as rewrite:
            ready = windows(merged_lines(source, written, options), mark=dict, share=written.share)
            async with scoring as scorer:
                meter = Meter(rewrite.tally.counts, 0.0, on_progress)
                await _fill(rewrite, ready, scorer, options, meter)
            await _unbroken(rewrite.finish)
            return rewrite.tally.report()


async def stream(
    source: Source,
    pipe: Pipe,
    scoring: Scoring,
    options: ScoreOptions,
    *,
    on_progress: OnProgress,
) -> Report:
    """Score ``source`` into ``pipe``, where nothing can be gone on with.

    Raises:
        SourceError: the input breaks off.
        StalledError: nothing is judged any more.
        OSError: whoever reads has gone.
    """
    lines = read_lines(source, partial(read_line, options=options))
    ready = windows(lines, mark=source.mark, share=source.share)
    async with scoring as scorer:
        meter = Meter(pipe.tally.counts, source.share(), on_progress)
        await _fill(pipe, ready, scorer, options, meter)
    return pipe.tally.report()


async def _fill(
    target: Output | Rewrite | Pipe,
    ready: Iterator[Window],
    scorer: Scorer,
    options: ScoreOptions,
    meter: Meter,
) -> None:
    """Score the windows and write them, in order."""

    def scored(window: Window) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        return scorer.stream(Batch(items=[*window.items], shaping=options.shaping))

    def write(part: Part[ScoredItem]) -> None:
        target.write(render(part, keep_completion=options.keep_completion), part.place.mark)

    stall = _Stall()
    async with Pump(ready, scored, meanwhile=partial(_unbroken, target.settle)) as pump:
        try:
            async with aclosing(pump.parts()) as parts:
                async for part in parts:
                    stall.watch(part.results)
                    await _unbroken(write, part)
                    meter.tell(part.place.share)
        except asyncio.CancelledError:
            for part in pump.left():
                write(part)
            raise


class _Stall:
    """Notices when nothing is judged any more."""

    def __init__(self) -> None:
        self._n_failed_in_a_row = 0

    def watch(self, results: Sequence[ScoredItem]) -> None:
        """Look at what comes.

        Raises:
            StalledError: too many in a row failed, and none of it was their fault.
        """
        failed = all(item.problem is not None and item.problem.retryable for item in results)
        self._n_failed_in_a_row = self._n_failed_in_a_row + len(results) if failed else 0
        if self._n_failed_in_a_row >= _STALLED_ITEMS:
            raise StalledError(_stalled(self._n_failed_in_a_row, results[-1]))


def _stalled(n_items: int, last: ScoredItem) -> str:
    assert last.problem is not None
    return (
        f"none of the last {n_items} items could be judged ({last.problem.code}: "
        f"{last.problem.message}); what was judged before is kept. Mend that, then the same "
        "command goes on"
    )


async def _unbroken(work: Callable[..., None], *args: Any) -> None:
    """Do ``work`` in a thread; a cancellation waits for it, and its failure goes first."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        task.result()
        raise


def _header(
    source: Source, options: ScoreOptions, versions: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    return {
        "source": {"name": source.name, **source.fingerprint()},
        "options": options.as_json(),
        "versions": {"journal": _FORMAT, **versions},
    }


def _refuse_finished(paths: Paths, *, begun: bool, force: bool) -> None:
    if paths.final.exists() and not begun and not force:
        raise RefusedError(
            f"{paths.final} exists; --force scores everything again, "
            "--retry-problems only what has no reward"
        )


def _refuse_mixture(
    begun: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]], paths: Paths
) -> None:
    """Refuse to go on with a run under other options or versions than it began with."""
    for part in ("options", "versions"):
        for name in sorted(begun[part].keys() | now[part].keys()):
            before, after = begun[part].get(name), now[part].get(name)
            if before != after:
                raise RefusedError(
                    f"the interrupted run into {paths.final} began with {name} = {before!r}, "
                    f"this one has {after!r}; use what it began with, or start over with --force"
                )


def _go_to_the_end_of(journal: Journal, source: Source, header: Mapping[str, Any]) -> None:
    if journal.marks and journal.header is not None:
        source.skip(journal.marks, unchanged=journal.header["source"] == header["source"])
