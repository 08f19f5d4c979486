"""The upstream profile pays what the package pays."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from verifiers.reasoning_gym.exported import NAMES, entries, verdict

from reward_verifiers.reasoning_gym.exact.table import EXACT
from reward_verifiers.reasoning_gym.package import factory
from reward_verifiers.verdict import Outcome

# Of the others the package would run the answer: exact/ has its own comparison.
COMPARED = sorted(set(NAMES) - set(EXACT))

ODD = (
    *("banana", "0", "1", "-1", "7", "0.5", "1/2", "1e3", "nan", "inf", "1,000", "True", "False"),
    *("None", "null", "[]", "{}", "[[0]]", '["fill A"]', '{"0": 1}', '"x"', "A", "A → B", "no"),
    *("1:30", "3 days", "2 days, 1:10", "Monday", "monday", "a/b", "3i", "1 + 2i", "2 × 3", "P"),
    *("(P ∨ ¬P)", "P ∧ Q", "A+1", "A+12 B-3", "R U R'", "R2 X", "A=1,B=2", "1 2 3", "1\n2", "E5"),
    *(
        "up down",
        "Move disk 1 from Peg 1 to Peg 2",
        "Move disk 9 from Peg 8 to Peg 7",
        "\\frac{1}{2}",
    ),
)


def variants(entry: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return answers near the right one, and the right one of another entry."""
    metadata = entry["metadata"]
    shown = ("example_answer", "example_correct_answer")
    right = entry["answer"] or next((metadata[name] for name in shown if name in metadata), None)
    if right is None and "possible_answer" in metadata:
        right = json.dumps(metadata["possible_answer"])
    near = (
        []
        if right is None
        else [
            *(
                right,
                right.lower(),
                right.upper(),
                right.title(),
                right[::-1],
                right[:-1],
                right[1:],
            ),
            *(f"{right}.", f"-{right}", f"{right}0", f"{right} {right}", f"The answer is {right}"),
            *(
                right.replace(" ", ""),
                right.replace(" ", "  "),
                right.replace(",", ", "),
                f"[{right}]",
            ),
            *(
                right.replace("1", "2"),
                right.replace("0", "9"),
                right.replace("a", "b"),
                f"${right}$",
            ),
            *(" ".join(right.split()[::-1]), "\n".join(right.split("\n")[::-1]), f"**{right}**"),
        ]
    )
    return [*near, *([other["answer"]] if other["answer"] else []), *ODD, entry["question"]]


def as_made(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry as the package made it: two data sets compare tuples, which JSON has not."""
    copy: dict[str, Any] = json.loads(json.dumps(entry))
    if name in ("arc_agi", "rearc"):
        copy["metadata"]["output"] = tuple(map(tuple, copy["metadata"]["output"]))
    return copy


@cache
def package_scorer(name: str) -> Any:
    return factory().get_score_answer_fn(name)


def paid_by_package(answer: str, name: str, entry: Mapping[str, Any]) -> float:
    """Return the package's score, or 0 where it fails: NeMo Gym counts it so."""
    scorer = package_scorer(name)
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return float(scorer(answer, as_made(name, entry)))
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            return 0.0


@pytest.mark.filterwarnings("ignore:loadtxt", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", COMPARED)
def test_it_pays_what_the_package_pays(name: str) -> None:
    rows = entries()[name][:8]
    n_compared = n_over = 0
    for entry, other in zip(rows, [*rows[1:], rows[0]], strict=True):
        for variant in variants(entry, other):
            answer = variant.strip()  # as it comes out of the tags
            found = verdict(answer, name, entry, profile="upstream")
            if found.outcome is Outcome.OVER_LIMIT:
                n_over += 1  # ours bounds what is compared at all
                continue
            theirs = min(1.0, max(0.0, paid_by_package(answer, name, entry)))
            assert found.score == pytest.approx(theirs), (answer, entry["answer"])
            n_compared += 1
    assert n_compared > n_over
