"""Whole runs of the trainer on a model that adds digits, in processes of their own.

``python tests/tiny_runs.py JSON`` is one: values of its configuration by dotted name, and where it
is to die.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_DIGITS = range(10)
_RUN_S = 1200
BOXED, PUZZLES = "sums", "puzzles"


def make_world(root: Path, *, seed: int = 0, warm_steps: int = 120) -> Path:
    """Write a model that adds now and then, and what it is asked, to ``root``; return that."""
    from reward_trainer.tiny import make_tiny, warm_start

    make_tiny(root / "model", seed=seed)
    asked = [(a, b) for a in _DIGITS for b in _DIGITS]
    pairs = [
        pair
        for a, b in asked
        for pair in ((_sum(a, b), f"\\boxed{{{a + b}}}"), (_puzzle(a, b), _tagged(a + b)))
    ] * 20
    random.Random(seed).shuffle(pairs)
    warm_start(root / "model", pairs, steps=warm_steps)
    _write(root / f"{BOXED}.jsonl", [_boxed_item(a, b) for a, b in asked])
    _write(root / f"{PUZZLES}.jsonl", [_puzzle_item(a, b) for a, b in asked])
    return root


def settings(root: Path, url: str, **more: Any) -> dict[str, Any]:
    """Return the values of a run in ``root/run``, by dotted name."""
    return {
        "model.name": str(root / "model"),
        "data.sources": [
            {"name": name, "path": str(root / f"{name}.jsonl")} for name in (BOXED, PUZZLES)
        ],
        "service.url": url,
        "run.folder": str(root / "run"),
        "sampling.prompts": 16,
        "sampling.max_tokens": 24,
        "sampler.kind": "transformers",
        **more,
    }


def run(values: Mapping[str, Any], *, die: Mapping[str, Any] | None = None) -> int:
    """Run the trainer in a process of its own; return its exit status."""
    done = subprocess.run(
        [sys.executable, __file__, json.dumps({"values": values, "die": die})],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": _paths()},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    if done.returncode not in (0, -signal.SIGKILL):
        raise AssertionError(f"the run ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.returncode


def lines(values: Mapping[str, Any], name: str = "metrics") -> list[dict[str, Any]]:
    """Return what a run has written down."""
    text = (Path(values["run.folder"]) / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def steps(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a run, without what the clock says."""
    return [
        {name: value for name, value in line.items() if not _is_timing(name)}
        for line in lines(values)
        if "event" not in line
    ]


def _is_timing(name: str) -> bool:
    return name.startswith("time/") or name == "reward_exposed_share"


def main() -> None:
    """Do what the command line says."""
    import torch

    from reward_trainer.assembly import assemble
    from reward_trainer.presets import PRESETS

    torch.set_num_threads(1)
    given = json.loads(sys.argv[1])
    trainer = assemble(PRESETS["smoke-cpu"].config.having(given["values"]))
    trainer.resume()
    if given["die"] is not None:
        _die(trainer, **given["die"])
    trainer.run()
    trainer.close()


def _die(trainer: Any, *, step: int, during: str) -> None:
    """Have this process killed at ``step``: behind the update, or amid the checkpoint's files."""
    from reward_trainer import checkpoint

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            result = call(*arguments, **named)
            if trainer.step == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return called

    if during == "update":
        trainer.learner.learn = deadly(trainer.learner.learn)
    else:
        vars(checkpoint)["_save"] = deadly(vars(checkpoint)["_save"])


def _sum(a: int, b: int) -> str:
    return f"{a}+{b}="


def _puzzle(a: int, b: int) -> str:
    return f"Solve: {a} + {b} ="


def _tagged(answer: int) -> str:
    return f"<answer>{answer}</answer>"


def _boxed_item(a: int, b: int) -> dict[str, Any]:
    return {
        "id": f"{a}{b}",
        "prompt": [{"role": "user", "content": _sum(a, b)}],
        "spec": {"domain": "math", "gold": str(a + b)},
    }


def _puzzle_item(a: int, b: int) -> dict[str, Any]:
    """An entry of chain_sum as Reasoning Gym makes them, asked more briefly."""
    expression = f"{a} + {b}"
    metadata = {"source_dataset": "chain_sum", "source_index": 10 * a + b, "num_terms": 2}
    entry = {
        "question": f"State the final answer to the following arithmetic problem: {expression} =",
        "answer": str(a + b),
        "metadata": {**metadata, "num_digits": 1, "expression": expression},
    }
    return {
        "id": f"chain_sum-{a}{b}",
        "prompt": [{"role": "user", "content": _puzzle(a, b)}],
        "spec": {"domain": "reasoning_gym", "dataset": "chain_sum", "entry": entry},
    }


def _write(path: Path, items: list[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")


def _paths() -> str:
    return os.pathsep.join(str(_ROOT / room) for room in ("trainer", ".", "verifiers", "sandboxes"))


if __name__ == "__main__":
    main()
