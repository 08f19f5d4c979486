"""The command line as a process of its own, and files for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "reward_service.cli"]

TIMINGS = ("queue_s", "exec_s")


def line(at: int) -> dict[str, Any]:
    """Make a prompt with a right and a wrong completion; every 50th needs the lane."""
    gold = f"\\frac{{{at}}}{{7}}" if at % 50 == 1 else str(at)
    return {
        "id": f"p{at}",
        "spec": {"domain": "math", "gold": gold},
        "completions": [f"<think>hm</think> \\boxed{{{gold}}}", f"\\boxed{{{at + 1}}}"],
    }


def write(path: Path, lines: Iterable[Any]) -> Path:
    """Write ``lines``, texts as they are and anything else as JSON."""
    texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def without_timings(path: Path) -> list[dict[str, Any]]:
    """Read an output; two runs differ in the timings alone."""
    scored = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    return [{k: v for k, v in each.items() if k not in TIMINGS} for each in scored]
