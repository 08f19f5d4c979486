"""The real verifiers in the real lane: the jail changes no verdict, and nothing is loaded late."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import test_golden
from lane_desk import Desk, lane_desk

from reward_service.engine import Engine
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS, Lane

CPU_DOMAINS = [name for name, domain in DOMAINS.items() if domain.lane is Lane.CPU]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with lane_desk(DOMAINS, workers=2) as made:
        yield made


@pytest.mark.parametrize("domain", CPU_DOMAINS)
def test_the_jail_changes_no_verdict(desk: Desk, domain: str) -> None:
    read = test_golden.rows(domain)
    items = [
        {"completion": test_golden.completion_of(row), "spec": {"domain": domain, **row["spec"]}}
        for row in read
    ]
    engine = Engine({Lane.CPU: desk.lane}, cache_bytes=0)

    scored = desk.run(engine.score(read_batch({"items": items}, max_items=10_000)))

    assert [
        (row["why"], item.verdict and item.verdict.reason, item.problem)
        for row, item in zip(read, scored, strict=True)
        if shown(item, row["expect"]) != row["expect"]
    ] == []


def shown(item: ScoredItem, expect: dict[str, Any]) -> dict[str, Any]:
    """Return of ``item`` what ``expect`` speaks of."""
    if item.verdict is None:
        return {"problem": item.problem and item.problem.code}
    verdict = item.verdict.model_dump(mode="json")
    return {name: verdict.get(name) for name in expect}


LATE = """
import sys
import test_golden
from reward_service.cpu_lane.zygote import load, warm_up
from reward_service.cpu_lane.zygote_link import setup_of
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS, Lane

rows = setup_of({name: row for name, row in DOMAINS.items() if row.lane is Lane.CPU}, 1)["domains"]
warm_up(load(rows), rows)
before = set(sys.modules)
judged = [test_golden.judged(name, row) for name in rows for row in test_golden.rows(name)]
late = {name.split(".")[0] for name in set(sys.modules) - before}
print(sorted(late - set(sys.stdlib_module_names)))
"""


def test_no_golden_row_loads_a_library_that_was_not_warm() -> None:
    """A worker that had to import SymPy itself would be over its limit before it began."""
    done = subprocess.run(
        [sys.executable, "-c", LATE],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_a_question_for_the_computer_algebra_system_is_cheap_from_the_first(desk: Desk) -> None:
    (verdict,) = desk.verdicts(r"\frac14", gold=r"\int_0^1 x^3\,dx")
    assert verdict.score == 1.0


def test_the_workers_hold_the_verifiers_of_their_own_lane_alone(desk: Desk) -> None:
    assert any(domain.lane is not Lane.CPU for domain in DOMAINS.values())
    assert sorted(desk.lane._domains) == sorted(CPU_DOMAINS)
