"""The examples say what comes of each line, and that is what comes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reward_service.cli import main

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"

pytestmark = pytest.mark.slow


def test_every_example_is_judged_as_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = tmp_path / "every.jsonl"
    texts = [(EXAMPLES / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("math", "stem")]
    every.write_text("".join(texts), encoding="utf-8")

    code = main(["score", str(every), "-o", str(tmp_path / "out.jsonl"), "--workers", "1"])

    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    scored = [json.loads(line) for line in lines]
    mistaken = [each for each in scored if each["verdict"]["outcome"] != each["expect"]]
    assert (code, mistaken) == (0, [])
    assert {"math", "stem"} <= {each["domain"] for each in scored}
    assert {"correct", "wrong", "no_answer"} == {each["expect"] for each in scored}
    assert "pass@" not in capsys.readouterr().out


def test_the_generations_give_pass_at_k(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    code = main(["score", str(EXAMPLES / "generations.jsonl"), "-o", str(out), "--workers", "1"])
    assert (code, len(out.read_text(encoding="utf-8").splitlines())) == (0, 160)
    assert "pass@8" in capsys.readouterr().out
