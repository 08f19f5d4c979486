"""A GRPO-shaped batch: the engine on one worker against the Math-Verify loop on one core.

Measured: completions a second over 64 prompts x 16 completions of 2k to 8k characters, half of them
right, 1 to 4 distinct answers a prompt, 25 kinds of answers; reading the request is included, HTTP
is not. The baseline is benchmarks/math_verify_loop.py on the same batch.

Why it is fair: both judge the same batch within each repetition, in turning order; every repetition
has new questions, so that nothing is remembered from the one before; both are warmed on another
batch, so that neither pays for building a parser; the loop gets its groups in the best order for
its cache. The engine's process and its one worker may run at the same time on two cores, and a
spare worker steps in while a question takes over 50 ms; so the ratio of CPU time, over all
processes, is given beside that of wall time.

Verdicts: on every row where Math-Verify agrees with the truth, which is known by construction, the
engine has to agree too.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence

from benchmarks import engines, math_verify_loop, processes, report, workload
from benchmarks.kinds import INTEGERS, KINDS
from benchmarks.math_verify_loop import Timed, agreement

_WARM_UP_SEED = 1_000_000


def measure(options: argparse.Namespace) -> report.Report:
    """Run both sides in turn."""
    kinds = INTEGERS if options.integers else KINDS
    batches = [
        workload.batch(options.seed + number, kinds=kinds) for number in range(options.repetitions)
    ]
    with engines.held_engine(workers=1) as held:
        warm_up = workload.batch(_WARM_UP_SEED, kinds=kinds)
        _engine(held, warm_up)
        math_verify_loop.judged(warm_up)
        times = report.interleaved(
            {
                "engine": lambda number: _engine(held, batches[number]),
                "loop": lambda number: math_verify_loop.judged(batches[number]),
            },
            options.repetitions,
        )
    return _report(batches, times["engine"], times["loop"], integers=options.integers)


def _engine(held: engines.HeldEngine, rows: Sequence[workload.Row]) -> Timed:
    """Score ``rows`` with the engine; CPU time is that of this process and of the worker."""
    request = workload.request(rows)
    cpu, wall = processes.cpu_s(os.getpid()), time.perf_counter()
    scored = held.score(request)
    wall_s, cpu_s = time.perf_counter() - wall, processes.cpu_s(os.getpid()) - cpu
    right = [None if item.verdict is None else item.verdict.score == 1.0 for item in scored]
    return Timed(right, wall_s, cpu_s)


def _report(
    batches: Sequence[Sequence[workload.Row]],
    engine: Sequence[Timed],
    loop: Sequence[Timed],
    *,
    integers: bool,
) -> report.Report:
    name = "integer answers" if integers else "25 kinds of answers"
    found = report.Report(
        f"GRPO-shaped batch, {name}: engine on one worker",
        "the Math-Verify loop on one core, same batch, same run",
    )
    bound = 25.0 if integers else 20.0
    wall_ratios = report.ratios([t.wall_s for t in loop], [t.wall_s for t in engine])
    found.claim("completions a second, by wall time", wall_ratios, "x", at_least=bound)
    # The clock of other processes ticks every 10 ms: only the sum over the run is precise.
    cpu_ratio = sum(t.cpu_s for t in loop) / max(0.01, sum(t.cpu_s for t in engine))
    found.claim("completions a second of CPU, all processes", [cpu_ratio], "x", at_least=bound)
    lost = _lost(batches, engine, loop)
    found.claim("rows that only Math-Verify gets right", [lost], "rows", at_most=0)
    n_rows = sum(len(rows) for rows in batches)
    for side, timed in (("engine", engine), ("loop", loop)):
        rate = n_rows / sum(t.wall_s for t in timed)
        found.notes[f"{side}, completions a second"] = f"{rate:,.0f}"
        right = [said for t in timed for said in t.right]
        found.notes[f"{side}, verdicts"] = agreement(
            [row for rows in batches for row in rows], right
        )
    return found


def _lost(
    batches: Sequence[Sequence[workload.Row]], engine: Sequence[Timed], loop: Sequence[Timed]
) -> int:
    """Return on how many rows the loop is right and the engine is not."""
    return sum(
        by_loop == row.right and by_engine != row.right
        for rows, ours, theirs in zip(batches, engine, loop, strict=True)
        for row, by_engine, by_loop in zip(rows, ours.right, theirs.right, strict=True)
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--integers", action="store_true", help="integer answers only")
    parser.add_argument("--repetitions", type=int, default=5, help="batches per side (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first batch (default 0)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
