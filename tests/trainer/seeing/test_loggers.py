"""Loggers, with packages that are fakes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
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
    monkeypatch.setitem(sys.modules, "tensorboard", ModuleType("tensorboard"))
    writer = SimpleNamespace(SummaryWriter=calls.SummaryWriter)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", writer)
    return calls


@pytest.mark.parametrize("name", ["tensorboard", "wandb", "trackio"])
def test_numbers_events_and_the_end_are_passed_on(
    tmp_path: Path, calls: Calls, line_of: LineOf, name: str
) -> None:
    (logger,) = open_loggers([name, name], tmp_path, CONFIG)
    logger.step(line_of(4, reward=None))
    logger.event(EVALUATION)
    logger.close()
    assert "hunter2" not in repr(calls.calls)
    assert calls.calls[-1][0] == {"tensorboard": "close"}.get(name, "finish")
    if name == "tensorboard":
        scalars = {call[0][0]: call[0][1:] for call in calls.named("add_scalar")}
        assert scalars["reward/math"] == (0.25, 4)
        assert scalars["evaluation/blend"] == (0.5, 4)
        assert "reward" not in scalars
        return
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


def test_a_run_that_goes_on_is_the_same_run(tmp_path: Path, calls: Calls) -> None:
    for _ in range(2):
        open_loggers(["wandb"], tmp_path / "run", CONFIG)
    open_loggers(["wandb"], tmp_path / "other", CONFIG)
    first, second, other = (named["id"] for _, named in calls.named("init"))
    assert first == second != other


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
