"""What a step takes in, what it waits for, and what it refuses to learn from."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from loop_parts import (
    EQUAL,
    MIXED,
    UNKNOWN,
    CountingSampler,
    Endless,
    Rewards,
    ToldJudge,
    same,
    small_config,
    trainer_of,
    weights_of,
)

from reward_trainer import patience, waiting
from reward_trainer.config import Config
from reward_trainer.errors import (
    DriftError,
    NothingToLearnError,
    ServiceMissingError,
    TrainerError,
)
from reward_trainer.loop import Trainer
from reward_trainer.rollout import Group, Said


def lines(trainer: Trainer) -> list[dict[str, Any]]:
    text = (Path(trainer.config.run.folder) / "metrics.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def steps(trainer: Trainer) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in line.items() if "time/" not in name and "share" not in name}
        for line in lines(trainer)
        if "event" not in line
    ]


def events(trainer: Trainer, name: str) -> list[dict[str, Any]]:
    return [line for line in lines(trainer) if line.get("event") == name]


def test_groups_that_are_all_equal_are_left_out_and_made_up_for(tmp_path: Path) -> None:
    judge = ToldJudge(lambda n, _: EQUAL if n % 2 == 0 else MIXED)
    trainer = trainer_of(small_config(tmp_path, **{"run.steps": 1}), judge)
    trainer.run()
    (step,) = steps(trainer)
    # Three, of which one is good; two more, one good; one more, which is not; and one that is.
    assert (step["groups"], step["sampled_groups"], step["rounds"]) == (3, 6, 3)
    assert step["reward"] == pytest.approx(0.75)


def test_rounds_are_bounded_and_a_step_makes_do(tmp_path: Path) -> None:
    judge = ToldJudge(lambda n, _: MIXED if n == 0 else EQUAL)
    trainer = trainer_of(small_config(tmp_path, **{"run.steps": 1}), judge)
    trainer.run()
    (step,) = steps(trainer)
    assert (step["groups"], step["sampled_groups"], step["rounds"]) == (1, 9, 4)


def empty_in(*empty: int, config: Config) -> Trainer:
    """Return a run whose groups of these steps all earn the same."""
    trainer: Trainer

    def rewards(_: int, __: Group) -> Rewards:
        return EQUAL if trainer.step in empty else MIXED

    trainer = trainer_of(config, ToldJudge(rewards))
    return trainer


def test_a_step_with_nothing_to_learn_is_said_and_changes_nothing(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 3, "sampling.max_rounds": 1})
    trainer = empty_in(2, config=config)
    weights = []

    class Watch:
        def step(self, record: dict[str, Any]) -> None:
            weights.append(weights_of(trainer))

        def event(self, record: dict[str, Any]) -> None:
            pass

    trainer.watchers = [Watch()]
    trainer.run()
    assert same(weights[0], weights[1])
    assert not same(weights[1], weights[2])
    first, empty, last = steps(trainer)
    assert empty.keys() == first.keys() == last.keys()
    unknown = {name for name, value in empty.items() if value is None}
    assert unknown >= {"loss", "kl", "grad_norm", "entropy", "mismatch", "lr"}
    assert (empty["reward"], empty["groups"], empty["sampled_groups"]) == (1.0, 0, 3)
    (event,) = events(trainer, "nothing_learned")
    assert (event["step"], event["groups"], event["all_right"]) == (2, 3, 3)
    assert trainer.prompts.state() == {"at": 9}
    samples = (tmp_path / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["advantage"] is None for line in samples] == (
        [False] * 3 + [True] * 3 + [False] * 3
    )


def test_several_steps_in_a_row_with_nothing_to_learn_end_the_run(tmp_path: Path) -> None:
    changes = {"run.steps": 9, "sampling.max_rounds": 1, "sampling.max_empty_steps": 3}
    trainer = empty_in(1, 2, 4, 5, 6, config=small_config(tmp_path, **changes))
    with pytest.raises(
        NothingToLearnError,
        match=r"step 6 is the last of 3 in a row .*; of 3 groups 0 had no rewards to compare, 3"
        r" were all right, 0 all wrong: most prompts are too easy",
    ):
        trainer.run()
    assert len(steps(trainer)) == 6


def test_a_run_goes_on_exactly_across_steps_with_nothing_to_learn(tmp_path: Path) -> None:
    changes = {
        "run.steps": 6,
        "run.checkpoint_every": 1,
        "sampling.max_rounds": 1,
        "sampling.max_empty_steps": 2,
    }
    unbroken = empty_in(2, 4, config=small_config(tmp_path / "unbroken", **changes))
    unbroken.run()
    config = small_config(tmp_path / "broken", **changes)
    for until in (2, 3, 4, 6):
        broken = empty_in(2, 4, config=config.having({"run.steps": until}))
        assert broken.resume() is (until > 2)
        broken.run()
    assert steps(broken) == steps(unbroken)
    assert same(weights_of(broken), weights_of(unbroken))

    config = small_config(tmp_path / "ends", **changes)
    empty_in(3, 4, config=config.having({"run.steps": 3})).run()
    ends = empty_in(3, 4, config=config)
    assert ends.resume()
    with pytest.raises(NothingToLearnError, match="step 4 is the last of 2"):
        ends.run()


def refusing(group: Group) -> Group:
    return replace(
        group,
        rewards=(None,) * 4,
        problems=("bad_spec",) * 4,
        awaited=(False,) * 4,
        said=(Said(why="spec.gold: missing"),) * 4,
    )


def test_what_the_service_says_is_told_where_there_was_nothing_to_learn(tmp_path: Path) -> None:
    class Refusing(ToldJudge):
        def judged(self, group: Group) -> Future[Group]:
            found: Future[Group] = Future()
            found.set_result(refusing(group))
            return found

    changes = {"sampling.max_rounds": 1, "sampling.max_empty_steps": 1}
    trainer = trainer_of(small_config(tmp_path, **changes), Refusing(lambda *_: UNKNOWN))
    with pytest.raises(
        NothingToLearnError, match=r"3 had no rewards .*\[bad_spec: spec.gold: missing \(3\)\]"
    ) as raised:
        trainer.run()
    assert "too easy" not in str(raised.value)
    (event,) = events(trainer, "nothing_learned")
    assert event["problems"] == {"bad_spec: spec.gold: missing": 3}


def test_without_dynamic_sampling_all_are_taken_that_can_be_compared(tmp_path: Path) -> None:
    alone = (1.0, None, None, None)
    judge = ToldJudge(lambda n, _: alone if n == 0 else EQUAL if n == 1 else MIXED, final=True)
    config = small_config(tmp_path, **{"run.steps": 1, "sampling.dynamic": False})
    trainer = trainer_of(config, judge)
    trainer.run()
    (step,) = steps(trainer)
    assert (step["groups"], step["sampled_groups"]) == (3, 4)
    assert step["unscored"] == pytest.approx(3 / 16)


def test_more_groups_than_are_missing_are_asked_for_at_once(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 1, "sampling.batch_multiplier": 2.0})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    trainer.run()
    (step,) = steps(trainer)
    assert (step["groups"], step["sampled_groups"], step["rounds"]) == (3, 6, 1)


def away(first: int, last: int) -> ToldJudge:
    """Know no reward of what is asked from ``first`` to before ``last``."""
    return ToldJudge(
        lambda n, group: (
            UNKNOWN if first <= n < last else EQUAL if int(group.prompt.id) % 3 == 0 else MIXED
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sampling.prompts": 8, "algorithm.microbatch_tokens": 50},
        {"sampling.prompts": 8, "algorithm.microbatch_tokens": 50, "sampling.dynamic": False},
        {"sampling.prompts": 6, "sampling.batch_multiplier": 2.0},
    ],
)
def test_a_service_that_was_away_changes_nothing(
    changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)
    strict = {"service.max_unscored_share": 0.0, "run.steps": 3, **changes}
    there = trainer_of(small_config(tmp_path / "there", **strict), away(0, 0))
    there.run()
    judge = away(4, 15)
    broken = trainer_of(small_config(tmp_path / "broken", **strict), judge)
    broken.run()

    assert steps(broken) == steps(there)
    assert same(weights_of(broken), weights_of(there))
    assert judge.waited > 1
    (begun,), (ended,) = events(broken, "waiting"), events(broken, "waited")
    assert "have no reward yet: overloaded (" in begun["why"]
    assert begun["step"] == ended["step"]
    assert isinstance(broken.sampler, CountingSampler)
    assert isinstance(there.sampler, CountingSampler)
    assert broken.sampler.calls == there.sampler.calls


def test_each_minute_of_waiting_is_told_and_not_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Watch:
        def __init__(self) -> None:
            self.told: list[dict[str, Any]] = []

        def step(self, record: dict[str, Any]) -> None:
            pass

        def event(self, record: dict[str, Any]) -> None:
            pass

        def waits(self, record: dict[str, Any]) -> None:
            self.told.append(record)

    watch = Watch()
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)
    monkeypatch.setattr(patience, "_BETWEEN_WORDS_S", 0.0)
    config = small_config(tmp_path, **{"run.steps": 1})
    trainer = trainer_of(config, away(0, 6), watchers=[watch])
    trainer.run()
    assert len(watch.told) > 1
    assert {(one["step"], one["event"]) for one in watch.told} == {(1, "still waiting")}
    written = [line["event"] for line in lines(trainer) if "event" in line]
    assert written == ["data", "waiting", "waited"]


def test_a_few_unknown_rewards_are_not_waited_for(tmp_path: Path) -> None:
    judge = ToldJudge(lambda n, _: (None, 1.0, 0.0, 0.0) if n == 0 else MIXED)
    trainer = trainer_of(small_config(tmp_path), judge)
    trainer.run()
    assert judge.waited == 0
    assert steps(trainer)[0]["unscored"] == pytest.approx(1 / 12)


def test_what_no_service_can_judge_is_not_waited_for(tmp_path: Path) -> None:
    judge = ToldJudge(lambda n, _: UNKNOWN if n < 6 else MIXED, final=True)
    trainer = trainer_of(small_config(tmp_path), judge)
    trainer.run()
    assert judge.waited == 0
    assert steps(trainer)[0]["unscored"] == pytest.approx(2 / 3)


def test_a_service_that_stays_away_ends_the_run_and_nothing_is_learned(tmp_path: Path) -> None:
    judge = ToldJudge(lambda *_: UNKNOWN)
    judge.patience_ends = True
    trainer = trainer_of(small_config(tmp_path), judge)
    before = weights_of(trainer)
    with pytest.raises(ServiceMissingError, match="gave up"):
        trainer.run()
    assert same(weights_of(trainer), before)


def test_a_service_that_is_ready_and_scores_nothing_ends_the_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)
    config = small_config(tmp_path, **{"service.patience_s": 1e-9})
    with pytest.raises(ServiceMissingError, match=r"step 1: 100% of the completions had no reward"):
        trainer_of(config, ToldJudge(lambda *_: UNKNOWN)).run()


def test_a_sampler_that_ignores_new_weights_is_found_out(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 9, "optimizer.lr": 0.05})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    assert isinstance(trainer.sampler, CountingSampler)
    trainer.sampler.deaf = True
    with pytest.raises(DriftError, match="does not sample from this policy"):
        trainer.run()
    assert len(steps(trainer)) == trainer.step - 1


def test_a_sampler_with_the_weights_of_now_does_not_drift(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 3, "optimizer.lr": 0.05})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    trainer.run()
    assert max(step["mismatch"] for step in steps(trainer)) < 1e-4


def test_a_reset_makes_the_reference_the_policy(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 3, "reset.every": 2, "optimizer.lr": 0.01})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    held: list[bool] = []
    states: list[int] = []

    class Watch:
        def step(self, record: dict[str, Any]) -> None:
            learner = trainer.learner
            assert learner.reference is not None
            held.append(same(learner.trained.state(), learner.reference.state()))
            states.append(len(learner.optimizer.state))

        def event(self, record: dict[str, Any]) -> None:
            pass

    trainer.watchers = [Watch()]
    trainer.run()
    assert held == [False, True, False]
    assert states[1] == 0 < states[0]
    kl = [step["kl_old"] for step in steps(trainer)]
    assert kl[0] == kl[2] == 0.0 < kl[1]
    (reset,) = events(trainer, "reset")
    assert (reset["step"], reset["optimizer"]) == (2, "clear")


def test_a_full_disk_costs_a_warning_and_the_last_checkpoint_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(tmp_path, **{"run.steps": 2, "run.checkpoint_every": 1})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    save = torch.save

    def full(value: Any, file: Any) -> None:
        if trainer.step == 2:
            raise OSError(28, "No space left on device")
        save(value, file)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainerError, match=r"all 2 steps .*could not be written .* after step 1"):
        trainer.run()
    (failed,) = events(trainer, "checkpoint_failed")
    assert "No space left" in failed["why"]
    assert failed["why"].endswith("that of step 1 is kept")
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-000001"]

    again = trainer_of(config, ToldJudge(lambda *_: MIXED))
    assert again.resume()
    assert again.step == 1


def test_a_stage_with_other_data_draws_from_it_in_its_place(tmp_path: Path) -> None:
    stages = [{"from_step": 2, "set": {"data.max_prompt_tokens": 64}, "why": "shorter"}]
    config = small_config(tmp_path, **{"stages": stages, "run.checkpoint_every": 1})
    trainer = trainer_of(
        config, ToldJudge(lambda *_: MIXED), open_prompts=lambda data: Endless("other")
    )
    trainer.run()
    assert ["reward/numbers" in step for step in steps(trainer)] == [True, False]
    assert ["reward/other" in step for step in steps(trainer)] == [False, True]
    assert trainer.prompts.state() == {"at": 6}
    assert [event["why"] for event in events(trainer, "stage")] == ["shorter"]
    told = [(event["step"], event["source"]) for event in events(trainer, "data")]
    assert told == [(0, "numbers"), (2, "other")]


def test_the_record_begins_with_the_data_and_says_what_is_never_drawn(tmp_path: Path) -> None:
    config = small_config(tmp_path, **{"run.steps": 2, "run.checkpoint_every": 1})
    judge = ToldJudge(lambda *_: MIXED)
    trainer_of(config, judge).run()
    trainer = trainer_of(config.having({"run.steps": 3}), judge)
    assert trainer.resume()
    trainer.run()
    begun = {"step": 0, "event": "data", "source": "numbers", "prompts": 10, "too_long": 1}
    assert lines(trainer)[0] == begun
    assert events(trainer, "data") == [begun], "a run that goes on has said it"
    assert [event["step"] for event in events(trainer, "resumed")] == [3]
    counted = [(step["left_out_prompts"], step["refused_prompts"]) for step in steps(trainer)]
    assert counted == [(1, 0)] * 3


def test_rows_that_the_service_cannot_judge_are_named(tmp_path: Path) -> None:
    class Refusing(ToldJudge):
        def judged(self, group: Group) -> Future[Group]:
            found = super().judged(group)
            if group.prompt.id in ("1", "2"):
                found = Future()
                found.set_result(refusing(group))
            return found

    judge = Refusing(lambda _, group: (None,) * 4 if group.prompt.id in ("1", "2") else MIXED)
    trainer = trainer_of(small_config(tmp_path, **{"run.steps": 1}), judge)
    trainer.run()
    (refused,) = events(trainer, "refused")
    assert refused["source"] == "numbers"
    assert (refused["prompts"], refused["rows"]) == (2, ["numbers:1", "numbers:2"])
    assert refused["why"] == "bad_spec: spec.gold: missing (2)"
