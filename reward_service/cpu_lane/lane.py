"""The cpu lane: questions in, verdicts out, through worker processes that may be killed.

Whose fault is it when a worker ends? At its CPU limit: the answer's that it was judging. Anything
else: nobody's yet; that question is judged again, alone, by a fresh worker, and only a second death
is the answer's doing, and none that came from outside is (``death.py``). Whatever else the worker
had been asked goes back to the front of the queue.
When the zygote ends, all workers do, and no question is to blame.

A worker that stands still (its wall clock runs out, its CPU clock does not) is our trouble, not the
answer's: verifiers do not sleep, hosts starve and stop processes.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reward_service.config import Settings
from reward_service.cpu_lane.death import Blame, death
from reward_service.cpu_lane.frames import Hello, Reply
from reward_service.cpu_lane.handle import WorkerHandle
from reward_service.cpu_lane.staff import Outcomes, Staff
from reward_service.cpu_lane.work import Backlog, Question, Subject
from reward_service.cpu_lane.zygote_link import ZygoteError
from reward_service.errors import (
    RewardServiceError,
    ShuttingDownError,
    VerifierCrashedError,
    WorkerDiedError,
)
from reward_service.lanes import Judged, LaneStatus
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import DOMAINS, Domain, Lane
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

log = logging.getLogger(__name__)

RECYCLE_AFTER = 10_000
"""Questions after which a worker is replaced, so that whatever it gathers stays bounded."""
MAX_GROWTH = 0.25
"""Share of its memory by which a worker may have grown before it is replaced."""
WEIGH_EVERY = 250
"""Questions between two looks at whether a worker is worn out."""

# A worker is asked this much ahead, so that it has work while the event loop is busy; more would
# only leave questions waiting behind a slow one while another worker idles.
_AHEAD_S = 0.005
_MAX_AHEAD = 16
_OVERHEAD_S = 0.0001  # what a question costs beside its judging, about

_MAX_STALLS = 2
_MAX_TRIES = {Blame.ANSWER: 2, Blame.VERIFIER: 2, Blame.OUTSIDE: 5}
_MAX_LOSSES = 50
"""Workers that a question may lose before one begins it; those before it may kill many."""


class CpuLane:
    """A ``LaneRunner`` for domains judged in processes of our own.

    ``workers`` questions are judged at a time; for every two workers there is a spare one that
    steps in where a question is slow, so that quick ones do not wait behind it.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        judge_cpu_s: float = 1.0,
        judge_wall_s: float = 20.0,
        worker_memory_mb: int = 1024,
        domains: Mapping[str, Domain] = DOMAINS,
    ) -> None:
        self.judge_cpu_s = judge_cpu_s
        self.judge_wall_s = judge_wall_s
        self._n_workers = workers
        self._domains = {
            name: domain for name, domain in domains.items() if domain.lane is Lane.CPU
        }
        self._backlog = Backlog()
        self._under_autopsy: set[Question] = set()
        self._ids = itertools.count()
        self._closing = False
        self._usual_s = _AHEAD_S
        self._max_growth_bytes = MAX_GROWTH * (worker_memory_mb << 20)
        self._staff = Staff(
            workers + math.ceil(workers / 2),
            domains=self._domains,
            memory_mb=worker_memory_mb,
            owner=self,
            outcomes=Outcomes(zygote_lost=self._on_zygote_lost, outage=self._on_outage),
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> CpuLane:
        """Return the lane that ``settings`` describe."""
        return cls(
            workers=settings.cpu_workers,
            judge_cpu_s=settings.judge_cpu_s,
            judge_wall_s=settings.judge_wall_s,
            worker_memory_mb=settings.worker_memory_mb,
        )

    # LaneRunner

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        """Queue one question per answer; see ``LaneRunner``."""
        loop = asyncio.get_running_loop()
        subject = Subject(self._domains[domain], spec.model_dump_json())
        group = [
            Question(next(self._ids), subject, answer, loop.create_future()) for answer in answers
        ]
        if self._closing:
            for question in group:
                question.future.set_exception(ShuttingDownError("the cpu lane is closed"))
        else:
            self._backlog.add(group)
            self._dispatch()
        return [question.future for question in group]

    def status(self) -> LaneStatus:
        """Say whether a worker can judge, how many there are, and what their jail holds."""
        handles = self._staff.handles.values()
        n_ready = sum(handle.ready for handle in handles)
        zygote = self._staff.zygote
        details: dict[str, Any] = {
            "workers": self._n_workers,
            "processes": len(handles),
            "processes_ready": n_ready,
            "processes_ended": self._staff.n_ended,
            "questions_waiting": len(self._backlog) + self._backlog.n_alone,
            "questions_running": sum(len(handle.asked) for handle in handles),
            "zygotes_started": self._staff.n_zygotes,
            "zygote_start": {} if zygote is None else zygote.timings,
            "jail": self._staff.jail,
        }
        if self._closing:
            return LaneStatus(ready=False, reason="the cpu lane is closed", details=details)
        if not n_ready:
            reason = self._staff.trouble or "workers are being started"
            return LaneStatus(ready=False, reason=f"no worker: {reason}", details=details)
        return LaneStatus(ready=True, details=details)

    async def start(self) -> None:
        """Start the zygote and the workers; returns when the first can judge.

        Raises:
            WorkerDiedError: they do not start.
        """
        try:
            await self._staff.start()
        except ZygoteError as error:
            raise WorkerDiedError(f"the cpu lane does not start: {error}") from error

    async def close(self) -> None:
        """End every process of the lane."""
        self._closing = True
        held = [question for handle in self._staff.handles.values() for question in handle.asked]
        for question in (*self._backlog.drain(), *held, *self._under_autopsy):
            _fail(question, ShuttingDownError("the service stopped before the item was judged"))
        await self._staff.close()

    # who judges what

    def _dispatch(self) -> None:
        """Give out what waits, as far as workers may take it."""
        if self._closing or not (len(self._backlog) or self._backlog.n_alone):
            return
        handles = self._staff.handles.values()
        ready = [handle for handle in handles if handle.ready and not handle.worn_out]
        n_free = self._n_workers - sum(bool(handle.asked) and not handle.slow for handle in ready)
        for handle in ready:
            if n_free > 0 and not handle.asked:
                n_free -= self._ask_alone(handle)
        if self._backlog.n_alone and n_free > 0 and not self._staff.n_coming:
            self._make_fresh(ready)
        for handle in ready:
            if n_free > 0 and not handle.asked and len(self._backlog):
                self._ask_some(handle, math.ceil(len(self._backlog) / n_free))
                n_free -= 1
        if not self._backlog.n_alone:
            for handle in ready:
                if handle.asked and not handle.slow:
                    self._ask_ahead(handle)

    def _ask_alone(self, handle: WorkerHandle) -> bool:
        """Give an idle worker a question that waits for a fresh one, if it is fresh."""
        question = self._backlog.take_alone() if handle.n_judged == 0 else None
        if question is not None:
            handle.ask([question])
        return question is not None

    def _make_fresh(self, ready: list[WorkerHandle]) -> None:
        """Replace an idle worker that is not fresh, as questions wait for one that is."""
        for handle in ready:
            if not handle.asked:
                ready.remove(handle)
                self._staff.discard(handle)
                return

    def _ask_some(self, handle: WorkerHandle, at_most: int) -> None:
        questions = self._backlog.take(max(1, min(at_most, self._n_ahead())))
        if questions:
            handle.ask(questions)

    def _ask_ahead(self, handle: WorkerHandle) -> None:
        """Have a worker that runs out of work know its next questions already."""
        n_ahead = self._n_ahead()
        if len(handle.asked) > n_ahead // 2:
            return
        while len(self._backlog) and len(handle.asked) < n_ahead:
            self._ask_some(handle, n_ahead - len(handle.asked))

    def _n_ahead(self) -> int:
        return max(1, min(_MAX_AHEAD, int(_AHEAD_S / self._usual_s)))

    # what workers say (handle.Owner)

    def on_hello(self, hello: Hello) -> None:
        """A worker can judge."""
        self._staff.greeted(hello)
        self._dispatch()

    def on_reply(self, question: Question, reply: Reply, begun_at: float, cpu_s: float) -> None:
        """A worker answered ``question``."""
        self._usual_s += 0.05 * (min(cpu_s, _AHEAD_S) + _OVERHEAD_S - self._usual_s)
        if reply.verdict is not None:
            _settle(question, reply.verdict, begun_at=begun_at, exec_s=cpu_s)
        elif question.open:
            question.future.set_exception(BadSpecError(reply.bad_spec))

    def on_idle(self, handle: WorkerHandle) -> None:
        """The worker could take more; one that is worn out does what it was asked, and goes."""
        if handle.n_judged >= handle.weigh_at:
            handle.weigh_at = handle.n_judged + WEIGH_EVERY
            heavy = handle.grown_bytes() > self._max_growth_bytes
            handle.worn_out = heavy or handle.n_judged >= RECYCLE_AFTER
        if handle.worn_out and not handle.asked:
            self._staff.discard(handle)
        self._dispatch()

    def on_slow(self, handle: WorkerHandle) -> None:
        """What waits behind a slow question is given to other workers; the first answer counts."""
        self._backlog.put_back(list(handle.asked)[1:])
        self._dispatch()

    def on_cpu_limit(self, handle: WorkerHandle) -> None:
        """The question is over its limit; its worker ends, its neighbours are judged elsewhere."""
        question = handle.asked[0]
        _settle(
            question,
            Verdict.over_limit(
                f"judging took more than {self.judge_cpu_s:g} s of CPU time", question.answer
            ),
            begun_at=handle.begun_at,
            exec_s=self.judge_cpu_s,
        )
        self._take_back(handle)
        self._staff.discard(handle)
        self._dispatch()

    def on_wall_limit(self, handle: WorkerHandle) -> None:
        """The worker stood still: ours to answer for, after a second try."""
        question = handle.asked[0]
        question.n_stalls += 1
        log.warning("cpu lane: worker %s stood still for %g s", handle.pid, self.judge_wall_s)
        self._take_back(handle)
        if question.n_stalls < _MAX_STALLS:
            self._backlog.put_alone(question)
        else:
            _fail(question, WorkerDiedError(f"workers stood still for {self.judge_wall_s:g} s"))
        self._staff.discard(handle)
        self._dispatch()

    def on_death(self, handle: WorkerHandle, why: str) -> None:
        """The worker is gone, or lies. How it went is known when it is reaped."""
        question = handle.begun
        begun_at = handle.begun_at
        self._take_back(handle)
        if question is not None:
            self._under_autopsy.add(question)

        def autopsy(status: int | None) -> None:
            if question is not None:
                self._under_autopsy.discard(question)
                self._after_death(question, why, status, begun_at)
                self._dispatch()

        self._staff.discard(handle, autopsy)
        self._dispatch()

    def _take_back(self, handle: WorkerHandle) -> None:
        """Queue again what the worker had been asked and had not begun."""
        begun = handle.begun
        asked = list(handle.asked)
        handle.asked.clear()
        for question in asked:
            question.n_holders -= 1
        self._put_back(question for question in asked if question is not begun)

    def _put_back(self, questions: Iterable[Question]) -> None:
        """Queue blameless questions again; bound how often, lest one that lies goes on for ever."""
        kept = []
        for question in questions:
            question.n_losses += 1
            if question.n_losses > _MAX_LOSSES:
                _fail(question, WorkerDiedError("workers keep dying before they judge it"))
            elif not question.n_holders:
                kept.append(question)
        self._backlog.put_back(kept)

    def _after_death(
        self, question: Question, why: str, status: int | None, begun_at: float
    ) -> None:
        if not question.open or question.n_holders:
            return
        if status is None:
            self._put_back([question])
            return
        end = death(why, status)
        log.warning("cpu lane: a worker died while judging: %s", end.cause)
        question.n_deaths[end.blame] += 1
        n_deaths = question.n_deaths[end.blame]
        name = question.subject.domain.name
        if n_deaths < _MAX_TRIES[end.blame]:
            self._backlog.put_alone(question)
        elif end.blame is Blame.OUTSIDE:
            _fail(question, WorkerDiedError(f"{n_deaths} workers were killed: {end.cause}"))
        elif end.blame is Blame.VERIFIER:
            _fail(question, VerifierCrashedError(f"{name}: {end.cause}, twice; see the log"))
        else:
            verdict = Verdict.over_limit(
                f"judging it ended its worker twice: {end.cause}", question.answer
            )
            _settle(question, verdict, begun_at=begun_at, exec_s=time.monotonic() - begun_at)

    # what becomes of the staff

    def _on_zygote_lost(self, handles: list[WorkerHandle]) -> None:
        held = [question for handle in handles for question in handle.asked]
        for question in held:
            question.n_holders -= 1
        self._put_back(held)

    def _on_outage(self, why: str) -> None:
        for question in self._backlog.drain():
            _fail(question, WorkerDiedError(f"no worker can be had: {why}"))


def _settle(question: Question, verdict: Verdict, *, begun_at: float, exec_s: float) -> None:
    if question.open:
        domain = question.subject.domain
        question.future.set_result(
            Judged(
                verdict=verdict.stamped(domain.name, domain.version),
                queue_s=max(0.0, begun_at - question.asked_at),
                exec_s=exec_s,
            )
        )


def _fail(question: Question, error: RewardServiceError) -> None:
    if question.open:
        question.future.set_exception(error)
