"""A run that is told to stop says where it goes on, and goes on there as if it had not stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import tiny_runs
import torch
from loop_parts import (
    MIXED,
    UNKNOWN,
    CountingSampler,
    ToldJudge,
    same,
    small_config,
    tiny_model,
    tiny_tokenizer,
    trainer_of,
    weights_of,
)
from own_service import OwnService

from reward_trainer import checkpoint
from reward_trainer.config import Config
from reward_trainer.errors import StoppedError
from reward_trainer.loop import Trainer
from reward_trainer.rollout import Completion, Group
from reward_trainer.samplers.sampler import Request


def ask(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


def config_of(folder: Path, **changes: Any) -> Config:
    return small_config(folder, **{"run.steps": 5, "run.checkpoint_every": 10, **changes})


def run_of(config: Config) -> Trainer:
    return trainer_of(config, ToldJudge(lambda *_: MIXED))


class Stopping(CountingSampler):
    """Is interrupted when it has written its first completions of a call."""

    def __init__(self, at: int) -> None:
        super().__init__(tiny_model(), tokenizer=tiny_tokenizer())
        self._at = at

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        for found in super().sample(requests):
            if self.calls == self._at:
                ask()
            yield found


def saved(folder: Path) -> list[int]:
    return [step for step, _ in checkpoint.checkpoints(folder / "checkpoints")]


def calling(method: Callable[..., Any], *, first: Callable[[], None]) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:
        first()
        return method(*arguments, **named)

    return called


def test_a_step_that_samples_is_dropped_and_no_other(tmp_path: Path) -> None:
    unbroken = run_of(config_of(tmp_path / "unbroken"))
    unbroken.run()
    config = config_of(tmp_path / "stopped")
    trainer = run_of(config)
    trainer.sampler = Stopping(4)
    with pytest.raises(
        StoppedError,
        match=r"^stopped in step 4, which is dropped; .* from step 3's checkpoint \(no whole step",
    ) as raised:
        trainer.run()
    assert raised.value.status == 128 + signal.SIGINT
    assert saved(tmp_path / "stopped") == [3]
    again = run_of(config)
    assert again.resume()
    again.run()
    assert same(weights_of(again), weights_of(unbroken))
    assert again.prompts.state() == unbroken.prompts.state()


def test_a_step_that_learns_is_ended_first(tmp_path: Path) -> None:
    trainer = run_of(config_of(tmp_path))
    learn = trainer.learner.learn
    vars(trainer.learner)["learn"] = calling(
        learn, first=lambda: ask(signal.SIGTERM) if trainer.step == 2 else None
    )
    with pytest.raises(StoppedError, match=r"stopped after step 2; .*step 2's ch") as raised:
        trainer.run()
    assert raised.value.status == 128 + signal.SIGTERM
    assert saved(tmp_path) == [2]


def test_waiting_for_the_service_is_broken_off(tmp_path: Path) -> None:
    class Away(ToldJudge):
        def wait_until_ready(self, patience_s: float, *_: Any) -> None:
            ask()
            raise AssertionError("waited on")

    judge = Away(lambda n, _: MIXED if n < 3 else UNKNOWN)
    trainer = trainer_of(config_of(tmp_path), judge)
    with pytest.raises(StoppedError, match=r"in step 2, .* from step 1's checkpoint"):
        trainer.run()
    assert saved(tmp_path) == [1]


def test_before_anything_is_learned_there_is_nothing_to_write(tmp_path: Path) -> None:
    trainer = run_of(config_of(tmp_path))
    trainer.sampler = Stopping(1)
    with pytest.raises(StoppedError, match=r"in step 1, .*so the same command begins again"):
        trainer.run()
    assert saved(tmp_path) == []


def test_a_second_time_stops_at_once_and_tells_what_is_lost(tmp_path: Path) -> None:
    trainer = run_of(config_of(tmp_path, **{"run.checkpoint_every": 2}))

    def twice() -> None:
        if trainer.step == 4:
            ask()
            ask()
            raise AssertionError("went on")

    vars(trainer.learner)["learn"] = calling(trainer.learner.learn, first=twice)
    with pytest.raises(
        StoppedError, match=r"in step 4, which is dropped; .*step 2's .*steps done again: 1"
    ):
        trainer.run()
    assert saved(tmp_path) == [2]


def test_a_disk_that_is_full_is_told_by_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    class Judging(ToldJudge):
        def judged(self, group: Group) -> Future[Group]:
            if trainer.step == 4:
                monkeypatch.setattr(torch, "save", full)
                ask()
            return super().judged(group)

    config = config_of(tmp_path, **{"run.checkpoint_every": 2})
    trainer = trainer_of(config, Judging(lambda *_: MIXED))
    with pytest.raises(StoppedError, match=r"step 2's checkpoint \(steps done again: 1\)"):
        trainer.run()
    assert saved(tmp_path) == [2]


def test_signals_are_whose_they_were_after_a_run(tmp_path: Path) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    run_of(config_of(tmp_path, **{"run.steps": 1})).run()
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.slow
@pytest.mark.parametrize(("number", "gpus"), [(signal.SIGINT, 1), (signal.SIGTERM, 2)])
def test_a_real_run_goes_on_where_it_was_stopped(
    number: int, gpus: int, service: OwnService, world: Path, tmp_path: Path
) -> None:
    brief = {"sampling.prompts": 4, "run.steps": 6, "run.checkpoint_every": 5, "run.gpus": gpus}
    values = tiny_runs.settings(world, service.url, **brief)
    stopped = {**values, "run.folder": str(tmp_path / "stopped")}
    unbroken = {**values, "run.folder": str(tmp_path / "unbroken")}

    with started(stopped) as running:
        assert running.stderr is not None
        said = next(line for line in running.stderr if line.startswith("step 2/"))
        # To all of its processes, as a terminal does and a scheduler.
        os.killpg(running.pid, number)
        said = running.stderr.read()
    assert running.returncode == 128 + number, said
    (last,) = [line for line in said.splitlines() if line.startswith("reward-trainer: stopped")]
    (step,) = saved(tmp_path / "stopped")
    assert 2 <= step < 5
    assert f"from step {step}'s checkpoint (no whole step is lost)" in last
    assert "Traceback" not in said

    assert tiny_runs.run(stopped) == 0
    assert len(tiny_runs.steps(stopped)) == 6
    if gpus == 1:
        assert tiny_runs.run(unbroken) == 0
        assert tiny_runs.steps(stopped) == tiny_runs.steps(unbroken)


def started(values: dict[str, Any]) -> subprocess.Popen[str]:
    """Start the command line with these values, in a group of processes of its own."""
    sets = [f"--set={name}={json.dumps(value)}" for name, value in values.items()]
    return subprocess.Popen(
        [sys.executable, "-m", "reward_trainer", "train", "--preset=smoke-cpu", "--plain", *sets],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
