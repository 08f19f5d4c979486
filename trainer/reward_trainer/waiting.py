"""Rewards that a service owes: it is waited for, and asked again, until it has given enough."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, wait

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
_MEANWHILE_S = 1.0
"""Between two looks at the time while a service is asked."""


class Waiting:
    """Waits for what ``service.patience_s`` allows, and says so."""

    def __init__(
        self, judge: Judge, service: Service, *, log: Log, stop: Stop | None = None
    ) -> None:
        """Wait for the service behind ``judge``, until ``stop`` is asked for where there is one."""
        self._judge = judge
        self._patience_s = service.patience_s
        self._log = log
        self._stop = stop or Stop()

    def known(self, verdicts: Future[Group], *, step: int) -> Group:
        """Return a group that the service judges, when it has.

        Raises:
            ServiceMissingError: it took the request and was silent for ``service.patience_s``.
        """
        patience = self._patience(step)
        with self._stop.breakable():
            while wait([verdicts], timeout=_MEANWHILE_S).not_done:
                patience.remind()
                if patience.ended:
                    raise ServiceMissingError(
                        f"step {step}: the service took requests and did not answer for"
                        f" {self._patience_s:.0f} s (service.patience_s). The same command goes on"
                    )
            return verdicts.result()

    def scored(
        self, groups: Sequence[Group], *, but: float, step: int, of: str = "the completions"
    ) -> list[Group]:
        """Return ``groups`` with the rewards of all completions but a share that may be missing.

        Args:
            groups: of which more is awaited.
            but: that share.
            step: that waits.
            of: what the completions are called.

        Raises:
            ServiceMissingError: they were not to be had in time.
        """
        why = f"{_share(groups)} of {of} have no reward yet: {in_words(problems_of(groups))}"
        self._log.event(step, "waiting", why=why, at_most_s=self._patience_s)
        patience = self._patience(step)
        found = list(groups)
        while awaited_share(found) > but:
            if patience.ended:
                raise ServiceMissingError(
                    f"step {step}: {_share(found)} of {of} had no reward for"
                    f" {self._patience_s:.0f} s (service.patience_s), and nothing was made of them."
                    " The same command goes on"
                )
            with self._stop.breakable():
                self._judge.wait_until_ready(patience.left_s, patience.remind)
            found = self._again(found, patience)
            patience.remind()
            if awaited_share(found) > but:
                with self._stop.breakable():
                    time.sleep(_BETWEEN_TRIES_S)
        self._log.event(step, "waited", waited_s=round(patience.waited_s, 3))
        return found

    def _patience(self, step: int) -> Patience:
        return Patience(self._patience_s, tell=lambda span: self._log.still_waiting(step, span))

    def _again(self, groups: Sequence[Group], patience: Patience) -> list[Group]:
        """Return ``groups``, with those whose rewards are awaited judged once more.

        A service may take requests and be silent: where patience ends, they are as they were.
        """
        asked = [
            self._judge.judged(group) if any(group.awaited) else _done(group) for group in groups
        ]
        with self._stop.breakable():
            while wait(asked, timeout=_MEANWHILE_S).not_done and not patience.ended:
                patience.remind()
        return [
            future.result() if future.done() else group
            for group, future in zip(groups, asked, strict=True)
        ]


def _share(groups: Sequence[Group]) -> str:
    return f"{100 * awaited_share(groups):.3g}%"


def _done(group: Group) -> Future[Group]:
    future: Future[Group] = Future()
    future.set_result(group)
    return future
