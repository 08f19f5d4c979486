"""A scorer without processes, and files to score."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from reward_service.errors import RewardServiceError
from reward_service.offline.options import ScoreOptions
from reward_service.offline.output import Paths
from reward_service.offline.progress import Progress
from reward_service.offline.pump import Scorer
from reward_service.offline.run import retry, score
from reward_service.offline.source import open_source
from reward_service.reading import Batch, BrokenItem
from reward_service.report import Report
from reward_service.schema import Problem, ScoredItem
from reward_verifiers.verdict import Verdict


class FakeScorer:
    """Judges a completion right when it ends with its spec's gold; ``fails`` are not judged."""

    def __init__(self, *, batches_before_it_breaks: int | None = None) -> None:
        self.fails: set[str] = set()
        self.seen: list[str] = []
        self.n_open = self.most_open = 0
        self._left = batches_before_it_breaks

    async def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise OSError(5, "the scorer broke")
        self.n_open += 1
        self.most_open = max(self.most_open, self.n_open)
        await asyncio.sleep(0)
        self.n_open -= 1
        for index, item in enumerate(batch.items):
            yield index, self._scored(item)

    def _scored(self, item: Any) -> ScoredItem:
        if isinstance(item, BrokenItem):
            return ScoredItem(id=item.id, problem=_problem(item.error))
        self.seen.append(item.completion)
        if item.completion in self.fails:
            problem = Problem(code="worker_died", message="it died", retryable=True)
            return ScoredItem(id=item.id, problem=problem)
        right = item.completion.endswith(item.spec.gold)
        verdict = Verdict.correct("yes") if right else Verdict.wrong("no")
        return ScoredItem(id=item.id, reward=verdict.score, verdict=verdict)


def _problem(error: RewardServiceError) -> Problem:
    return Problem(code=error.code, message=str(error), retryable=error.retryable)


class Runs:
    """Runs over files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "scored.jsonl"
        self.scorer = FakeScorer()
        self.resumed_at: int | None = None
        self.progress: list[Progress] = []

    @property
    def paths(self) -> Paths:
        return Paths(self.out)

    def write(self, lines: Iterable[Any], name: str = "in.jsonl") -> Path:
        path = self.folder / name
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    def score(
        self, path: Path, options: ScoreOptions | None = None, *, force: bool = False
    ) -> Report:
        return asyncio.run(self.score_async(path, options, force=force))

    async def score_async(
        self, path: Path, options: ScoreOptions | None = None, *, force: bool = False
    ) -> Report:
        self.resumed_at = None
        with closing(open_source(str(path))) as source:
            return await score(
                source,
                self.paths,
                _opened(self.scorer),
                options or ScoreOptions(),
                versions={"fake": "1"},
                force=force,
                on_progress=self.progress.append,
                on_resume=lambda n_items: setattr(self, "resumed_at", n_items),
            )

    def retry(self, path: Path, options: ScoreOptions | None = None) -> Report:
        source = open_source(str(path))
        try:
            return asyncio.run(
                retry(
                    source,
                    self.paths,
                    _opened(self.scorer),
                    options or ScoreOptions(),
                    on_progress=self.progress.append,
                )
            )
        finally:
            source.close()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text(encoding="utf-8").splitlines()]

    def problems(self) -> list[dict[str, Any]]:
        text = self.paths.problems.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def left_over(self) -> set[str]:
        """Names of the files that only an unfinished run has."""
        return {path.name for path in self.folder.iterdir()} & {
            self.paths.partial.name,
            self.paths.journal.name,
            self.paths.problems_partial.name,
        }


@asynccontextmanager
async def _opened(scorer: Scorer) -> AsyncIterator[Scorer]:
    yield scorer
