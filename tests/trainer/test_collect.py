"""Which groups a step keeps, whatever their lengths are and whenever their verdicts come."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import chain, permutations
from pathlib import Path
from statistics import fmean
from threading import Thread
from typing import Any

import pytest
from loop_parts import EQUAL, MIXED, Endless, small_config, tiny_model

from reward_trainer.choice import Choice
from reward_trainer.collect import Collected, Collector, chosen_anew
from reward_trainer.config import Config
from reward_trainer.kept import Kept
from reward_trainer.learner import Learner
from reward_trainer.log import Log
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group
from reward_trainer.samplers.sampler import Request
from reward_trainer.waiting import Waiting


class Lengths:
    """A sampler whose completions of the n-th prompt are as long as it is told, short ones first.

    What is asked for in each round is as long as its place in the list says.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        for at in sorted(range(len(requests)), key=lambda at: self._lengths[at]):
            length = self._lengths[at]
            one = Completion(
                token_ids=(5,) * length, logprobs=(-4.5,) * length, text="", stopped=True
            )
            yield at, (one,) * requests[at].n


class Late:
    """A judge that answers about ``n`` groups in an order of its own, when all have been asked."""

    def __init__(self, good: set[int], order: Sequence[int]) -> None:
        self._good = good
        self._order = order
        self._asked: dict[int, tuple[Future[Group], Group]] = {}

    def judged(self, group: Group) -> Future[Group]:
        future: Future[Group] = Future()
        self._asked[group.drawn] = (future, group)
        if len(self._asked) == len(self._order):
            Thread(target=self._answer, args=(dict(self._asked),)).start()
        return future

    def _answer(self, asked: dict[int, tuple[Future[Group], Group]]) -> None:
        for drawn in self._order:
            future, group = asked[drawn]
            rewards = MIXED if drawn in self._good else EQUAL
            future.set_result(
                replace(group, rewards=rewards, problems=(None,) * 4, awaited=(False,) * 4)
            )


def config_of(folder: Path, **changes: Any) -> Config:
    return small_config(
        folder,
        **{
            "sampling.max_tokens": 64,
            "sampling.max_rounds": 1,
            "algorithm.microbatch_tokens": 1,
            **changes,
        },
    )


def collector_of(config: Config, lengths: Sequence[int], judge: Late) -> Collector:
    return Collector(
        Lengths(lengths),  # type: ignore[arg-type] - it has what is called
        judge,  # type: ignore[arg-type] - likewise
        Endless(),  # type: ignore[arg-type] - likewise
        waiting=Waiting(
            judge,  # type: ignore[arg-type] - likewise
            config.service,
            log=Log(Record(Path(config.run.folder))),
        ),
    )


def collected(
    config: Config, lengths: Sequence[int], good: set[int], order: Sequence[int]
) -> tuple[Collected, list[list[int]]]:
    """Return what one round finds, and the passes it makes."""
    into = Collected()
    collector = collector_of(config, lengths, Late(good, order))
    passes = [
        [group.drawn for group in groups] for groups in collector.rounds(config, step=1, into=into)
    ]
    return into, passes


def test_the_first_drawn_are_kept_and_not_the_short_ones(tmp_path: Path) -> None:
    config = config_of(tmp_path, **{"sampling.batch_multiplier": 2.0})
    lengths, good = [9, 8, 7, 3, 2, 1], {0, 2, 3, 4, 5}
    into, passes = collected(config, lengths, good, range(6))
    assert sorted(chain(*passes)) == [0, 2, 3]
    assert [group.drawn for group in into.groups] == list(range(6))
    assert into.kept == 3


def test_a_pass_is_made_as_soon_as_its_groups_are_chosen_for_certain(tmp_path: Path) -> None:
    config = config_of(tmp_path, **{"sampling.batch_multiplier": 2.0})
    # The three drawn first are known in the order 2, 0, 1: each is certain when it is known.
    assert collected(config, [5, 6, 4, 1, 2, 3], set(range(6)), range(6))[1] == [[2], [0], [1]]
    # The fourth is certain when one before it turns out to be worth nothing.
    assert collected(config, [5, 6, 4, 1, 2, 3], {0, 1, 3, 4}, range(6))[1] == [[3], [0], [1]]


