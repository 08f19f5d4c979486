"""Every golden row of every domain: what a completion earns, and why.

A row is ``{"why", "completion", "spec", "expect"}``. ``expect`` holds the fields of the verdict
that matter, or ``{"problem": "bad_spec"}``. A completion too long to write out is a list of texts
and of ``{"repeat": [text, times]}``. Rows of a domain that runs programs go through an engine with
the sandboxes of this host, all at once; where it has none, those that need one are skipped.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sandboxed import why_no_programs

from reward_service.config import Settings
from reward_service.offline.local import open_engine
from reward_service.reading import Batch, ReadItem
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import DOMAINS, Lane, read_spec, verifier
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "verifiers" / "golden"
BAD_SPEC = {"problem": "bad_spec"}


def rows(domain: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"{domain}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def completion_of(row: dict[str, Any]) -> str:
    parts = row["completion"]
    parts = parts if isinstance(parts, list) else [parts]
    return "".join(p if isinstance(p, str) else p["repeat"][0] * p["repeat"][1] for p in parts)


def judged(domain: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return what became of ``row``: its verdict in JSON, or ``BAD_SPEC``."""
    try:
        spec = read_spec({"domain": domain, **row["spec"]})
        if DOMAINS[domain].lane is Lane.CPU:
            return verifier(domain).verify(completion_of(row), spec).model_dump(mode="json")
        answer = verifier(domain).extract(completion_of(row), spec)
    except BadSpecError:
        return BAD_SPEC
    return answer.model_dump(mode="json") if isinstance(answer, Verdict) else ran(domain, row)


def ran(domain: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return what became of a row whose program was run."""
    if why_no_programs():
        pytest.skip(why_no_programs())
    return all_ran(domain)[row["why"]]


@cache
def all_ran(domain: str) -> dict[str, dict[str, Any]]:
    """Return what became of every row of ``domain`` by its reason."""
    specs: dict[str, Spec] = {}
    for row in rows(domain):
        try:
            specs[row["why"]] = read_spec({"domain": domain, **row["spec"]})
        except BadSpecError:
            continue
    items = [
        ReadItem(id=row["why"], completion=completion_of(row), spec=specs[row["why"]])
        for row in rows(domain)
        if row["why"] in specs
    ]

    async def score() -> dict[str, dict[str, Any]]:
        async with open_engine(Settings(cpu_workers=1)) as engine:
            scored = await engine.score(Batch(items=[*items]))
        return {
            item.id: {"problem": item.problem.code}
            if item.verdict is None and item.problem is not None
            else item.model_dump(mode="json")["verdict"]
            for item in scored
        }

    return asyncio.run(score())


def all_judged() -> list[Any]:
    """Return what became of every row that no program is run for."""
    domains = [name for name, domain in DOMAINS.items() if domain.lane is Lane.CPU]
    return [judged(domain, row) for domain in domains for row in rows(domain)]


def golden() -> list[Any]:
    return [
        pytest.param(domain, row, id=f"{domain}: {row['why']}")
        for domain in DOMAINS
        if (GOLDEN / f"{domain}.jsonl").exists()
        for row in rows(domain)
    ]


@pytest.mark.parametrize(("domain", "row"), golden())
def test_golden(domain: str, row: dict[str, Any]) -> None:
    verdict = judged(domain, row)
    shown = {key: verdict.get(key) for key in row["expect"]}
    assert shown == row["expect"], verdict.get("reason")


def golden_with_golds() -> list[Any]:
    """Return the rows whose spec can be judged against, of the domains that have golds."""
    return [
        param
        for param in golden()
        if DOMAINS[str(param.values[0])].lane is Lane.CPU and param.values[1]["expect"] != BAD_SPEC
    ]


@pytest.mark.parametrize(("domain", "row"), golden_with_golds())
def test_a_golden_gold_is_right_by_its_own_verifier(domain: str, row: dict[str, Any]) -> None:
    spec = read_spec({"domain": domain, **row["spec"]})
    completion = verifier(domain).perfect_completion(spec)
    if completion is not None:  # of instructions there is none
        verdict = verifier(domain).verify(completion, spec)
        assert verdict.score == 1.0, (completion, verdict.reason)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_golden_rows_with_reasons(domain: str) -> None:
    read = rows(domain)
    assert len(read) >= 40
    assert all(row.keys() == {"why", "completion", "spec", "expect"} for row in read)
    assert all(row["why"].strip() and row["expect"] for row in read)
    assert [why for why, n in Counter(row["why"] for row in read).items() if n > 1] == []


def test_every_golden_file_belongs_to_a_domain() -> None:
    assert {path.stem for path in GOLDEN.glob("*")} <= set(DOMAINS)


@pytest.mark.slow
def test_verdicts_do_not_depend_on_the_hash_seed() -> None:
    one, other = (judged_under_seed(seed) for seed in ("1", "2"))
    assert one == other


def judged_under_seed(seed: str) -> list[Any]:
    path = os.pathsep.join(str(ROOT / room) for room in ("verifiers", "tests"))
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json, test_golden; print(json.dumps(test_golden.all_judged()))",
        ],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    judgements: list[Any] = json.loads(run.stdout)
    return judgements
