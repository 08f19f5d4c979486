"""Some rollouts of a run, spread over its steps, however large their file is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reward_trainer.seeing.lines import Line, lines_of

_STEPS = 12
_OF_EACH = 4


def samples_of(path: Path) -> list[Line]:
    """Return a few rollouts of some steps, the latest first."""
    steps = sorted({line["step"] for line in lines_of(path)})
    wanted = set(_spread(steps, _STEPS))
    found: dict[float, list[Line]] = {}
    for line in lines_of(path):
        kept = found.setdefault(line["step"], []) if line["step"] in wanted else None
        if kept is not None and len(kept) < _OF_EACH:
            kept.append(line)
    return [line for step in sorted(found, reverse=True) for line in found[step]]


def _spread(steps: Sequence[float], n: int) -> list[float]:
    """Return ``n`` of the steps, evenly apart, with the first and the last."""
    if len(steps) <= n:
        return list(steps)
    return [steps[round(at * (len(steps) - 1) / (n - 1))] for at in range(n)]
