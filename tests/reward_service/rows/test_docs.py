"""The page on rows lists what the table holds."""

from __future__ import annotations

from pathlib import Path

from reward_service.rows import ALIASES, FORMATS

PAGE = (Path(__file__).parents[3] / "docs/rows.md").read_text(encoding="utf-8")


def test_every_format_and_alias_is_on_the_page() -> None:
    assert [name for name in FORMATS if f"\n| `{name}` |" not in PAGE] == []
    assert [name for name in ALIASES if f"`{name}`" not in PAGE] == []
