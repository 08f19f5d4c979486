"""``reward-service rg list``: the data sets, the sets they are in, and what scores them."""

from __future__ import annotations

import json

from reward_service.cli.console import say
from reward_service.cli.exits import Exit
from reward_service.cli.rg_sets import ALL, SETS, WITHOUT_LEVELS
from reward_service.cli.tables import table
from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS, WITHOUT_ORACLE


def show_data_sets(*, as_json: bool) -> int:
    """Write every data set with its sets, levels and configuration."""
    say(json.dumps(_listed(), indent=2) if as_json else _shown())
    return Exit.OK


def _listed() -> list[dict[str, object]]:
    return [
        {
            "dataset": name,
            "sets": _sets(name),
            "levels": name not in WITHOUT_LEVELS,
            "one_answer": name not in WITHOUT_ORACLE,
            "config": sorted(CONFIG_FIELDS[name]),
        }
        for name in ALL
    ]


def _shown() -> str:
    rows = [
        [
            name,
            ", ".join(_sets(name)),
            "-" if name in WITHOUT_LEVELS else "yes",
            "-" if name in WITHOUT_ORACLE else "yes",
        ]
        for name in ALL
    ]
    counts = ", ".join(f"{name} ({len(members)})" for name, members in SETS.items())
    listed = table(["data set", "sets", "levels", "answer in entry"], rows, text=(0, 1, 2, 3))
    return f"{listed}\n\nsets: {counts}"


def _sets(name: str) -> list[str]:
    return [each for each, members in SETS.items() if name in members and each != "all"]
