"""Rewards that a service owes: it is waited for, and asked again, until it has given enough."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from reward_trainer.errors import ServiceMissingError
from reward_trainer.judge import Judge
from reward_trainer.log import Log
from reward_trainer.patience import Patience
from reward_trainer.reasons import in_words, problems_of
from reward_trainer.rollout import Group, awaited_share
from reward_trainer.sections import Service
from reward_trainer.stopping import Stop

_BETWEEN_TRIES_S = 1.0
"""Between two times that a service is asked which is ready and yet scores too little."""


class Waiting:
    """Waits for what ``service.patience_s`` allows, and says so."""

    def __init__(self, judge: Judge, service: Service, *, log: Log, stop: Stop) -> None:
        """Wait for the service behind ``judge``, until ``stop`` is asked for."""
        self._judge = judge
        self._patience_s = service.patience_s
        self._log = log
        self._stop = stop

    def scored(self, groups: Sequence[Group], *, but: float, step: int) -> list[Group]:
        """Return ``groups`` with the rewards of all completions but a share that may be missing.

        Raises:
            ServiceMissingError: they were not to be had in time.
        """
        share = awaited_share(groups)
        why = f"{share:.0%} of the completions have no reward yet: {in_words(problems_of(groups))}"
        self._log.event(step, "waiting", why=why, at_most_s=self._patience_s)
        patience = Patience(self._patience_s, tell=lambda span: self._log.still_waiting(step, span))
        found = list(groups)
        while (share := awaited_share(found)) > but:
            if patience.ended:
                raise ServiceMissingError(
                    f"step {step}: {share:.0%} of the completions had no reward for"
                    f" {self._patience_s:.0f} s; nothing was learned from them. The same command"
                    " goes on"
                )
            with self._stop.breakable():
                self._judge.wait_until_ready(patience.left_s, patience.remind)
            found = self._again(found)
            patience.remind()
            if awaited_share(found) > but:
                with self._stop.breakable():
                    time.sleep(_BETWEEN_TRIES_S)
        self._log.event(step, "waited", waited_s=round(patience.waited_s, 3))
        return found

    def _again(self, groups: Iterable[Group]) -> list[Group]:
        """Return ``groups``, with those whose rewards are awaited judged once more."""
        asked = [
            self._judge.judged(group) if any(group.awaited) else _done(group) for group in groups
        ]
        with self._stop.breakable():
            return [future.result() for future in asked]


def _done(group: Group) -> Future[Group]:
    future: Future[Group] = Future()
    future.set_result(group)
    return future
