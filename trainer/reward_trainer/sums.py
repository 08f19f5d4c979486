"""Sums of two digits: what the tiny model is taught, and what it then learns to get right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ALL = [(a, b) for a in range(10) for b in range(10)]


def pairs() -> list[tuple[str, str]]:
    """Return each sum with its answer in the form that is judged."""
    return [(f"{a}+{b}=", f"\\boxed{{{a + b}}}") for a, b in _ALL]


def write_rows(path: Path) -> None:
    """Write the sums as rows to train on, with what judges their answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(_row(a, b))}\n" for a, b in _ALL), encoding="utf-8")


def _row(a: int, b: int) -> dict[str, Any]:
    spec = {"domain": "math", "gold": str(a + b)}
    return {"id": f"{a}+{b}", "prompt": f"{a}+{b}=", "spec": spec}
