"""A run that is broken off among slow items keeps every line that was done by then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from offline_runs import FakeScorer, Runs

from reward_service.offline import ServiceAwayError, WriteError
from reward_service.reading import Batch
from reward_service.schema import ScoredItem

Items = Callable[..., list[dict[str, Any]]]


class Stalling(FakeScorer):
    """Judges all but the items in ``never``, on which it waits, or fails if there is an error."""

    def __init__(self, *never: int, error: Exception | None = None) -> None:
        super().__init__()
        self._never = set(never)
        self._error = error
        self.stalled = asyncio.Event()

    async def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        for index, item in reversed([*enumerate(batch.items)]):
            if index not in self._never:
                yield index, self._scored(item)
        self.stalled.set()
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_service.offline.pump._PATIENCE_S", 0.02)
    monkeypatch.setattr("reward_service.offline.output._COMMIT_EVERY_S", 0.02)


def n_committed(runs: Runs) -> int:
    """Count the items that the journal on the disk speaks of."""
    text = runs.paths.journal.read_text(encoding="utf-8") if runs.paths.journal.exists() else ""
    records = [json.loads(line) for line in text.splitlines()[1:]]
    return sum(sums[0] for sums in records[-1]["tally"].values()) if records else 0


def test_what_stands_before_a_slow_item_is_safe_while_it_is_judged(
    runs: Runs, items: Items
) -> None:
    path = runs.write(items(20))
    runs.scorer = Stalling(7, 12)

    async def run() -> None:
        going_on = asyncio.create_task(runs.score_async(path))
        async with asyncio.timeout(30):
            while n_committed(runs) < 7:  # noqa: ASYNC110  # a file tells nobody of its changes
                await asyncio.sleep(0.01)
        # As after a kill -9: this is on the disk now, whatever happens to the process.
        lines = runs.paths.partial.read_bytes().splitlines()
        assert [json.loads(line)["line"] for line in lines] == [1, 2, 3, 4, 5, 6, 7]
        going_on.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going_on

    asyncio.run(run())
    assert n_committed(runs) == 7
    runs.scorer = FakeScorer()
    assert runs.score(path).n == 20
    assert (runs.resumed_at, len(runs.scorer.seen)) == (7, 13)
    assert [line["line"] for line in runs.lines()] == list(range(1, 21))


def test_what_is_done_when_it_is_told_to_stop_is_kept(
    runs: Runs, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_service.offline.pump._PATIENCE_S", 60.0)
    path = runs.write(items(600))
    scorer = runs.scorer = Stalling(255)

    async def run() -> None:
        going_on = asyncio.create_task(runs.score_async(path))
        async with asyncio.timeout(30):
            await scorer.stalled.wait()
        going_on.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going_on

    asyncio.run(run())
    assert n_committed(runs) == 255
    runs.scorer = FakeScorer()
    assert runs.score(path).n == 600
    assert runs.resumed_at == 255


def test_what_stands_before_the_item_that_broke_the_run_is_kept(runs: Runs, items: Items) -> None:
    path = runs.write(items(20))
    runs.scorer = Stalling(7, error=ServiceAwayError("it went"))
    with pytest.raises(ServiceAwayError):
        runs.score(path)
    runs.scorer = FakeScorer()
    runs.score(path)
    assert runs.resumed_at == 7


def test_a_disk_that_fails_while_it_is_told_to_stop_is_told_and_not_written_to_again(
    runs: Runs, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = runs.write(items(600))
    writes: list[int] = []

    async def run() -> None:
        going_on = asyncio.create_task(runs.score_async(path))

        def full(lines: Any, _problems: Any, rendered: Any, *, packed: bool) -> None:
            writes.append(len(rendered.lines))
            lines.write(rendered.lines[:100])
            going_on.get_loop().call_soon_threadsafe(going_on.cancel)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("reward_service.offline.output._append", full)
        with pytest.raises((WriteError, asyncio.CancelledError)):
            await going_on

    asyncio.run(run())
    assert len(writes) == 1
    assert runs.left_over() == set()


def test_a_run_in_which_nothing_was_scored_leaves_nothing(runs: Runs, items: Items) -> None:
    path = runs.write(items(600))
    runs.scorer = FakeScorer(batches_before_it_breaks=0)
    with pytest.raises(OSError, match="broke"):
        runs.score(path)
    assert {file.name for file in runs.folder.iterdir()} == {"in.jsonl"}


def test_a_retry_that_breaks_leaves_nothing_of_itself(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    runs.scorer.fails = {"answer 1: 7"}
    runs.score(path)
    runs.scorer = FakeScorer(batches_before_it_breaks=0)
    with pytest.raises(OSError, match="broke"):
        runs.retry(path)
    assert runs.left_over() == set()


def test_lines_that_come_slowly_are_not_held_back(
    runs: Runs, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_service.offline.windows._SECONDS", 0.0)
    seen: list[int] = []

    class Noting(FakeScorer):
        def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
            seen.append(len(batch.items))
            return super().stream(batch)

    runs.scorer = Noting()
    runs.score(runs.write(items(5)))
    assert seen == [1, 1, 1, 1, 1]
