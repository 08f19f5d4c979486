"""Reasoning Gym: scores a CPU second of one core, with the reading of the answer.

Measured: ``verify``, which is extraction, shortcut and judging in this process, as the engine does
it before any worker is asked, or as a worker does. First the data sets whose rules compare texts
(the package's default rule and its like), over completions of some 200 characters with a short
thought and the answer in tags: half right, half another entry's. Then every data set once, over
their entries' own answers and other entries'.

The baseline builds the package's scorer for each answer, ``get_score_answer_fn(name)``, which is
what servers do that score by the name of a data set; the answers are the same, already read out.
Data sets whose scorers evaluate the answer are left out there: nobody should run those.

The entries are those of the tests.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import report
from reward_verifiers.reasoning_gym.exact.table import EXACT
from reward_verifiers.reasoning_gym.package import factory
from reward_verifiers.reasoning_gym.rules import RULES
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.specs import Spec

_ENTRIES = Path(__file__).parents[1] / "tests/verifiers/reasoning_gym/entries.jsonl.gz"
_THOUGHT = (
    "<think>\nLet me see. One thing after the other, and then once more from the end.\n</think>"
)

Question = tuple[str, str, Spec, dict[str, Any]]
"""A data set, an answer, the spec and the entry."""


def measure(options: argparse.Namespace) -> report.Report:
    """Time the data sets that compare texts, then all of them."""
    found = report.Report("Reasoning Gym", "the package's scorer, built for each answer; same run")
    verify = verifier("reasoning_gym").verify
    asked = _questions()
    by_text = [
        (f"{_THOUGHT}\n\nSo: <answer>{a}</answer>", s) for n, a, s, _ in asked if _textual(n)
    ]
    texts = [
        1
        / report.cpu_s_each(
            lambda: [verify(completion, spec) for completion, spec in by_text], len(by_text)
        )
        for _ in range(options.repetitions)
    ]
    found.claim("scores a second where texts are compared", texts, "/s", at_least=50_000)
    safe = [each for each in asked if each[0] not in EXACT]
    few = safe[:: options.every]
    completions = [(f"<answer>{answer}</answer>", spec) for _, answer, spec, _ in few]
    _quietly(lambda: [verify(completion, spec) for completion, spec in completions])  # loads it
    times = report.interleaved(
        {
            "ours": lambda _: report.cpu_s_each(
                lambda: [verify(completion, spec) for completion, spec in completions], len(few)
            ),
            "built": lambda _: report.cpu_s_each(lambda: _quietly(lambda: _built(few)), len(few)),
        },
        options.repetitions,
    )
    found.claim("a score, over all data sets", [1e6 * s for s in times["ours"]], "us")
    found.claim(
        "against building the scorer",
        report.ratios(times["built"], times["ours"]),
        "x",
        at_least=20,
    )
    found.notes["answers"] = f"{len(by_text):,} compared as texts; {len(few):,} of all data sets"
    found.notes["built for each answer"] = f"{1e3 * min(times['built']):.1f} ms"
    return found


def _questions() -> list[Question]:
    """Return, for each entry that has an answer, that answer and the next entry's."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for line in gzip.decompress(_ENTRIES.read_bytes()).decode().splitlines():
        row = json.loads(line)
        if row["entry"]["answer"] is not None:
            entries.setdefault(row["dataset"], []).append(row["entry"])
    asked: list[Question] = []
    for name, rows in entries.items():
        for entry, other in zip(rows, [*rows[1:], rows[0]], strict=True):
            spec = read_spec({"domain": "reasoning_gym", "dataset": name, "entry": entry})
            asked += [(name, one["answer"], spec, entry) for one in (entry, other)]
    return asked


def _textual(name: str) -> bool:
    return name in RULES and RULES[name].fixed_at_once


def _built(asked: list[Question]) -> None:
    for name, answer, _, entry in asked:
        # What it raises over a wrong answer is 0 to those who score so.
        with contextlib.suppress(ValueError, TypeError, LookupError, AttributeError):
            factory().get_score_answer_fn(name)(answer, entry)


def _quietly(work: Callable[[], object]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        work()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=5, help="of each side (default 5)")
    parser.add_argument(
        "--every", type=int, default=13, help="every how many answers are built for (default 13)"
    )


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
