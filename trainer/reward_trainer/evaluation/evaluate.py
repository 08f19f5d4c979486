"""An evaluation from items to a table: generate, score meanwhile, add up.

Everything is kept in one folder: ``generations/NAME.jsonl`` (which ``reward-service score`` takes),
``scores/NAME.jsonl``, ``results.json`` and ``results.txt``. The same command goes on where it
stopped; what had no reward is scored again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reward_trainer.data.copies import origin_of
from reward_trainer.errors import DataError
from reward_trainer.evaluation.generate import generate
from reward_trainer.evaluation.items import Item, file_of, items_of
from reward_trainer.evaluation.journal import Journal
from reward_trainer.evaluation.paper import SHORT
from reward_trainer.evaluation.protocol import Difference, differences
from reward_trainer.evaluation.refusals import listed, refusals, usable
from reward_trainer.evaluation.results import Result, as_json, result_of
from reward_trainer.evaluation.score import Client, Scorer, scores_in
from reward_trainer.evaluation.suite import Benchmark
from reward_trainer.evaluation.table import report
from reward_trainer.evaluation.writer import Terms, Writer

Tell = Callable[[str], None]
"""Takes a line about how far it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is evaluated, and how."""

    benchmarks: Sequence[Benchmark]
    model: str
    """What our column is headed."""
    folder: Path
    terms: Terms = field(default_factory=Terms)
    chat: bool = True
    """Whether the writer puts prompts through the model's chat template."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Files of items by benchmark, where they are not where the table says."""
    limit: int | None = None
    """Of each benchmark, or task of Reasoning Gym, only the first so many items."""
    beside: Sequence[str] = tuple(SHORT)
    """Models of the paper whose figures stand beside ours."""


async def evaluate(
    plan: Plan, *, writer: Writer, client: Client, tell: Tell = lambda _line: None
) -> list[Result]:
    """Carry out ``plan``, write its results, and return them.

    Raises:
        DataError: items cannot be read, the service refuses all of a benchmark, or the folder
            holds another evaluation.
        TrainerError: the writer cannot go on; the same call goes on later.
    """
    about = _about(plan)
    _claim(plan.folder, about)
    evaluation = _Evaluation(plan, writer, client, tell)
    # All of them before the first: what is broken shows before hours have passed.
    items = [items_of(one, **_where(one, plan), limit=plan.limit) for one in plan.benchmarks]
    tasks = [
        await evaluation.task(one, of_one)
        for one, of_one in zip(plan.benchmarks, items, strict=True)
    ]
    results: list[Result] = []
    for task in tasks:
        results.append(await evaluation.result(task))
        # Written again after each benchmark, for whoever looks in between.
        _write(plan, results, about)
    return results


def results_text(plan: Plan, results: Sequence[Result]) -> str:
    """Return the table of results that are of ``plan``."""
    return report(results, ours=plan.model.rpartition("/")[2] or "ours", beside=plan.beside)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """A benchmark that is to be evaluated."""

    benchmark: Benchmark
    items: Sequence[Item]
    """Those that can be judged."""
    refused: Mapping[str, str]
    """Why the service refuses the others, by file and line."""


class _Evaluation:
    """What the benchmarks of a plan have in common."""

    def __init__(self, plan: Plan, writer: Writer, client: Client, tell: Tell) -> None:
        self._plan = plan
        self._writer = writer
        self._client = client
        self._tell = tell

    async def task(self, benchmark: Benchmark, items: Sequence[Item]) -> _Task:
        """Have the service look at items; what has been scored it has seen."""
        with closing(self._journal("scores", benchmark)) as scored:
            seen = {key for key, scores in scores_in(scored).items() if scores.complete}
        unseen = [item for item in items if item.key not in seen]
        kept, refused = usable(benchmark.name, items, await refusals(unseen, self._client))
        if refused:
            self._tell(f"{benchmark.name}: refused, and not asked: {listed(refused)}")
        return _Task(benchmark=benchmark, items=kept, refused=refused)

    async def result(self, task: _Task) -> Result:
        """Have completions written and scored, and add up."""
        with (
            closing(self._journal("generations", task.benchmark)) as generations,
            closing(self._journal("scores", task.benchmark)) as scored,
        ):
            async with Scorer(self._client, scored) as scorer:
                complete = {key for key, scores in scorer.scores.items() if scores.complete}
                self._tell_start(task, n_done=sum(item.key in complete for item in task.items))
                unwritten = await generate(
                    task.items,
                    writer=self._writer,
                    terms=self._plan.terms,
                    journal=generations,
                    passed_over=complete,
                    then=scorer.start,
                )
        result = result_of(
            task.benchmark,
            [scorer.scores[item.key] for item in task.items if item.key in scorer.scores],
            n_items=len(task.items) + len(task.refused),
            refused=task.refused,
            why_unanswered=unwritten.why.values(),
            differs=_differences(task.benchmark, self._plan),
            revision=_revision(task.benchmark, self._plan),
        )
        self._tell(f"{task.benchmark.name}: {_told(result)}")
        return result

    def _journal(self, kind: str, benchmark: Benchmark) -> Journal:
        return Journal(self._plan.folder / kind / f"{benchmark.name}.jsonl")

    def _tell_start(self, task: _Task, *, n_done: int) -> None:
        n = len(task.items)
        whose = " of a set of your own" if task.benchmark.group is None else ""
        done = f", {n_done:,} done" if n_done else ""
        self._tell(f"{task.benchmark.name}: {n:,} {'item' if n == 1 else 'items'}{whose}{done}")


def _told(result: Result) -> str:
    if result.value is None:
        return "nothing scored"
    error = result.standard_error
    return f"{result.value:.2f} %" + ("" if error is None else f" (s.e. {error:.2f})")


def _revision(benchmark: Benchmark, plan: Plan) -> str:
    origin = origin_of(file_of(benchmark, **_where(benchmark, plan)))
    return str(origin.get("revision", ""))


def _differences(benchmark: Benchmark, plan: Plan) -> dict[str, Difference]:
    if benchmark.group is None:
        return {}  # of a set that the paper does not have, it has no protocol
    source = plan.sources.get(benchmark.name, "")
    return differences(benchmark, terms=plan.terms, source=source, limit=plan.limit, chat=plan.chat)


def _where(benchmark: Benchmark, plan: Plan) -> dict[str, Any]:
    return {"source": plan.sources.get(benchmark.name, ""), "folder": plan.folder / "items"}


def _about(plan: Plan) -> dict[str, Any]:
    return {"model": plan.model, **asdict(plan.terms), "chat": plan.chat}


def _claim(folder: Path, about: Mapping[str, Any]) -> None:
    """Note what the folder is of; numbers of two models or two ways must not mix in it."""
    path = folder / "about.json"
    if path.exists():
        try:
            there = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise DataError(f"{path} is damaged: {error}") from error
        # A folder of an older version may tell less.
        different = [name for name in about if there.get(name, about[name]) != about[name]]
        if different:
            told = ", ".join(f"{name} {there[name]!r}" for name in different)
            raise DataError(f"{folder} holds an evaluation with {told}; take another folder")
        return
    folder.mkdir(parents=True, exist_ok=True)
    _replace(path, json.dumps(about, indent=2) + "\n")


def _write(plan: Plan, results: Sequence[Result], about: Mapping[str, Any]) -> None:
    content = json.dumps(as_json(results, about=about), indent=2)
    _replace(plan.folder / "results.json", f"{content}\n")
    _replace(plan.folder / "results.txt", results_text(plan, results))


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
