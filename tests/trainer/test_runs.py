"""Whole runs against the real service: what a person who starts one may rely on."""

from __future__ import annotations

import signal
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import tiny_runs
from own_service import OwnService

pytestmark = pytest.mark.slow

_LEARNING = {
    "sampler.kind": "vllm",
    "sampling.prompts": 32,
    "optimizer.lr": 5e-4,
    "run.steps": 200,
}
# Few and small steps: what is at stake is that they are the same.
_BRIEF = {"sampling.prompts": 8, "run.steps": 7, "run.checkpoint_every": 3}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_learns_two_domains_at_once(seed: int, service: OwnService, tmp_path: Path) -> None:
    root = tiny_runs.make_world(tmp_path, seed=seed)
    values = tiny_runs.settings(root, service.url, **_LEARNING, **{"run.seed": seed})
    tiny_runs.run(values)

    steps = tiny_runs.steps(values)
    assert len(steps) == 200
    for what in ("reward", "reward/sums", "reward/puzzles"):
        rewards = [step[what] for step in steps]
        first, last = fmean(rewards[:10]), fmean(rewards[-10:])
        assert last >= first + 0.15, f"{what} rose from {first:.3f} to {last:.3f}"


@pytest.mark.parametrize("kind", ["transformers", "vllm"])
def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(
    kind: str, service: OwnService, world: Path, tmp_path: Path
) -> None:
    values = {**settings(world, service, tmp_path / "killed"), "sampler.kind": kind}
    unbroken = {**values, "run.folder": str(tmp_path / "unbroken")}

    # Behind an update that nothing was written of yet, then amid the files of a checkpoint.
    for step, during in ((5, "update"), (6, "save")):
        assert tiny_runs.run(values, die={"step": step, "during": during}) == -signal.SIGKILL
        written = {place.name for place in (tmp_path / "killed/checkpoints").glob("step-*")}
        assert written == {"step-000003"}
    assert tiny_runs.run(values) == 0
    assert tiny_runs.run(unbroken) == 0

    assert tiny_runs.steps(values) == tiny_runs.steps(unbroken)
    assert len(tiny_runs.steps(values)) == 7
    assert tiny_runs.lines(values, "samples") == tiny_runs.lines(unbroken, "samples")


def test_a_run_that_is_over_is_not_run_again(
    service: OwnService, world: Path, tmp_path: Path
) -> None:
    values = {**settings(world, service, tmp_path / "run"), "run.steps": 2}
    tiny_runs.run(values)
    before = tiny_runs.lines(values)
    tiny_runs.run(values)
    assert tiny_runs.lines(values) == before


def settings(world: Path, service: OwnService, folder: Path) -> dict[str, Any]:
    return tiny_runs.settings(world, service.url, **_BRIEF, **{"run.folder": str(folder)})
