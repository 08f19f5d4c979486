"""A step of the trainer beside a step of TRL's GRPOTrainer.

Both train the same tiny model from the same weights on the same prompts, 32 of them with 8
completions each, sampled by transformers on this CPU at temperature 1; both in float32 on one
thread, with the same reward function in the process (no HTTP on either side), token-mean loss
(TRL's ``dapo``), AdamW, one update a step, and no KL penalty.

Completions are as long as the model makes them. It has random weights, so that one token in 92 ends
a completion, and at most 256 tokens leave a mean of 87: a third of the longest. With at most 64 the
mean is 46, and there is less to save: what ours does not compute is padding, in updates and in
sampling, and the rest takes both sides as long. That one has no bound.

Why it is fair: TRL runs with the best settings that it has for this. 64 completions in a pass (16,
32 and all 256 were slower), no gradient checkpointing, no bfloat16 (CPUs emulate it), no reports,
no saves, no progress bar, no reference network, and sampling aligned with its updates, so that it
leaves out the pass for old log-probabilities. Ours makes that pass, and writes its metrics and
samples to disk. The rate is 1e-9 on both sides, so that models stay what they are, and lengths with
them. A step is timed from the end of one to the end of the next, the first is not counted, and both
sides run in the same run, in turning order. The claim is the ratio of CPU seconds, which on one
thread are those of the clock where nobody else has the core; both are printed.

There is no row with vLLM on both sides. TRL's colocated mode starts vLLM for CPUs (0.32, where trl
1.16 supports 0.31), and fails at the first update: it puts weights in by ``load_weights``, and
those that vLLM has packed for a CPU have no ``weight_loader``.

Needs the trainer's environment: .venv-trainer/bin/python -m benchmarks.trainer_vs_trl
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from benchmarks import report
from reward_trainer.data.prompts import Prompts
from reward_trainer.learner import Learner
from reward_trainer.loop import Trainer
from reward_trainer.presets import PRESETS
from reward_trainer.record import Record
from reward_trainer.rollout import Group
from reward_trainer.samplers.transformers_sampler import TransformersSampler
from reward_trainer.sections import Data, Source
from reward_trainer.tiny import make_tiny

_PROMPTS, _ROLLOUTS, _STEPS = 32, 8, 3
_LR = 1e-9
_PASS_TOKENS, _PASS_ROWS = 4096, 64
"""What one pass holds of ours, in tokens, and of TRL's, in completions."""
_LONG, _SHORT = 256, 64


@dataclass
class Steps:
    """When steps have ended: by the wall, and by the processor."""

    ends: list[tuple[float, float]] = field(default_factory=list)

    def ended(self) -> None:
        self.ends.append((time.perf_counter(), time.process_time()))

    @property
    def wall_s(self) -> float:
        """Of a step, on average; the first is not counted."""
        return (self.ends[-1][0] - self.ends[0][0]) / (len(self.ends) - 1)

    @property
    def cpu_s(self) -> float:
        return (self.ends[-1][1] - self.ends[0][1]) / (len(self.ends) - 1)


def reward(completion: str) -> float:
    """Return what a completion earns on both sides: it costs nothing."""
    return float(len(completion) % 2)


def sums() -> list[str]:
    """Return what is asked: prompts of 4 to 8 tokens."""
    return [f"{7 * a}+{93 * b}=" for a in range(20) for b in range(12)]


class LocalJudge:
    """Knows at once what a completion earns."""

    def judged(self, group: Group) -> Future[Group]:
        rewards = tuple(reward(one.text) for one in group.completions)
        none = (None,) * len(rewards)
        known: Future[Group] = Future()
        known.set_result(
            replace(group, rewards=rewards, problems=none, awaited=(False,) * len(rewards))
        )
        return known


