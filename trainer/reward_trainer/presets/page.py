"""The recipes as text: side by side, or one with the source of each of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reward_trainer.config import Config, defaults
from reward_trainer.presets import PRESETS
from reward_trainer.presets.preset import OURS, Preset, Value

_GAP = "  "


def side_by_side() -> str:
    """Return all recipes: what each is, and their values beside the default ones."""
    summaries = aligned([[one.name, one.summary] for one in PRESETS.values()], left=2)
    names = sorted({name for one in PRESETS.values() for name in one.values} - {"model.name"})
    standard = defaults(Config)
    rows = [["", "default", *PRESETS]]
    rows += [
        [name, said(standard[name]), *(_cell(one.values.get(name)) for one in PRESETS.values())]
        for name in names
    ]
    return (
        f"{summaries}\n\n{aligned(rows, left=1)}\n\n"
        "empty: the default. * ours: the papers do not report it.\n"
        "One with the source of each number: reward-trainer presets NAME"
    )


def alone(preset: Preset) -> str:
    """Return one recipe: its values with their sources, and what changes in later stages."""
    rows = [
        [name, said(value.value, names=True), value.source] for name, value in preset.values.items()
    ]
    stages = "".join(f"\n\n{line}" for line in map("\n".join, map(_stage, preset.stages)))
    return f"{preset.name}: {preset.summary}\n\n{aligned(rows, left=3)}{stages}"


def _stage(stage: Any) -> Iterator[str]:
    yield f"from step {stage['from_step']} on: {stage['why']}"
    yield from (f"  {name} = {said(value)}" for name, value in stage["set"].items())


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    return said(value.value) + "*" * value.source.startswith(OURS)


def said(value: Any, *, names: bool = False) -> str:
    """Return a value in a word; of sources, how many there are, or their names."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "+".join(str(one["name"]) for one in value) if names else f"{len(value)} sources"
    if value in ("", [], {}, None):
        return "-"
    return str(value)


def aligned(rows: Sequence[Sequence[str]], *, left: int) -> str:
    """Return rows as a table: the first ``left`` columns to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        _GAP.join(
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
