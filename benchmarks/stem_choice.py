"""Multiple choice: microseconds a verdict, and time linear in the completion whatever it holds.

Measured: reading the letter out of a completion of 2k to 8k characters and judging it, in this
process, as the engine does before any worker is asked. Seven ways of naming the letter, 4 to 10
options, half of the rows right; the truth is known by construction, and every verdict has to agree.

The baseline is one regular expression that finds "answer: X" or a boxed capital in the same
completions, compiled once: the least that any reader of letters does. The ratio tells how much the
rest costs (thinking cut off, hedges refused, letters in any dress).

Linear: each hostile text is judged at 50,000 and at 200,000 characters; four times the length may
take at most eight times as long, the best of several runs of each.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence

from benchmarks import choices, report
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

_PLAIN = re.compile(r"(?i:answer\s?:?\s?(?:is)?) ?\(?([A-Z])\b|\\boxed\{(?:\\text\{)?([A-Z])\}")
_SHORT, _LONG = 50_000, 200_000
# The letter reader may do nothing for a text; below this the clock's own noise decides the ratio.
_FLOOR_S = 0.0005


def measure(options: argparse.Namespace) -> report.Report:
    """Time the verdicts, then the hostile texts."""
    found = report.Report(
        "STEM multiple choice", "one regular expression over the same completions, same run"
    )
    verify = verifier("stem").verify
    rows = choices.rows(0)
    specs = [read_spec(row.spec) for row in rows]
    times = report.interleaved(
        {
            "ours": lambda _: report.cpu_s_each(lambda: _judge(rows, specs, verify), len(rows)),
            "plain": lambda _: report.cpu_s_each(
                lambda: [_PLAIN.findall(r.completion) for r in rows], len(rows)
            ),
        },
        options.repetitions,
    )
    found.claim("a verdict", [1e6 * s for s in times["ours"]], "us", at_most=50)
    found.claim("against one regular expression", report.ratios(times["ours"], times["plain"]), "x")
    verdicts = _judge(rows, specs, verify)
    missed = [row for row, v in zip(rows, verdicts, strict=True) if (v.score == 1.0) != row.right]
    found.claim("verdicts that differ from the truth", [len(missed)], "rows", at_most=0)
    for row in missed[:3]:
        found.notes[f"missed {row.completion[-50:]!r}"] = str(row.right)
    growths = {name: _growth(make, specs[0]) for name, make in choices.HOSTILE.items()}
    worst = max(growths, key=lambda name: growths[name][0])
    found.claim("four times a hostile text takes", [growths[worst][0]], "x", at_most=8)
    found.notes["worst family"] = worst
    found.notes[f"slowest at {_LONG:,} characters"] = (
        f"{1000 * max(seconds for _, seconds in growths.values()):.1f} ms"
    )
    return found


def _judge(
    rows: Sequence[choices.Choice],
    specs: Sequence[Spec],
    verify: Callable[[str, Spec], Verdict],
) -> list[Verdict]:
    return [verify(row.completion, spec) for row, spec in zip(rows, specs, strict=True)]


def _growth(make: Callable[[int], str], spec: Spec) -> tuple[float, float]:
    """Return how much longer a four times longer text takes, and the seconds of the longer one."""
    verify = verifier("stem").verify
    short, long = make(_SHORT), make(_LONG)
    short_s = min(report.cpu_s_each(lambda: verify(short, spec), 1) for _ in range(5))
    long_s = min(report.cpu_s_each(lambda: verify(long, spec), 1) for _ in range(3))
    return long_s / max(short_s, _FLOOR_S), long_s


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=15, help="runs per side (default 15)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
