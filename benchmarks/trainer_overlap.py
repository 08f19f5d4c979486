"""What a step of the trainer waits for rewards: judging while it samples, or one after the other.

The trainer's loop takes steps of 48 groups of a tiny model, with a sampler that needs 50 ms a group
and no core (an engine elsewhere) and a judge that answers 300 ms after it is asked. The baseline is
the same loop with a judge that is asked only when all is sampled: sample, score, then passes.

Why it is fair: prompts, completions, rewards, latencies and networks are the same on both sides;
only when the judge is asked differs, and both sides run in the same run, in turning order.

Needs the trainer's environment: .venv-trainer/bin/python -m benchmarks.trainer_overlap
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Timer
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from benchmarks import report
from reward_trainer.learner import Learner
from reward_trainer.loop import Trainer
from reward_trainer.presets import PRESETS
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group, Prompt
from reward_trainer.samplers.sampler import Request
from reward_trainer.tiny import make_tiny

_GROUPS, _ROLLOUTS, _TOKENS, _STEPS = 48, 8, 48, 3
_SAMPLE_S, _LATE_S = 0.05, 0.3


class Elsewhere:
    """An engine that needs no core here: what it writes is made up, at a steady rate."""

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        for index, request in enumerate(requests):
            time.sleep(_SAMPLE_S)
            drawn = torch.Generator().manual_seed(request.seed)
            of_each = torch.randint(2, 90, (request.n, request.max_tokens), generator=drawn)
            # Random weights make all tokens about as likely: one in 92.
            yield (
                index,
                tuple(
                    Completion(
                        token_ids=tuple(tokens),
                        logprobs=(-4.52,) * len(tokens),
                        text="",
                        stopped=True,
                    )
                    for tokens in of_each.tolist()
                ),
            )

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        pass

    def sleep(self) -> None:
        pass

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass


class Asked(Future[Group]):
    """A reward that comes a while after it is asked for."""

    def __init__(self, group: Group) -> None:
        super().__init__()
        halves = tuple(float(at % 2) for at in range(len(group.completions)))
        none = (None,) * len(halves)
        judged = replace(group, rewards=halves, problems=none, awaited=(False,) * len(halves))
        self._timer = Timer(_LATE_S, self.set_result, [judged])
        self._timer.daemon = True

    def ask(self) -> None:
        self._timer.start()


class Overlapping:
    """Asks at once."""

    def judged(self, group: Group) -> Future[Group]:
        asked = Asked(group)
        asked.ask()
        return asked


class Serial:
    """Asks for all there are when the first is waited for."""

    def __init__(self) -> None:
        self._unasked: list[Asked] = []

    def judged(self, group: Group) -> Future[Group]:
        serial = self

        class Waited(Asked):
            def result(self, timeout: float | None = None) -> Group:
                while serial._unasked:
                    serial._unasked.pop().ask()
                return super().result(timeout)

        asked = Waited(group)
        self._unasked.append(asked)
        return asked


class Numbers:
    """Prompts without an end."""

    about: Mapping[str, Any] = MappingProxyType({})
    numbers: Mapping[str, int] = MappingProxyType({})

    def draw(self, n: int) -> list[Prompt]:
        return [
            Prompt(id=str(at), source="s", domain="math", token_ids=(3, 4), judged_by={})
            for at in range(n)
        ]

    def learned(self, groups: Sequence[Group]) -> dict[str, list[Group]]:
        return {}

    def state(self) -> dict[str, Any]:
        return {}


def measure(options: argparse.Namespace) -> report.Report:
    """Measure steps of both in turn."""
    torch.set_num_threads(1)
    found = report.Report(
        "The trainer: rewards that are 300 ms late",
        "the same loop, which asks for rewards when all is sampled",
    )
    judges = {"overlapping": Overlapping, "serial": Serial}
    with tempfile.TemporaryDirectory() as folder:
        model = make_tiny(Path(folder) / "model")
        runs = report.interleaved(
            {
                name: lambda n, name=name, judge=judge: _steps(
                    model, Path(folder) / f"{name}{n}", judge()
                )
                for name, judge in judges.items()
            },
            options.repetitions,
        )
    shares = {
        name: [100 * run["time/exposed_s"] / run["time/step_s"] for run in found_]
        for name, found_ in runs.items()
    }
    found.claim("waited for rewards, share of a step", shares["overlapping"], "%", at_most=5)
    found.notes["serial, share of a step"] = " ".join(f"{x:.1f}" for x in shares["serial"]) + " %"
    for name, runs_ in runs.items():
        found.notes[f"a step, {name}"] = ", ".join(
            f"{part} {sum(run[f'time/{part}'] for run in runs_) / len(runs_):.2f} s"
            for part in ("step_s", "sample_s", "exposed_s", "passes_s", "update_s")
        )
    return found


def _steps(model: Path, folder: Path, judge: Any) -> dict[str, float]:
    """Take some steps; return the mean of each of their seconds."""
    from transformers import AutoModelForCausalLM

    config = PRESETS["smoke-cpu"].config.having(
        {
            "run.folder": str(folder),
            "run.steps": _STEPS,
            "run.checkpoint_every": _STEPS + 1,
            "sampling.prompts": _GROUPS,
            "sampling.rollouts": _ROLLOUTS,
            "sampling.max_tokens": _TOKENS,
            "sampler.max_drift": 10.0,
            "optimizer.lr": 1e-9,
        }
    )
    watcher = _Watcher()
    sampler, prompts = Elsewhere(), Numbers()
    trainer = Trainer(
        config=config,
        learner=Learner(
            AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32), config, device="cpu"
        ),
        sampler=sampler,
        judge=judge,
        prompts=prompts,  # type: ignore[arg-type]  # it has what the loop calls
        record=Record(folder),
        open_prompts=lambda data: prompts,  # type: ignore[arg-type,return-value]  # likewise
        watchers=[watcher],
    )
    trainer.run()
    names = [name for name in watcher.lines[0] if name.startswith("time/")]
    return {name: sum(line[name] for line in watcher.lines) / _STEPS for name in names}


class _Watcher:
    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def step(self, record: dict[str, Any]) -> None:
        self.lines.append(record)

    def event(self, record: dict[str, Any]) -> None:
        pass

    def waits(self, record: dict[str, Any]) -> None:
        pass


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=3)


if __name__ == "__main__":
    report.command(__doc__, measure, _add_options)
