"""The JSONL files of a run as they are found, after a kill as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the objects in ``path`` that have a step; nothing where there is no file.

    A line that a kill broke off, or that is damaged otherwise, is passed over.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for raw in file:
            try:
                line = json.loads(raw)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict) and number(line.get("step")) is not None:
                yield line


def steps_and_events(path: Path) -> tuple[list[Line], list[Line]]:
    """Return the steps of a run in order, each once, and its events.

    Where a step stands there twice, because a run went on from before it, the later one counts.
    """
    steps: dict[float, Line] = {}
    events: list[Line] = []
    for line in lines_of(path):
        if "event" in line:
            events.append(line)
        else:
            steps[line["step"]] = line
    return [steps[step] for step in sorted(steps)], events


def number(value: object) -> float | None:
    """Return a finite number, or None: unknown, or nothing that can be drawn."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def sources_of(line: Line, prefix: str = "reward/") -> list[str]:
    """Return the sources that a step tells the reward of."""
    return [key.removeprefix(prefix) for key in line if key.startswith(prefix)]
