"""The page of rules: one line per id, with its arguments."""

from __future__ import annotations

import re
from pathlib import Path

from reward_verifiers.ifeval.ifbench import HEAD, NOVEMBER_2025

PAGE = Path(__file__).parents[4] / "docs/ifeval/ifbench.md"
RULE = re.compile(r"^\| `([a-z]+:[a-z_-]+)`([^|]*)\|[^|]*\|([^|]*)\|$", re.MULTILINE)


def test_every_rule_stands_on_the_page_with_its_arguments() -> None:
    rules = {name: (takes, fixed) for name, takes, fixed in RULE.findall(PAGE.read_text("utf-8"))}
    assert set(rules) == set(HEAD)
    for name, row in HEAD.items():
        takes, fixed = rules[name]
        named = re.findall(r"`(\w+)`", takes)
        assert named == (["keyword1", "keyword5"] if len(row.arguments) == 5 else [*row.arguments])
        assert bool(fixed.strip()) is (row.fixed is not None), name


def test_every_change_stands_on_the_page() -> None:
    changes = PAGE.read_text("utf-8").split("## What changed")[1].split("## Profile")[0]
    changed = {name for name, row in HEAD.items() if NOVEMBER_2025[name] is not row}
    assert set(re.findall(r"`([a-z]+:[a-z_-]+)`", changes)) == changed