def test_when_verdicts_come_changes_nothing(tmp_path: Path) -> None:
    config = config_of(tmp_path, **{"sampling.prompts": 2, "sampling.batch_multiplier": 2.0})
    found = [
        collected(config, [4, 2, 3, 1], {1, 2, 3}, order)[1] for order in permutations(range(4))
    ]
    assert len(found) == 24
    assert all(one == found[0] for one in found)
    assert sorted(chain(*found[0])) == [1, 2]


@pytest.mark.parametrize("good", [set(range(6)), {1, 3, 4}, {4, 5}, set()])
@pytest.mark.parametrize("fills", [1, 30, 1000])
def test_what_is_chosen_when_rewards_came_late_makes_the_same_passes(
    tmp_path: Path, fills: int, good: set[int]
) -> None:
    changes = {"sampling.batch_multiplier": 2.0, "algorithm.microbatch_tokens": fills}
    into, passes = collected(config_of(tmp_path, **changes), [5, 6, 4, 1, 2, 3], good, range(6))
    late = Collected(groups=into.groups, spans=into.spans, kept=1)
    anew = chosen_anew(config_of(tmp_path, **changes), late)
    assert [[group.drawn for group in groups] for groups in anew] == passes
    assert late.kept == into.kept


def test_a_group_that_was_passed_over_for_want_of_rewards_is_chosen_after_all(
    tmp_path: Path,
) -> None:
    config = config_of(tmp_path, **{"sampling.batch_multiplier": 2.0})
    into, passes = collected(config, [5, 6, 4, 1, 2, 3], {2, 3, 4, 5}, range(6))
    assert sorted(chain(*passes)) == [2, 3, 4]
    late = replace(into, groups=[replace(group, rewards=MIXED) for group in into.groups])
    anew = chosen_anew(config, late)
    assert [group.drawn for groups in anew for group in groups] == [2, 0, 1]


def test_what_is_kept_is_as_long_as_what_is_sampled(tmp_path: Path) -> None:
    config = config_of(tmp_path, **{"sampling.prompts": 100, "sampling.batch_multiplier": 2.0})
    drawn = random.Random(0)
    sampled, kept = [], []
    for _ in range(20):
        lengths = [drawn.randint(1, 64) for _ in range(200)]
        good = {at for at in range(200) if drawn.random() < 0.7}
        _, passes = collected(config, lengths, good, range(200))
        sampled.append(fmean(lengths))
        kept.append(fmean(lengths[at] for one in passes for at in one))
    assert fmean(kept) == pytest.approx(fmean(sampled), rel=0.03)


def test_a_minibatch_does_not_hold_the_short_ones_only(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    collector = collector_of(config, [7, 1, 5], Late({0, 1, 2}, range(3)))
    learner, kept = Learner(tiny_model(), config, device="cpu"), Kept()
    for groups in collector.rounds(config, step=1, into=Collected()):
        kept.add(groups, learner, config)
    assert [group.drawn for group in kept.groups] == [0, 1, 2]
    lengths = [len(one.completion) for one in kept.batch(config, step=1).written]
    assert lengths == [7] * 4 + [1] * 4 + [5] * 4


def test_a_choice_waits_for_what_may_come_before() -> None:
    choice = Choice(4, wanted=1)
    assert choice.tell(2, worth=True) == []
    assert choice.tell(1, worth=True) == []
    assert choice.tell(0, worth=False) == [1]
    assert choice.tell(3, worth=True) == []


def test_a_choice_makes_do_with_what_there_is() -> None:
    choice = Choice(3, wanted=2)
    told = [choice.tell(at, worth=at == 2) for at in (2, 0, 1)]
    assert told == [[], [2], []]
