"""A service that is slow, or dead for a while, in the middle of a run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
import tiny_runs
from own_service import OwnService, own_service
from relay import Relay, relay

from reward_trainer.assembly import assemble
from reward_trainer.loop import Trainer
from reward_trainer.presets import PRESETS
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group
from reward_trainer.samplers.sampler import Request
from reward_trainer.samplers.transformers_sampler import TransformersSampler

pytestmark = pytest.mark.slow

_DEAD_S = 20.0
_LATE_S = 0.3
_sample = TransformersSampler.sample


class Remembering(Record):
    """Remembers every group that was learned from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.groups: list[Group] = []

    def sample(
        self, step: int, groups: Sequence[Group], advantages: Sequence[float] | None = None
    ) -> None:
        self.groups += groups
        super().sample(step, groups, advantages)


class Killing:
    """Kills the service behind the second step, and starts it again after a while."""

    def __init__(self, service: OwnService) -> None:
        self._service = service
        self.rescue = Timer(_DEAD_S, service.start)

    def step(self, record: dict[str, Any]) -> None:
        if record["step"] == 2:
            self._service.kill()
            self.rescue.start()

    def event(self, record: dict[str, Any]) -> None:
        pass


def as_slowly_as_a_large_model(
    self: TransformersSampler, requests: Sequence[Request]
) -> Iterator[tuple[int, tuple[Completion, ...]]]:
    """One prompt after the other; a group takes longer than the service does."""
    for at, completions in _sample(self, requests):
        time.sleep(1.5 * _LATE_S)
        yield at, completions


def ran(values: dict[str, Any], record: Record, watchers: Sequence[Killing] = ()) -> Trainer:
    trainer = assemble(PRESETS["smoke-cpu"].config.having(values), watchers=watchers)
    trainer.record = record
    trainer.run()
    trainer.judge.close()
    return trainer


def assert_all_are_the_services(groups: Sequence[Group], between: Relay) -> None:
    for group in groups:
        assert None not in group.rewards
        for completion, reward in zip(group.completions, group.rewards, strict=True):
            assert between.gave(completion.text, group.prompt.judged_by["spec"], reward)


def test_a_service_that_is_dead_for_twenty_seconds_costs_twenty_seconds(
    world: Path, tmp_path: Path
) -> None:
    common = {"sampling.prompts": 6, "run.steps": 5, "service.max_unscored_share": 0.0}
    with own_service() as service, relay(service.url) as between:
        values = tiny_runs.settings(world, between.url, **common)
        unbroken = {**values, "run.folder": str(tmp_path / "unbroken")}
        ran(unbroken, Record(tmp_path / "unbroken"))

        broken = {**values, "run.folder": str(tmp_path / "broken")}
        record, killing = Remembering(tmp_path / "broken"), Killing(service)
        ran(broken, record, [killing])
        killing.rescue.join()

    assert between.broken > 0
    (slow,) = [line for line in tiny_runs.lines(broken) if line.get("time/step_s", 0) > _DEAD_S - 1]
    assert slow["step"] == 3
    assert tiny_runs.steps(broken) == tiny_runs.steps(unbroken)
    assert len(record.groups) == sum(step["groups"] for step in tiny_runs.steps(broken))
    assert_all_are_the_services(record.groups, between)


def test_rewards_that_are_late_are_waited_for_while_more_is_sampled(
    service: OwnService, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TransformersSampler, "sample", as_slowly_as_a_large_model)
    with relay(service.url, late_s=_LATE_S) as between:
        values = tiny_runs.settings(
            world,
            between.url,
            **{"run.folder": str(tmp_path), "run.steps": 1, "sampling.prompts": 48},
        )
        ran(values, Record(tmp_path))
    lines = [line for line in tiny_runs.lines(values) if "event" not in line]
    assert all(line["time/sample_s"] > 20 * _LATE_S for line in lines)
    whole_s = sum(line["time/step_s"] for line in lines)
    assert sum(line["time/exposed_s"] for line in lines) <= 0.05 * whole_s
