"""IFEval's 25 instructions: verdicts a second against lm-eval's checkers, on the same responses.

Measured: CPU time of this process for the strict and the loose verdict of every instruction of 541
responses of about 1,200 characters, with the instructions of the official data in their official
numbers, about half of them followed. Ours is one verdict of the domain in loose mode, from the
completion on, which says for each instruction whether it is followed strictly and loosely;
no two responses are equal, so nothing is remembered between them. Theirs is lm-eval's own checker
classes, made and called as its evaluation does it, langdetect seeded. All verdicts have to agree.

Hostile: each check of every family is timed on 128 kB of one repeated token, for many tokens. What
a check asks of the text (sentences, words, language) counts as its own time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.instructions import Response, responses
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.specs import Spec

# The published checkers are loaded as the differential tests load them.
sys.path.append(str(Path(__file__).parents[1] / "tests"))

from verifiers.ifeval import hostile, oracles

HOSTILE_CHARS = 128_000


def measure(options: argparse.Namespace) -> report.Report:
    """Time both sides over the same responses, then the hostile texts."""
    found = report.Report("Instructions of IFEval", "lm-eval's checkers, same responses, same run")
    theirs = oracles.lm_eval()
    # What is loaded once is loaded: langdetect's profiles, Punkt's model, the tagger.
    _their_verdicts(theirs, responses(99)[:20])
    _ours_s(99)
    list(hostile.timings(100))
    times = report.interleaved(
        {"ours": _ours_s, "theirs": lambda seed: _theirs_s(theirs, seed)},
        options.repetitions,
    )
    ratios = report.ratios(
        [seconds for seconds, _ in times["theirs"]], [seconds for seconds, _ in times["ours"]]
    )
    found.claim("verdicts a second, against lm-eval", ratios, "x", at_least=8)
    pairs = [
        (mine, yours)
        for (_, ours), (_, their) in zip(times["ours"], times["theirs"], strict=True)
        for mine, yours in zip(ours, their, strict=True)
    ]
    n_differing = sum(mine != yours for mine, yours in pairs)
    found.claim("verdicts that differ", [n_differing], "of all", at_most=0)
    n_strict, n_loose = (sum(yours[at] for _, yours in pairs) for at in (0, 1))
    found.notes["instructions followed, strictly and loosely"] = (
        f"{n_strict / len(pairs):.0%} and {n_loose / len(pairs):.0%} of {len(pairs):,}"
    )
    n_each = len(pairs) / options.repetitions
    for side in ("ours", "theirs"):
        best = min(seconds for seconds, _ in times[side])
        found.notes[f"{side}, an instruction (strict and loose)"] = f"{1e6 * best / n_each:.0f} us"
    slowest = sorted(hostile.timings(HOSTILE_CHARS), reverse=True)[:5]
    found.claim(
        f"slowest check of {HOSTILE_CHARS:,} characters of one token",
        [1000 * slowest[0].seconds],
        "ms",
        at_most=50,
    )
    found.tables["slowest on one token"] = [
        f"{1000 * each.seconds:6.1f} ms  {each.what} on {each.token!r}" for each in slowest
    ]
    return found


Verdicts = list[tuple[bool, bool]]
"""Strict and loose, by instruction."""


def _ours_s(seed: int) -> tuple[float, Verdicts]:
    verify = verifier("ifeval").verify
    rows = [(row.text, _spec(row)) for row in responses(seed)]
    began = time.process_time()
    verdicts = [verify(text, spec) for text, spec in rows]
    taken_s = time.process_time() - began
    return taken_s, [
        (one["followed_strictly"], one["followed"])
        for verdict in verdicts
        for one in verdict.details["instructions"]
    ]


def _spec(row: Response) -> Spec:
    # As the engine has it: read before, and shared by the completions of a prompt.
    return read_spec(
        {
            "domain": "ifeval",
            "instruction_id_list": row.ids,
            "kwargs": row.kwargs,
            "mode": "loose",
        }
    )


def _theirs_s(table: oracles.Table, seed: int) -> tuple[float, Verdicts]:
    rows = responses(seed)
    began = time.process_time()
    verdicts = _their_verdicts(table, rows)
    return time.process_time() - began, verdicts


def _their_verdicts(table: Any, rows: Sequence[Response]) -> Verdicts:
    return [
        (
            oracles.verdict(table, name, kwargs, row.text, loose=False),
            oracles.verdict(table, name, kwargs, row.text, loose=True),
        )
        for row in rows
        for name, kwargs in zip(row.ids, row.kwargs, strict=True)
    ]


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=5, help="runs per side (default 5)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
