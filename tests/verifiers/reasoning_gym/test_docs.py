"""The page lists every data set, and those that are scored otherwise with what changed."""

from __future__ import annotations

import re
from pathlib import Path

from verifiers.reasoning_gym.exported import NAMES

from reward_verifiers.reasoning_gym.rules import RULES
from reward_verifiers.reasoning_gym_entries import SCORED_CONFIG

PAGE = (Path(__file__).parents[3] / "docs/reasoning_gym.md").read_text(encoding="utf-8")


def named(text: str) -> list[str]:
    return [name for name in re.findall(r"`([a-z0-9_]+)`", text) if name in NAMES]


def test_every_data_set_is_on_the_page() -> None:
    assert set(named(PAGE)) == set(NAMES)


def test_what_has_a_rule_of_its_own_is_told_with_what_changed() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    told = {name for line in rows for name in named(line.split(" | ")[0])}
    own = {name for name, rules in RULES.items() if "fixed" in rules.fixed.__module__}
    assert own <= told


def test_what_scores_depend_on_is_told() -> None:
    for name, fields in SCORED_CONFIG.items():
        assert f"`{name}`" in PAGE.partition("## Configuration")[2]
        assert [field for field in fields if f"`{field}`" not in PAGE] == []
