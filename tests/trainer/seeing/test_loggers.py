"""Loggers: TensorBoard as it is, the others with packages that are fakes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reward_trainer.config import Config
from reward_trainer.seeing.loggers import LoggerError, open_loggers

CONFIG = Config().having({"service.token": "hunter2"})
EVALUATION = {"step": 4, "event": "evaluation", "scores": {"math": 0.5}, "blend": 0.5}
LineOf = Callable[..., dict[str, Any]]


class Calls:
    """Takes any call by any name, and remembers it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(*positional: Any, **named: Any) -> Calls:
            self.calls.append((name, positional, named))
            return self

        return call

    def named(self, name: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        return [(positional, named) for called, positional, named in self.calls if called == name]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()
    for name in ("wandb", "trackio"):
        monkeypatch.setitem(sys.modules, name, calls)
    return calls


@pytest.mark.parametrize("name", ["wandb", "trackio"])
def test_numbers_events_and_the_end_are_passed_on(
    tmp_path: Path, calls: Calls, line_of: LineOf, name: str
) -> None:
    (logger,) = open_loggers([name, name], tmp_path, CONFIG)
    logger.step(line_of(4, reward=None))
    logger.event(EVALUATION)
    logger.close()
    assert "hunter2" not in repr(calls.calls)
    assert calls.calls[-1][0] == "finish"
    (numbers,), at = calls.named("log")[0]
    assert at == {"step": 4}
    assert numbers["reward/math"] == 0.25
    assert "reward" not in numbers
    assert "step" not in numbers
    assert calls.named("log")[1][0][0] == {
        "event/evaluation": 1,
        "evaluation/math": 0.5,
        "evaluation/blend": 0.5,
    }


@pytest.mark.parametrize(("name", "field"), [("wandb", "id"), ("trackio", "name")])
def test_a_run_that_goes_on_is_the_same_run_and_one_of_the_same_name_is_not(
    tmp_path: Path, calls: Calls, name: str, field: str
) -> None:
    for folder in ("one/run", "one/run", "other/run"):
        open_loggers([name], tmp_path / folder, CONFIG)
    first, second, other = (named[field] for _, named in calls.named("init"))
    assert first == second != other
    assert {named["resume"] for _, named in calls.named("init")} == {"allow"}


@pytest.mark.slow
def test_tensorboard_shows_a_run_that_was_killed_as_one_without_a_gap(
    tmp_path: Path, line_of: LineOf
) -> None:
    pytest.importorskip("tensorboard")
    killed = open_loggers(["tensorboard"], tmp_path, CONFIG)[0]
    killed.event({"step": 0, "event": "data", "source": "math", "prompts": 10})
    for step in (1, 2, 3):
        killed.step(line_of(step, reward=None if step == 2 else step / 10))
    # Nobody closes what is killed. It goes on from the checkpoint of step 2.
    again = open_loggers(["tensorboard"], tmp_path, CONFIG)[0]
    again.step(line_of(3, reward=0.3))
    again.event({**EVALUATION, "step": 4})
    again.step(line_of(4, reward=0.4))
    again.close()
    kept = read(tmp_path / "tensorboard")
    assert kept["reward"] == {1: 0.1, 3: 0.3, 4: 0.4}
    assert list(kept["reward/math"]) == [1, 2, 3, 4]
    assert kept["evaluation/blend"] == {4: 0.5}
    assert '"source": "math"' in kept["event/data/text_summary"][0]
    assert '"prompts_of_each"' in kept["config/text_summary"][0]
    assert "hunter2" not in repr(kept)


def read(folder: Path) -> dict[str, dict[int, Any]]:
    """Return what TensorBoard itself makes of its files: by name, by step; none may come twice."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    there = EventAccumulator(str(folder))
    there.Reload()
    found: dict[str, dict[int, Any]] = {}
    for name in there.Tags()["scalars"]:
        points = [(event.step, round(event.value, 6)) for event in there.Scalars(name)]
        assert len(points) == len(dict(points)), name
        found[name] = dict(points)
    for name in there.Tags()["tensors"]:
        texts = there.Tensors(name)
        found[name] = {one.step: one.tensor_proto.string_val[0].decode() for one in texts}
    return found


@pytest.mark.parametrize(
    ("name", "module"),
    [("tensorboard", "tensorboard"), ("wandb", "wandb"), ("trackio", "trackio")],
)
def test_a_missing_package_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LoggerError, match=f"needs the package {module}.*pip install {module}"):
        open_loggers([name], tmp_path, CONFIG)


def test_loggers_that_are_open_are_closed_where_the_next_cannot_be_had(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trackio", None)
    with pytest.raises(LoggerError, match="trackio"):
        open_loggers(["wandb", "trackio"], tmp_path, CONFIG)
    assert len(calls.named("finish")) == 1


def test_an_unknown_logger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoggerError, match="there is no logger 'mlflow'; there are tensorboard"):
        open_loggers(["mlflow"], tmp_path, {})
