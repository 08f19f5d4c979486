"""The page on instructions names everything there is, and its examples run."""

from __future__ import annotations

import doctest
from pathlib import Path

from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval_spec import Family, FollowMode, FollowProfile, FollowReward
from reward_verifiers.specs import IfevalSpec

PAGE = Path(__file__).resolve().parents[3] / "docs" / "ifeval.md"


def test_the_page_names_everything_there_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    arguments = {argument for row in CLASSIC.values() for argument in row.arguments}
    words = [*CLASSIC, *arguments, *Family, *FollowMode, *FollowProfile, *FollowReward]
    assert [word for word in words if f"`{word}`" not in page] == []
    fields = [name for name in IfevalSpec.model_fields if name != "domain"]
    assert [name for name in fields if f"\n| `{name}` |" not in page] == []


def test_the_examples_on_the_page_come_to_what_it_says() -> None:
    done = doctest.testfile(str(PAGE), module_relative=False)
    assert (done.failed, done.attempted > 10) == (0, True)
