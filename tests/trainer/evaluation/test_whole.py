"""Whole evaluations: the command, the real service, and an engine or a server that writes."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from completion_server import CompletionServer, completion_server
from own_service import OwnService, score_offline

pytestmark = pytest.mark.slow

SAMPLES = 4
_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server() -> Iterator[CompletionServer]:
    with completion_server() as running:
        yield running


class Evaluation:
    """The command with the same arguments, as often as it is started."""

    def __init__(self, folder: Path, service: OwnService, n_items: int, *arguments: str) -> None:
        self.out = folder / "out"
        items = folder / "sums.jsonl"
        sums = [(n // 10 % 10, n % 10) for n in range(n_items)]
        items.write_text(
            "".join(
                json.dumps({"prompt": f"{a}+{b}=", "spec": {"domain": "math", "gold": str(a + b)}})
                + "\n"
                for a, b in sums
            )
        )
        self._command = [
            *(sys.executable, "-m", "reward_trainer", "evaluate", "--suite", "aime24"),
            *("--items", f"aime24={items}", "--service", service.url, "--out", str(self.out)),
            *("--samples", str(SAMPLES), "--max-tokens", "24", "--beside", "prorl", *arguments),
        ]

    def start(self) -> subprocess.Popen[str]:
        paths = os.pathsep.join(str(_ROOT / room) for room in ("trainer", "."))
        return subprocess.Popen(
            self._command,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, status: int = 0) -> str:
        process = self.start()
        said, _ = process.communicate(timeout=300)
        assert process.returncode == status, said
        return said

    def kill_when(self, it_is_time: Callable[[], bool]) -> None:
        """Start it, and end it with kill -9 when ``it_is_time``."""
        process = self.start()
        while not it_is_time():
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    @property
    def generations(self) -> list[str]:
        path = self.out / "generations" / "aime24.jsonl"
        return path.read_text("ascii").splitlines() if path.exists() else []

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "results.json").read_text())
        return dict(found["benchmarks"]["aime24"])


def check(evaluation: Evaluation, n_items: int, folder: Path) -> None:
    """See that every item was answered once, and that the service says the same of all again."""
    lines = [json.loads(line) for line in evaluation.generations]
    assert len({line["key"] for line in lines}) == len(lines) == n_items
    assert all(len(line["completions"]) == SAMPLES for line in lines)
    again = score_offline(evaluation.out / "generations" / "aime24.jsonl", folder / "again.jsonl")
    rewards = [again[at : at + SAMPLES] for at in range(0, len(again), SAMPLES)]
    result = evaluation.result
    assert (result["n_completions"], result["n_unscored"]) == (n_items * SAMPLES, 0)
    for k in (1, 2, 4):
        chances = [
            1 - math.comb(SAMPLES - rights, k) / math.comb(SAMPLES, k)
            for rights in (sum(reward == 1 for reward in four) for four in rewards)
        ]
        mean = sum(chances) / len(chances)
        assert result["pass_at"][str(k)]["value"] == pytest.approx(100 * mean, abs=1e-3)
    assert result["value"] == result["pass_at"]["1"]["value"]
    assert 0 < result["value"] < result["pass_at"]["4"]["value"] <= 100
    assert result["standard_error"] > 0


def test_an_endpoint_that_is_ill_now_and_then(
    server: CompletionServer, service: OwnService, tmp_path: Path
) -> None:
    evaluation = Evaluation(tmp_path, service, 40, "--endpoint", server.url)
    server.ills = ["429", "500", "cut", "503", "408"]
    said = evaluation.run()
    assert "40 items" in said
    assert len(server.asked) == 40 + 5
    check(evaluation, 40, tmp_path)
    asked = len(server.asked)
    assert evaluation.run().splitlines()[-1] == said.splitlines()[-1]
    assert len(server.asked) == asked, "what is there is not asked again"


def test_what_an_endpoint_refused_is_counted_in_nothing_and_asked_again(
    server: CompletionServer, service: OwnService, tmp_path: Path
) -> None:
    evaluation = Evaluation(tmp_path, service, 12, "--endpoint", server.url)
    server.ills = ["400", "garbage"]
    said = evaluation.run(status=3)
    assert "Unanswered, and counted in no number: 1 x" in said
    assert evaluation.result["n_unanswered"] == 2
    assert len(evaluation.generations) == 10
    evaluation.run()
    check(evaluation, 12, tmp_path)
    assert len(server.asked) == 14


def test_rows_that_the_service_refuses_are_named_before_anything_is_asked(
    server: CompletionServer, service: OwnService, tmp_path: Path
) -> None:
    evaluation = Evaluation(tmp_path, service, 6, "--endpoint", server.url)
    items = tmp_path / "sums.jsonl"
    good = items.read_text().splitlines()
    broken = [
        json.dumps({"prompt": "1+1=", "spec": {"domain": "math", "glod": "2"}}),
        json.dumps({"prompt": "1+1="}),
        json.dumps({"prompt": "1+1=", "spec": {"domain": "maths", "gold": "2"}}),
    ]
    items.write_text("\n".join([*good[:2], *broken, *good[2:]]) + "\n")
    said = evaluation.run(status=3)
    assert f"aime24: refused, and not asked: {items}:3: " in said
    assert list(evaluation.result["refused"]) == [f"{items}:{line}" for line in (3, 4, 5)]
    assert len(server.asked) == 6
    items.write_text("\n".join(broken) + "\n")
    assert f"refuses every item: {items}:1: " in evaluation.run(status=1)
    assert len(server.asked) == 6


def test_an_evaluation_of_an_endpoint_that_was_killed_goes_on(
    server: CompletionServer, service: OwnService, tmp_path: Path
) -> None:
    evaluation = Evaluation(tmp_path, service, 40, "--endpoint", server.url, "--concurrency", "4")
    server.hold_after = 15
    evaluation.kill_when(lambda: len(evaluation.generations) == 15)
    kept, before = evaluation.generations, len(server.asked)
    server.go_on()
    evaluation.run()
    assert evaluation.generations[:15] == kept
    assert len(server.asked) - before == 25
    check(evaluation, 40, tmp_path)


def test_an_evaluation_in_vllm_that_was_killed_goes_on(
    world: Path, service: OwnService, tmp_path: Path
) -> None:
    pytest.importorskip("vllm")
    n_items = 1500
    evaluation = Evaluation(tmp_path, service, n_items, "--model", str(world / "model"))
    evaluation.kill_when(lambda: len(evaluation.generations) > 20)
    kept = evaluation.generations
    kept = kept if kept[-1].endswith("}") else kept[:-1]
    assert len(kept) < n_items
    said = evaluation.run()
    assert f"{n_items:,} items" in said
    assert evaluation.generations[: len(kept)] == kept
    check(evaluation, n_items, tmp_path)
    (world / "model" / "config.json").rename(tmp_path / "config.json")
    try:
        assert evaluation.run().splitlines()[-1] == said.splitlines()[-1]
    finally:
        (tmp_path / "config.json").rename(world / "model" / "config.json")
