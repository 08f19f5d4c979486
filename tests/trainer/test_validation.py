"""Validation in the middle of a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from loop_parts import (
    CountingSampler,
    Endless,
    ToldJudge,
    small_config,
    tiny_model,
    tiny_tokenizer,
    trainer_of,
)

from reward_trainer import patience, waiting
from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import ServiceMissingError
from reward_trainer.learner import Learner
from reward_trainer.log import Log, Watcher
from reward_trainer.record import Record
from reward_trainer.rollout import Group
from reward_trainer.sections import Data
from reward_trainer.seeing.lines import lines_of
from reward_trainer.validation import Validation

Judged = Callable[[int, Group], tuple[float | None, ...]]


def endless(data: Data) -> Any:
    return Endless(data.sources[0].name)


def validating(
    folder: Path,
    script: Judged,
    *,
    open_prompts: Callable[[Data], Prompts] = endless,
    watchers: Sequence[Watcher] = (),
    **changes: Any,
) -> tuple[Validation, ToldJudge]:
    sources = [{"name": name, "path": name} for name in ("sums", "puzzles")]
    values = {"evaluation.sources": sources, "evaluation.prompts_of_each": 3, **changes}
    config = small_config(folder, **{"evaluation.rollouts": 2, **values})
    judge = ToldJudge(script)
    validation = Validation(
        config,
        learner=Learner(tiny_model(), config, device="cpu"),
        sampler=CountingSampler(tiny_model(), tokenizer=tiny_tokenizer()),
        judge=judge,  # type: ignore[arg-type] - it has what is called
        open_prompts=open_prompts,
        log=Log(Record(folder), watchers),
    )
    return validation, judge


def test_each_source_has_its_mean_and_the_prompts_are_the_same_each_time(tmp_path: Path) -> None:
    seen: list[tuple[str, str, tuple[str, ...]]] = []

    def script(n: int, group: Group) -> tuple[float, ...]:
        texts = tuple(one.text for one in group.completions)
        seen.append((group.prompt.source, group.prompt.id, texts))
        return (1.0, 0.0) if group.prompt.source == "sums" else (0.25, 0.25)

    validation, _ = validating(tmp_path, script)
    assert validation(1) == validation(2) == {"sums": 0.5, "puzzles": 0.25}
    assert [(source, name) for source, name, _ in seen[:6]] == [
        (source, name) for source in ("sums", "puzzles") for name in ("0", "1", "2")
    ]
    assert seen[:6] == seen[6:]


class Watch:
    """Keeps the names of what is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, record: dict[str, Any]) -> None:
        pass

    def event(self, record: dict[str, Any]) -> None:
        self.told.append(record["event"])

    waits = event


def test_rewards_that_are_awaited_are_waited_for_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)
    monkeypatch.setattr(patience, "_BETWEEN_WORDS_S", 0.0)
    watch = Watch()
    validation, judge = validating(
        tmp_path, lambda n, _: (None, None) if n < 8 else (1.0, 0.0), watchers=[watch]
    )
    assert validation(5) == {"sums": 0.5, "puzzles": 0.5}
    assert judge.waited == 2
    assert (watch.told[0], watch.told[-1]) == ("waiting", "waited")
    assert set(watch.told[1:-1]) == {"still waiting"}
    begun, ended = lines_of(tmp_path / "metrics.jsonl")
    assert (begun["step"], ended["step"]) == (5, 5)
    assert begun["why"] == ("100% of validation's completions have no reward yet: overloaded (6)")


def test_a_service_that_scores_nothing_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)
    patient = {"service.patience_s": 1e-9}
    validation, _ = validating(tmp_path, lambda *_: (None, 1.0), **patient)
    with pytest.raises(ServiceMissingError, match=r"step 7: 50% of validation's completions had"):
        validation(7)


def test_prompts_that_are_too_long_are_counted_and_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "sums.jsonl"
    spec = {"domain": "math", "gold": "2"}
    items = [{"id": f"{n}", "prompt": "1 + 1" + " + 0" * n, "spec": spec} for n in (0, 1, 99)]
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")

    def open_prompts(data: Data) -> Prompts:
        return Prompts(data, tokenizer=tiny_tokenizer(), seed=0, folder=tmp_path)

    source = {"name": "sums", "path": str(path)}
    changes = {"evaluation.sources": [source], "data.max_prompt_tokens": 64}
    validation, judge = validating(
        tmp_path, lambda *_: (1.0, 0.0), open_prompts=open_prompts, **changes
    )
    told = {"prompts": 3, "too_long": 1, "max_prompt_tokens": 64, "asked": 2}
    assert validation.about["sums"].items() >= told.items()
    validation(1)
    assert judge.asked == 2


def test_a_run_evaluates_when_it_is_time_and_resets_on_a_plateau(tmp_path: Path) -> None:
    config: Config = small_config(
        tmp_path,
        **{"run.steps": 7, "evaluation.every": 2, "reset.plateau_evaluations": 1},
    )
    blends = {2: {"a": 0.2, "b": 0.4}, 4: {"a": 0.2, "b": 0.4}, 6: {"a": 0.1}}
    asked: list[int] = []
    happened: list[dict[str, Any]] = []

    class Watch:
        def step(self, record: dict[str, Any]) -> None:
            pass

        def event(self, record: dict[str, Any]) -> None:
            if record["event"] != "data":
                happened.append(record)

    class Evaluate:
        about = MappingProxyType({"a": {"prompts": 30, "too_long": 2, "asked": 28}})

        def __call__(self, step: int) -> dict[str, float]:
            asked.append(step)
            return blends[step]

    judge = ToldJudge(lambda *_: (1.0, 0.0, 0.0, 1.0))
    trainer_of(config, judge, evaluate=Evaluate(), watchers=[Watch()]).run()
    assert asked == [2, 4, 6]
    assert (happened[0]["source"], happened[0]["too_long"]) == ("a", 2)
    assert [(one["step"], one["event"]) for one in happened] == [
        (0, "validation_data"),
        (2, "evaluation"),
        (4, "evaluation"),
        (4, "reset"),
        (6, "evaluation"),
    ]
    assert happened[1]["blend"] == pytest.approx(0.3)