class Watching:
    """Notes when our steps end."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def step(self, record: dict[str, Any]) -> None:
        self._steps.ended()

    def event(self, record: dict[str, Any]) -> None:
        pass

    def waits(self, record: dict[str, Any]) -> None:
        pass


def ours(model: Path, folder: Path, *, max_tokens: int) -> Steps:
    """Take steps with our loop."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    config = PRESETS["smoke-cpu"].config.having(
        {
            "run.folder": str(folder),
            "run.steps": _STEPS + 1,
            "run.checkpoint_every": _STEPS + 2,
            "sampling.prompts": _PROMPTS,
            "sampling.rollouts": _ROLLOUTS,
            "sampling.max_tokens": max_tokens,
            "sampling.dynamic": False,
            "algorithm.clip_high": 0.2,
            "kl.beta": 0.0,
            "algorithm.microbatch_tokens": _PASS_TOKENS,
            "optimizer.lr": _LR,
        }
    )
    folder.mkdir()
    rows = folder / "rows.jsonl"
    items = [
        {
            "id": text,
            "prompt": [{"role": "user", "content": text}],
            "spec": {"domain": "math", "gold": "1"},
        }
        for text in sums()
    ]
    rows.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")
    tokenizer = AutoTokenizer.from_pretrained(model)

    def open_prompts(data: Data) -> Prompts:
        return Prompts(data, tokenizer=tokenizer, seed=0, folder=folder)

    def network() -> torch.nn.Module:
        loaded: torch.nn.Module = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
        return loaded

    steps = Steps()
    trainer = Trainer(
        config=config,
        learner=Learner(network(), config, device="cpu"),
        sampler=TransformersSampler(network(), tokenizer=tokenizer),
        judge=LocalJudge(),  # type: ignore[arg-type]  # it has what the loop calls
        prompts=open_prompts(Data(sources=[Source(name="sums", path=str(rows))])),
        record=Record(folder),
        open_prompts=open_prompts,
        watchers=[Watching(steps)],
    )
    trainer.run()
    return steps


def trl(model: Path, folder: Path, *, max_tokens: int) -> Steps:
    """Take steps with TRL's trainer."""
    from datasets import Dataset
    from transformers import (
        AutoModelForCausalLM,
        AutoTokenizer,
        PrinterCallback,
        TrainerCallback,
    )
    from trl import GRPOConfig, GRPOTrainer

    steps = Steps()

    class Ends(TrainerCallback):  # type: ignore[misc]  # it has no types
        def on_step_end(self, *_: Any, **__: Any) -> None:
            steps.ended()

    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32),
        processing_class=AutoTokenizer.from_pretrained(model),
        reward_funcs=lambda completions, **_: [reward(one) for one in completions],
        train_dataset=Dataset.from_list([{"prompt": text} for text in sums()]),
        callbacks=[Ends()],
        args=GRPOConfig(
            output_dir=str(folder),
            max_steps=_STEPS + 1,
            per_device_train_batch_size=_PASS_ROWS,
            gradient_accumulation_steps=_PROMPTS * _ROLLOUTS // _PASS_ROWS,
            num_generations=_ROLLOUTS,
            max_completion_length=max_tokens,
            temperature=1.0,
            loss_type="dapo",
            epsilon=0.2,
            beta=0.0,
            learning_rate=_LR,
            lr_scheduler_type="constant",
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return steps


_SIDES: Mapping[str, Callable[..., Steps]] = {"ours": ours, "TRL": trl}


def measure(options: argparse.Namespace) -> report.Report:
    """Measure steps of both in turn, at both bounds of length."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    found = report.Report(
        "The trainer: a step, beside TRL's GRPOTrainer",
        "trl 1.16 with the same model, prompts, batch, lengths, reward, update and precision",
    )
    with tempfile.TemporaryDirectory() as folder:
        model = make_tiny(Path(folder) / "model")
        for max_tokens in options.max_tokens:
            runs = report.interleaved(
                {
                    name: lambda n, name=name, side=side, most=max_tokens: side(
                        model, Path(folder) / f"{name}{most}-{n}", max_tokens=most
                    )
                    for name, side in _SIDES.items()
                },
                options.repetitions,
            )
            _compare(found, runs, max_tokens)
    return found


def _compare(found: report.Report, runs: Mapping[str, list[Steps]], max_tokens: int) -> None:
    cpu = {name: [run.cpu_s for run in done] for name, done in runs.items()}
    found.claim(
        f"a step of at most {max_tokens} tokens a completion, of TRL's",
        report.ratios(cpu["ours"], cpu["TRL"]),
        "x",
        at_most=0.5 if max_tokens >= _LONG else None,
    )
    for name, done in runs.items():
        found.notes[f"{name}, at most {max_tokens} tokens"] = (
            f"CPU {_seconds(cpu[name])}; wall {_seconds([run.wall_s for run in done])}"
        )


def _seconds(values: list[float]) -> str:
    return " ".join(f"{value:.2f}" for value in values) + " s"


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--max-tokens", type=int, nargs="+", default=[_LONG, _SHORT])


if __name__ == "__main__":
    report.command(__doc__, measure, _add_options)
