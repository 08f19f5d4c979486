"""A stream in which every tenth item would stall a judge, against the same stream without those.

Measured: items that arrive one by one at a steady rate, each a request of its own to an engine with
the service's default settings and two workers; latency is counted from the moment an item was
due, so that a stalled engine cannot hide behind items that it never let in. The hostile answers
come from the families of benchmarks/hostile.py, on each of which Math-Verify spends seconds or
hundreds of MB.

The baseline is the clean stream: the same other items at the same moments, without the hostile
ones. Both run in turn in the same run, on new items in every repetition.

Claims: every item, hostile or not, is answered within 1.5 s; the 99th percentile of the others less
than doubles; and after every worker of a lane is killed from outside (SIGKILL), the next question,
which needs a new one, is answered in less than 100 ms more than usual.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks import engines, hostile, prose, report, workload
from reward_service.schema import ScoredItem


@dataclass(frozen=True, slots=True)
class Due:
    """An item of a stream and when it arrives."""

    at_s: float
    family: str | None
    """The family of a hostile item; None for the others."""
    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an item."""

    due: Due
    latency_s: float
    scored: ScoredItem


def stream(seed: int, n: int, rate: float) -> list[Due]:
    """Return ``n`` ordinary items, ``rate`` a second, with a hostile one after every ninth."""
    rng = Random(seed)
    rows = workload.batch(seed, n_prompts=-(-n // 16))[:n]
    rng.shuffle(rows)
    found: list[Due] = []
    for index, row in enumerate(rows):
        found.append(Due(index / rate, None, {"items": [row.item("0")]}))
        if index % 9 == 8:
            family, answer = hostile.answer(rng)
            item = {
                "id": "0",
                "completion": prose.completion(rng, answer),
                "spec": {"domain": "math", "gold": row.gold},
            }
            found.append(Due((index + 0.5) / rate, family, {"items": [item]}))
    return found


def measure(options: argparse.Namespace) -> report.Report:
    """Run both streams in turn, then kill workers."""
    found = report.Report(
        f"10 % pathological items in a stream of {options.rate:g}/s",
        "the same stream without them, same run",
    )
    streams = [stream(seed, options.items, options.rate) for seed in range(options.repetitions)]
    with engines.held_engine(workers=2) as held:
        held.score(workload.request(workload.batch(1_000_000)))
        seen = report.interleaved(
            {
                "hostile": lambda n: held.run(_played(held, streams[n])),
                "clean": lambda n: held.run(_played(held, [d for d in streams[n] if not d.family])),
            },
            options.repetitions,
        )
    everything = [answered for run in seen["hostile"] for answered in run]
    slowest = max(everything, key=lambda answered: answered.latency_s)
    found.claim("slowest of all items", [slowest.latency_s], "s", at_most=1.5)
    found.notes["slowest item"] = slowest.due.family or "an ordinary one"
    others = [_p99_ms([a for a in run if a.due.family is None]) for run in seen["hostile"]]
    clean = [_p99_ms(run) for run in seen["clean"]]
    found.claim(
        "p99 of the others, against the clean stream", report.ratios(others, clean), "x", at_most=2
    )
    found.notes["p99 of the others"] = (
        f"{statistics.median(others):.1f} ms, clean {statistics.median(clean):.1f} ms"
    )
    found.tables["hostile items"] = _by_family(everything)
    found.claim("a killed worker is made good in", _replaced_ms(options.kills), "ms", at_most=100)
    return found


async def _played(held: engines.HeldEngine, items: Sequence[Due]) -> list[Answered]:
    """Send every item when it is due; return all when the last is answered."""
    began = time.perf_counter()

    async def one(due: Due) -> Answered:
        await asyncio.sleep(began + due.at_s - time.perf_counter())
        scored = await held.scored(due.request)
        return Answered(due, time.perf_counter() - began - due.at_s, scored[0])

    async with asyncio.TaskGroup() as tasks:
        played = [tasks.create_task(one(due)) for due in items]
    return [task.result() for task in played]


def _p99_ms(run: Sequence[Answered]) -> float:
    return 1000 * report.percentile([answered.latency_s for answered in run], 99)


def _by_family(run: Sequence[Answered]) -> list[str]:
    families: dict[str, list[Answered]] = {}
    for answered in run:
        if answered.due.family is not None:
            families.setdefault(answered.due.family, []).append(answered)
    lines = []
    for family, group in sorted(families.items()):
        outcomes = Counter(
            a.scored.verdict.outcome.value
            if a.scored.verdict
            else f"problem {a.scored.problem.code}"  # type: ignore[union-attr]  # one of the two is set
            for a in group
        )
        said = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.items())
        lines.append(f"{family:32} {1000 * max(a.latency_s for a in group):7.1f} ms  {said}")
    return lines


def _replaced_ms(kills: int) -> list[float]:
    """Kill all workers and ask at once; return how much later than usual the answer came."""
    late = []
    with engines.held_engine(workers=1) as held:
        for number in range(kills + 3):
            usual = _asked_ms(held, 2 * number)
            for pid in held.worker_pids:  # one to judge, and a spare
                os.kill(pid, signal.SIGKILL)
            after = _asked_ms(held, 2 * number + 1)
            if number >= 3:  # the first answers of a process build its parser's tables
                late.append(max(0.0, after - usual))
    return late


def _asked_ms(held: engines.HeldEngine, number: int) -> float:
    """Ask a question that only a worker can answer; return how long the answer took."""
    spec = {"domain": "math", "gold": f"{number + 2}x+{number + 3}y=7"}
    text = rf"\boxed{{{2 * number + 4}x+{2 * number + 6}y=14}}"
    began = time.perf_counter()
    (scored,) = held.score({"items": [{"completion": text, "spec": spec}]})
    took = time.perf_counter() - began
    assert scored.exec_s > 0, f"{text} was judged without a worker: {scored}"
    return 1000 * took


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--items", type=int, default=900, help="ordinary items a stream (default 900)"
    )
    parser.add_argument(
        "--rate", type=float, default=100, help="ordinary items a second (default 100)"
    )
    parser.add_argument("--repetitions", type=int, default=3, help="streams per side (default 3)")
    parser.add_argument("--kills", type=int, default=7, help="workers to kill (default 7)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
