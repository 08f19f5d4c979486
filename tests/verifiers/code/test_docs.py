"""The examples of the page on programs come to what it says."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sandboxed import why_no_programs

from reward_service.config import Settings
from reward_service.offline.local import open_engine
from reward_service.reading import read_batch
from reward_verifiers.code.outcomes import TestOutcome
from reward_verifiers.code_spec import AnyTests, CodeExtract, CodeSpec, Comparison

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "code.md").read_text(encoding="utf-8")


def examples() -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```\n\n", PAGE, re.DOTALL)]


def test_the_page_names_everything_there_is() -> None:
    words = [*CodeSpec.model_fields, *TestOutcome, *CodeExtract, *Comparison]
    assert [word for word in words if word != "domain" and f"`{word}`" not in PAGE] == []
    types = {example["spec"]["tests"]["type"] for example in examples()}
    assert len(types) == len(AnyTests.__origin__.__args__)


def test_the_examples_come_to_what_the_page_says() -> None:
    items = [{**example} for example in examples()]
    expected = [item.pop("expect") for item in items]

    async def score() -> list[Any]:
        async with open_engine(Settings(cpu_workers=1)) as engine:
            scored = await engine.score(read_batch({"items": items}, max_items=100))
        return [item.verdict or item.problem for item in scored]

    if why_no_programs():
        pytest.skip(why_no_programs())
    found = asyncio.run(score())
    shown = [{"outcome": verdict.outcome.value, "score": verdict.score} for verdict in found]
    assert shown == expected, [verdict.reason for verdict in found]
