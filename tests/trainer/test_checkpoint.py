"""Checkpoints are whole or not there."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from loop_parts import same, small_config, tiny_model

from reward_trainer import checkpoint
from reward_trainer.checkpoint import checkpoints
from reward_trainer.learner import Learner


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    """One that has learned something, with a reference that has not."""
    made = Learner(tiny_model(), small_config(tmp_path), device="cpu")
    for value in made.policy.parameters():
        value.grad = torch.ones_like(value)
    made.optimizer.step()
    return made


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    """Have the kernel refuse to let files grow, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_saved_is_restored_bit_for_bit(learner: Learner, tmp_path: Path) -> None:
    place = checkpoint.save(tmp_path, 7, learner, {"prompts": {"at": 3}}, keep=1)
    other = Learner(tiny_model(), small_config(tmp_path), device="cpu")
    assert not same(other.trained.state(), learner.trained.state())

    assert checkpoint.restore(place, other) == {"prompts": {"at": 3}, "step": 7}
    assert same(other.trained.state(), learner.trained.state())
    assert other.reference is not None
    assert learner.reference is not None
    assert same(other.reference.state(), learner.reference.state())
    mine, theirs = learner.optimizer.state_dict(), other.optimizer.state_dict()
    assert mine["param_groups"] == theirs["param_groups"]
    assert mine["state"].keys() == theirs["state"].keys()
    assert all(same(mine["state"][at], theirs["state"][at]) for at in mine["state"])


def test_the_newest_are_kept_and_known_by_their_steps(learner: Learner, tmp_path: Path) -> None:
    for step in (999_998, 999_999, 1_000_000):
        checkpoint.save(tmp_path, step, learner, {}, keep=2)
    assert [step for step, _ in checkpoints(tmp_path)] == [999_999, 1_000_000]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_was_cut_off_is_none(learner: Learner, tmp_path: Path) -> None:
    (tmp_path / ".step-000009.part").mkdir()
    (tmp_path / ".step-000009.part/policy.pt").write_bytes(b"half")
    assert checkpoints(tmp_path) == []
    checkpoint.save(tmp_path, 9, learner, {}, keep=1)
    assert [step for step, _ in checkpoints(tmp_path)] == [9]
    assert [path.name for path in tmp_path.iterdir()] == ["step-000009"]


def test_there_are_none_where_there_is_no_folder(tmp_path: Path) -> None:
    assert checkpoints(tmp_path / "absent") == []


# Amid the weights; behind them, amid the optimizer's state, which is twice as large.
@pytest.mark.parametrize("n_bytes", [4096, 150_000])
def test_a_disk_that_is_full_is_an_os_error_and_leaves_what_there_was(
    n_bytes: int, learner: Learner, tmp_path: Path
) -> None:
    kept = checkpoint.save(tmp_path, 1, learner, {}, keep=1)
    sizes = {path.name: path.stat().st_size for path in kept.iterdir()}
    assert 4096 < sizes["policy.pt"] < 150_000 < sizes["optimizer.pt"]
    with files_of_at_most(n_bytes), pytest.raises(OSError, match="File too large"):
        checkpoint.save(tmp_path, 2, learner, {}, keep=1)
    assert list(tmp_path.iterdir()) == [kept]
    assert {path.name: path.stat().st_size for path in kept.iterdir()} == sizes
    checkpoint.restore(kept, learner)


def test_a_checkpoint_cannot_run_code(learner: Learner, tmp_path: Path) -> None:
    place = checkpoint.save(tmp_path, 1, learner, {}, keep=1)
    torch.save({"a": _Evil()}, place / "policy.pt")
    with pytest.raises(Exception, match="Weights only load failed"):
        checkpoint.restore(place, learner)


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("run",))
