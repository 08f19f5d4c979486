"""A run as it lies on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Line = dict[str, Any]


def step_line(step: int, **others: Any) -> Line:
    """Return what the trainer writes down of a step."""
    return {
        "step": step,
        "reward": 0.5 + step / 100,
        "reward/math": 0.25,
        "reward/sudoku": 0.75,
        "unscored": 0.0,
        "kl": 0.001 * step,
        "entropy": 0.6,
        "clip_low": 0.001,
        "clip_high": 0.004,
        "length": 312.0,
        "length_max": 512.0,
        "truncated": 0.125,
        "grad_norm": 0.3,
        "tokens": 40_000.0,
        "time/step_s": 10.0,
        "time/sample_s": 6.0,
        "time/exposed_s": 0.2,
        "time/update_s": 3.0,
        "reward_exposed_share": 0.02,
        **others,
    }


@pytest.fixture
def line_of() -> Callable[..., Line]:
    return step_line


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a run's files, with ``tail`` after its metrics."""

    def write(metrics: list[Line], samples: list[Line] | None = None, tail: bytes = b"") -> Path:
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        for name, lines in (("metrics", metrics), ("samples", samples or [])):
            text = "".join(f"{json.dumps(line)}\n" for line in lines)
            (folder / f"{name}.jsonl").write_bytes(text.encode() + tail)
        config = {"model": {"name": "m"}, "run": {"steps": 90}, "service": {"token": "hunter2"}}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return folder

    return write
