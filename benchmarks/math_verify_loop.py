"""The baseline: Math-Verify as its README shows it, one completion after another on one core.

For every completion: parse the boxed gold, parse the whole completion, verify, with the library's
defaults. That is what a reward function of a trainer does (TRL, verl, open-r1), with the gold
boxed, which is the form it reads best. Its time-outs are on, as they are by default; they need the
main thread. Groups come one after the other, which is the best order for its cache of 20 parses.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

from math_verify import parse, verify  # type: ignore[import-untyped]  # has no type information

from benchmarks import report, workload
from benchmarks.kinds import INTEGERS, KINDS


@dataclass(frozen=True, slots=True)
class Timed:
    """The verdicts of one batch and what they cost."""

    right: list[bool | None]
    """What was said of each row; None where it got no verdict."""
    wall_s: float
    cpu_s: float


def judged(rows: Sequence[workload.Row]) -> Timed:
    """Judge ``rows`` one after the other in this thread, which must be the main one."""
    wall, cpu = time.perf_counter(), time.process_time()
    right: list[bool | None] = [
        bool(verify(parse(rf"\boxed{{{row.gold}}}"), parse(row.completion))) for row in rows
    ]
    return Timed(right, time.perf_counter() - wall, time.process_time() - cpu)


def agreement(rows: Sequence[workload.Row], right: Sequence[bool | None]) -> str:
    """Return on how many rows a judge agrees with the truth, and where it does not."""
    misses = [row for row, said in zip(rows, right, strict=True) if said != row.right]
    if not misses:
        return f"right on all {len(rows)} rows"
    shown = sorted({f"{row.gold} | {row.answer} is {row.right}" for row in misses})
    return f"right on {len(rows) - len(misses)} of {len(rows)} rows; not on: " + "; ".join(shown)


def measure(options: argparse.Namespace) -> report.Report:
    """Time the loop alone."""
    kinds = INTEGERS if options.integers else KINDS
    judged(workload.batch(1_000_000, kinds=kinds))  # builds the parser's tables
    found = report.Report("The Math-Verify loop alone", "none: this is the baseline of the others")
    rates = []
    for seed in range(options.repetitions):
        rows = workload.batch(seed, kinds=kinds)
        timed = judged(rows)
        rates.append(len(rows) / timed.cpu_s)
        found.notes[f"batch {seed}"] = agreement(rows, timed.right)
    found.claim("completions a second of CPU", rates, "/s")
    return found


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--integers", action="store_true", help="integer answers only")
    parser.add_argument("--repetitions", type=int, default=3, help="batches (default 3)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
