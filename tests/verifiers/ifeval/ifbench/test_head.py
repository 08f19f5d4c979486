"""IFBench at head: our verdicts are those of the official code, as recorded from a run of it.

``head_verdicts.jsonl.gz`` has 100 cases per id, made by ``cases.py``, with what allenai/IFBench
db69a6f (2026-08-19, NLTK 3.10.4, syllapy 0.8.0, emoji 2.16.0) says of each, strict and loose, or
the exception that it does not catch.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from verifiers.ifeval.ifbench.cases import MAKERS
from verifiers.ifeval.ifbench.judging import follows
from verifiers.ifeval.ifbench.material import Case

from reward_verifiers.ifeval.ifbench import HEAD

RAISES = {
    "custom:csv_city": "Error",  # a carriage return outside of quotes
    "custom:csv_quotes": "IndexError",  # an empty field
}


@cache
def recorded() -> dict[str, list[dict[str, Any]]]:
    by_id = defaultdict(list)
    packed = Path(__file__).with_name("head_verdicts.jsonl.gz").read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        row = json.loads(line)
        by_id[row["id"]].append(row)
    return by_id


def test_every_instruction_is_recorded() -> None:
    assert set(recorded()) == set(HEAD) == set(MAKERS)
    assert {len(rows) for rows in recorded().values()} == {100}


@pytest.mark.parametrize("name", MAKERS)
def test_verdicts_are_the_official_ones(name: str) -> None:
    seen: Counter[bool | str] = Counter()
    differing = []
    for row in recorded()[name]:
        case = Case(row["kwargs"], row["text"])
        for mode in ("strict", "loose"):
            theirs = row[mode]
            seen[theirs] += 1
            if isinstance(theirs, str) and mode == "loose":
                continue
            if follows(name, case, "head", mode=mode) is not (theirs is True):
                differing.append((mode, theirs, case))
    assert differing == []
    assert min(seen[True], seen[False]) >= 15, seen
    assert {*seen} - {True, False} == ({RAISES[name]} if name in RAISES else set())
