"""Two processes that learn together are as one: the same numbers, weights and checkpoints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_runs
import torch
from loop_parts import MIXED, ToldJudge, same, small_config, trainer_of
from own_service import OwnService
from paired import Pair, new_learner, paired
from torch import Tensor

from reward_trainer import batch as batches
from reward_trainer import checkpoint
from reward_trainer.batch import Batch
from reward_trainer.config import Config
from reward_trainer.errors import LostError
from reward_trainer.learner import Learner
from reward_trainer.rollout import Completion, Group, Prompt

REWARDS = ((1.0, 0.0, 0.0, 1.0), (0.0, None, 1.0, 0.5), (1.0, 0.0, 0.0, 0.0))
LOSSES: dict[str, dict[str, Any]] = {
    "token mean": {"kl.beta": 0.1, "algorithm.entropy_bonus": 0.01},
    "packs by the dozen": {"algorithm.microbatch_tokens": 9},
    "sequences": {"algorithm.loss": "gspo", "algorithm.reduction": "sequence_mean"},
    "no reference": {"kl.beta": 0.0, "algorithm.loss": "cispo"},
    "minibatches": {"algorithm.minibatches": 3, "algorithm.correction": "icepop"},
    "clipped": {"optimizer.max_grad_norm": 1e-3, "optimizer.weight_decay": 0.1},
    "bfloat16": {"model.dtype": "bfloat16"},
    "adapters": {"lora.rank": 4, "kl.beta": 0.1},
    "tied": {"kl.beta": 0.1},
    "checkpointing": {"model.gradient_checkpointing": True, "kl.beta": 0.1},
    "adapters with checkpointing": {"lora.rank": 4, "model.gradient_checkpointing": True},
}

_BRIEF = {"sampling.prompts": 8, "run.steps": 9, "run.checkpoint_every": 3}


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with paired() as two:
        yield two


def group(rewards: tuple[float | None, ...], first: int) -> Group:
    return Group(
        prompt=Prompt(id="a", source="s", domain="math", token_ids=(3, 4), judged_by={"spec": {}}),
        completions=tuple(
            Completion(
                token_ids=tuple(range(first + at, first + 2 * at + 2)),
                logprobs=(-4.0,) * (at + 2),
                text="",
                stopped=True,
            )
            for at in range(len(rewards))
        ),
        rewards=rewards,
        problems=tuple(None if one is not None else "overloaded" for one in rewards),
    )


GROUPS = [group(rewards, 5 + 7 * at) for at, rewards in enumerate(REWARDS)]


def batch_of(groups: list[Group], learner: Learner, config: Config) -> Batch:
    written = [one for each in groups for one in batches.written(each)]
    reference = learner.logprobs(written, config, reference=True)[0] if learner.reference else None
    return Batch(
        written=written,
        mask_BT=batches.mask(groups, config),
        sampler_logprobs_BT=batches.sampler_logprobs(groups),
        advantages_B=batches.advantages(groups, config, step=1),
        old_logprobs_BT=learner.logprobs(written, config)[0],
        reference_logprobs_BT=reference,
    )


def learned(learner: Learner, config: Config, first: int = 1, last: int = 3) -> list[Any]:
    """Return what is seen in some steps."""
    return [
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
        for step in range(first, last + 1)
    ]


def close(one: dict[str, Tensor], other: dict[str, Tensor], atol: float = 2e-5) -> None:
    assert list(one) == list(other)
    for name, value in one.items():
        torch.testing.assert_close(value, other[name], atol=atol, rtol=1e-4, msg=name)


@pytest.mark.parametrize("what", LOSSES)
def test_two_learn_what_one_learns(what: str, pair: Pair, tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"optimizer.lr": 1e-3, **LOSSES[what]})
    loose = {"atol": 2e-2, "rtol": 2e-2} if what == "bfloat16" else {"atol": 1e-5, "rtol": 1e-4}
    tied = what == "tied"
    spread = config.having({"run.gpus": 2})
    one, two = new_learner(config, tied=tied), pair.make(spread, tied=tied)

    alone, shared = learned(one, config), learned(two, spread)
    for mine, theirs in zip(alone, shared, strict=True):
        assert mine.keys() == theirs.keys()
        assert list(theirs.values()) == pytest.approx(
            list(mine.values()), rel=loose["rtol"], abs=loose["atol"]
        )
    gradients = [value.grad for value in one.policy.parameters() if value.grad is not None]
    torch.testing.assert_close(pair.gradients(), gradients, **loose)
    close(dict(two.weights()), dict(one.weights()), atol=loose["atol"])
    written = batches.written(GROUPS[0])
    for reference in (False, True)[: 1 + (one.reference is not None)]:
        mine, theirs = (x.logprobs(written, config, reference=reference) for x in (one, two))
        torch.testing.assert_close(theirs, mine, **loose)


def test_each_holds_its_part_of_the_weights_alone(pair: Pair, tmp_path: Path) -> None:
    two = pair.make(small_config(tmp_path))
    whole = sum(value.numel() for _, value in two.weights())
    assert pair.held() == pytest.approx(whole / 2, rel=0.05)


def test_fewer_rollouts_than_processes_are_learned_from_too(pair: Pair, tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"algorithm.minibatches": 1})
    one, two = new_learner(config), pair.make(config)
    batch = batch_of([GROUPS[0]], one, config)
    few = Batch(
        written=batch.written[:1],
        mask_BT=batch.mask_BT[:1],
        sampler_logprobs_BT=batch.sampler_logprobs_BT[:1],
        advantages_B=batch.advantages_B[:1],
        old_logprobs_BT=batch.old_logprobs_BT[:1],
        reference_logprobs_BT=batch.reference_logprobs_BT[:1],  # type: ignore[index] - it has one
    )
    seen = [learner.learn(few, config, step=1) for learner in (one, two)]
    assert seen[1] == pytest.approx(seen[0], rel=1e-5)
    close(dict(two.weights()), dict(one.weights()))


@pytest.mark.parametrize("optimizer", ["clear", "keep"])
def test_a_reset_copies_the_policy_bit_for_bit(optimizer: str, pair: Pair, tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"reset.optimizer": optimizer, "optimizer.lr": 1e-2})
    two = pair.make(config)
    learned(two, config, last=1)
    state = two.state()
    assert not same(state["policy"], state["reference"])
    two.reset_reference(config)
    state = two.state()
    assert same(state["policy"], state["reference"])
    assert bool(state["optimizer"]["state"]) is (optimizer == "keep")
    assert learned(two, config, first=2, last=2)[0]["kl"] == 0.0


@pytest.mark.parametrize("what", ["token mean", "adapters"])
@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1), (2, 2)])
def test_a_checkpoint_is_of_no_number_of_processes(
    before: int, after: int, what: str, pair: Pair, tmp_path: Path
) -> None:
    config = small_config(tmp_path, **{"optimizer.lr": 1e-3, **LOSSES[what]})

    def new(n: int) -> Learner:
        return pair.make(config) if n == 2 else new_learner(config)

    unbroken = new_learner(config)
    expected = learned(unbroken, config)
    broken = new(before)
    learned(broken, config, last=2)
    place = checkpoint.save(tmp_path / "kept", 2, broken, {"at": 2}, keep=1)
    resumed = new(after)
    assert checkpoint.restore(place, resumed) == {"at": 2, "step": 2}
    seen = learned(resumed, config, first=3)
    assert seen[0] == pytest.approx(expected[2], rel=1e-4, abs=1e-6)
    close(dict(resumed.weights()), dict(unbroken.weights()))


def test_a_run_of_two_has_the_numbers_of_one(pair: Pair, tmp_path: Path) -> None:
    runs = []
    for n in (1, 2):
        config = small_config(tmp_path / str(n), **{"run.steps": 3, "reset.every": 2})
        trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
        trainer.learner = pair.make(config) if n == 2 else trainer.learner
        trainer.run()
        runs.append(written_down(tmp_path / str(n)))
    for mine, theirs in zip(*runs, strict=True):
        assert theirs == pytest.approx(mine, rel=1e-4, abs=1e-6)
        assert theirs["mismatch"] < 1e-5
    assert [step["kl_old"] > 0 for step in runs[1]] == [False, True, False]  # a reset in between


def written_down(folder: Path) -> list[dict[str, float]]:
    """Return the steps of a run, without what the clock says."""
    lines = map(json.loads, (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        {name: value for name, value in line.items() if "time/" not in name and "share" not in name}
        for line in lines
        if "event" not in line
    ]


def test_what_fails_in_one_is_told_by_the_other(pair: Pair) -> None:
    with pytest.raises(LostError, match=r"(?s)process 2 of 2: .*no such luck$"):
        pair.fail()
    pair.world.close()  # this was the last test that has it


@pytest.mark.slow
def test_a_run_of_two_goes_on_when_one_was_killed(
    service: OwnService, world: Path, tmp_path: Path
) -> None:
    values = tiny_runs.settings(world, service.url, **_BRIEF)
    broken = {**values, "run.folder": str(tmp_path / "broken")}
    unbroken = {**values, "run.folder": str(tmp_path / "unbroken")}

    run = Command(broken)
    run.wait_for_step(4)
    os.kill(run.other, signal.SIGKILL)
    assert run.end() == (1, ["reward-trainer: process 2 of 2 was killed by SIGKILL"])
    assert Command(broken).end() == (0, [])
    assert Command(unbroken).end() == (0, [])
    assert tiny_runs.steps(broken) == tiny_runs.steps(unbroken)
    assert len(tiny_runs.steps(broken)) == 9


class Command:
    """``reward-trainer train --gpus 2`` as a user starts it."""

    def __init__(self, values: dict[str, Any]) -> None:
        sets = [f"--set={name}={json.dumps(value)}" for name, value in values.items()]
        command = [sys.executable, "-m", "reward_trainer", "train", "--preset", "smoke-cpu"]
        self._process = subprocess.Popen(
            [*command, "--plain", "--gpus", "2", *sets],
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def other(self) -> int:
        """The id of the process that learns with it."""
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        children = [pid for one in threads for pid in (one / "children").read_text().split()]
        (other,) = [
            int(pid)
            for pid in children
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        return other

    def wait_for_step(self, step: int) -> None:
        """Read what it says until it has done ``step``."""
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if line.startswith(f"step {step}/"):
                return
        raise AssertionError("".join(said))

    def end(self) -> tuple[int, list[str]]:
        """Return its status, and what it complains about."""
        _, said = self._process.communicate(timeout=120)
        complaints = [line for line in said.splitlines() if line.startswith(("reward-", "Trace"))]
        return self._process.returncode, complaints
