"""Reads ``rows.jsonl``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from verifiers.reasoning_gym.exact.variants import VARIANTS

ROWS = Path(__file__).with_name("rows.jsonl")


class Row(NamedTuple):
    """An entry, and what the package pays for each variant, None where there is none."""

    entry: dict[str, Any]
    paid: list[float | None]


@cache
def frozen() -> dict[str, list[Row]]:
    """Return the rows of each data set."""
    found: dict[str, list[Row]] = {}
    dataset = ""
    for line in ROWS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "dataset" in row:
            dataset = row["dataset"]
            named = [variant.name for variant in VARIANTS[dataset]]
            assert named == row["variants"], f"{dataset}: make rows.jsonl anew"
            found[dataset] = []
        else:
            found[dataset].append(Row(row["entry"], row["paid"]))
    return found
