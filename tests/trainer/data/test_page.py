"""The page says what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reward_trainer.data.blend import blend, sources_of
from reward_trainer.data.wording import FIELDS
from reward_trainer.sections import Data, Source

PAGE = Path("docs/trainer_data.md")


@pytest.fixture
def page(request: pytest.FixtureRequest) -> str:
    return (request.config.rootpath / PAGE).read_text(encoding="utf-8")


def test_every_field_of_a_source_is_explained(page: str) -> None:
    assert [name for name in Source.model_fields if f"`{name}`" not in page] == []
    assert [name for name in Data.model_fields if f"data.{name}" not in page] == []


def test_every_usual_name_of_a_prompt_is_listed(page: str) -> None:
    assert [name for name in FIELDS if f"`{name}`" not in page] == []


def test_its_example_is_one(page: str) -> None:
    (example,) = re.findall(r"```json\n(\{\"data\".*?)```", page, re.DOTALL)
    assert len(sources_of(Data.model_validate(json.loads(example)["data"]))) == 3


def test_its_table_is_that_of_the_blend(page: str) -> None:
    rows = re.findall(r"\n\| `(\w+)` \| ([\d,]+) \|", page)
    assert {name: int(n.replace(",", "")) for name, n in rows} == {
        source.name: source.weight for source in blend("prorl")
    }
