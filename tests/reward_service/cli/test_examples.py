"""The examples say what comes of each line, and that is what comes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reward_service.cli import main
from reward_service.config import Settings
from reward_service.offline import score_file
from reward_verifiers.registry import DOMAINS

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
DOCS = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def test_every_example_is_judged_as_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = tmp_path / "every.jsonl"
    files = [path for path in sorted(EXAMPLES.glob("*.jsonl")) if path.stem in DOMAINS]
    texts = [path.read_text(encoding="utf-8") for path in files]
    lines = "".join(texts).splitlines(keepends=True)
    if shutil.which("g++") is None:
        lines = [line for line in lines if '"language": "cpp"' not in line]
    every.write_text("".join(lines), encoding="utf-8")

    code = main(["score", str(every), "-o", str(tmp_path / "out.jsonl"), "--workers", "1"])

    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    scored = [json.loads(line) for line in lines]
    mistaken = [each for each in scored if each["verdict"]["outcome"] != each["expect"]]
    assert (code, mistaken) == (0, [])
    assert {path.stem for path in files} == {each["domain"] for each in scored}
    expected = {"correct", "wrong", "partial", "no_answer", "over_limit"}
    assert expected == {each["expect"] for each in scored}
    assert "pass@" not in capsys.readouterr().out


def test_the_generations_give_the_pass_at_k_that_the_docs_show(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    report = score_file(EXAMPLES / "generations.jsonl", out, settings=Settings(cpu_workers=1))
    assert (report.n, len(out.read_text(encoding="utf-8").splitlines())) == (160, 160)
    for row in (*report.domains, report.total):
        values = [f"{point.value:.4f}" for point in row.pass_at_k]
        assert "  ".join(values) in DOCS
