"""What a service owes is asked for again, which may take long."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from loop_parts import MIXED, UNKNOWN, Endless, ToldJudge

from reward_trainer import patience, waiting
from reward_trainer.errors import ServiceMissingError
from reward_trainer.log import Log
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group
from reward_trainer.sections import Service
from reward_trainer.waiting import Waiting

_COMPLETION = Completion(token_ids=(5,), logprobs=(-1.0,), text="", stopped=True)


class Silent(ToldJudge):
    """Takes what is asked again, and answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(lambda *_: MIXED)
        self._owed: list[tuple[Future[Group], Group]] = []

    def judged(self, group: Group) -> Future[Group]:
        owed: Future[Group] = Future()
        self._owed.append((owed, super().judged(group).result()))
        return owed

    def answer(self) -> None:
        while self._owed:
            owed, group = self._owed.pop()
            owed.set_result(group)


class Watch:
    """Has the judge answer when it has been told for the third time that the run waits."""

    def __init__(self, judge: Silent) -> None:
        self._judge = judge
        self.told = 0

    def step(self, record: dict[str, Any]) -> None:
        pass

    def event(self, record: dict[str, Any]) -> None:
        pass

    def waits(self, record: dict[str, Any]) -> None:
        self.told += 1
        if self.told == 3:
            self._judge.answer()


def unscored() -> list[Group]:
    """Return two groups of which one waits for its rewards."""
    groups = [Group(prompt=one, completions=(_COMPLETION,) * 4) for one in Endless().draw(2)]
    before = ToldJudge(lambda n, _: (MIXED, UNKNOWN)[n])
    return [before.judged(group).result() for group in groups]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody pause, and every look at the time told of."""
    monkeypatch.setattr(patience, "_BETWEEN_WORDS_S", 0.0)
    monkeypatch.setattr(waiting, "_MEANWHILE_S", 0.0)
    monkeypatch.setattr(waiting, "_BETWEEN_TRIES_S", 0.0)


def test_while_it_is_asked_again_that_is_said(tmp_path: Path) -> None:
    judge = Silent()
    watch = Watch(judge)
    owed = Waiting(
        judge,  # type: ignore[arg-type] - it has what is called
        Service(),
        log=Log(Record(tmp_path), [watch]),
    )
    found = owed.scored(unscored(), but=0.0, step=1)
    assert watch.told >= 3
    assert judge.asked == 1, "what is known is not asked again"
    assert [group.rewards for group in found] == [MIXED, MIXED]


def test_a_service_that_takes_requests_and_is_silent_has_no_more_time_than_another(
    tmp_path: Path,
) -> None:
    owed = Waiting(
        Silent(),  # type: ignore[arg-type] - it has what is called
        Service(patience_s=0.1),
        log=Log(Record(tmp_path)),
    )
    with pytest.raises(ServiceMissingError, match=r"step 1: 50% of the completions had no reward"):
        owed.scored(unscored(), but=0.0, step=1)


def test_a_first_verdict_that_does_not_come_is_told_of_and_given_up(tmp_path: Path) -> None:
    judge = Silent()
    watch = Watch(judge)
    log = Log(Record(tmp_path), [watch])
    (group,) = unscored()[:1]

    patient = Waiting(judge, Service(), log=log)  # type: ignore[arg-type] - it has what is called
    assert patient.known(judge.judged(group), step=2).rewards == MIXED
    assert watch.told == 3

    hasty = Waiting(judge, Service(patience_s=0.1), log=log)  # type: ignore[arg-type] - likewise
    with pytest.raises(ServiceMissingError, match=r"step 2: the service took requests and did not"):
        hasty.known(judge.judged(group), step=2)
