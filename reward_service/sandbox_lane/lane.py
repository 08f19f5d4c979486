"""The sandbox lane: programs in, verdicts out, through sandboxes that somebody else keeps.

At most so many questions are with the sandboxes as keep all of them busy; the rest wait here, where
one is a few references, not a program with all its tests. Cancelling a question that runs ends the
run, and its sandbox is free for the next one.

Where no sandbox can be had, the service starts all the same: programs are answered with the problem
``sandbox_down`` that says what is missing, and the lane goes on trying.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from reward_sandboxes.backend import make_sandboxes
from reward_sandboxes.types import SandboxError, Sandboxes, Status
from reward_service.config import Settings
from reward_service.errors import (
    OverloadedError,
    RewardServiceError,
    SandboxDownError,
    ShuttingDownError,
)
from reward_service.lanes import Judged, LaneStatus
from reward_service.sandbox_lane.blame import in_a_line, told
from reward_service.sandbox_lane.bounds import Bounds
from reward_service.sandbox_lane.counts import Counts
from reward_service.sandbox_lane.driver import Driven, Driver
from reward_service.sandbox_lane.options import backend_options
from reward_service.sandbox_lane.questions import Backlog, Question
from reward_verifiers.registry import DOMAINS, Domain, Verifier, verifier
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""How long the service's start waits for the first sandbox; then it comes when it comes."""
_FIRST_PAUSE_S = 1.0
_MAX_PAUSE_S = 30.0

# So many questions are with the sandboxes beyond one for each, so that none waits for its next.
_AHEAD_PER_SLOT = 1
_AHEAD = 2
_LOOK_EVERY_S = 1.0


class SandboxLane:
    """A ``LaneRunner`` for domains judged by running programs."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        *,
        bounds: Bounds | None = None,
        max_queued: int = 20_000,
        patience_s: float | None = PATIENCE_S,
        verifiers: Callable[[str], Verifier] = verifier,
        domains: Mapping[str, Domain] = DOMAINS,
    ) -> None:
        """Make a lane.

        Args:
            sandboxes: where programs are run; started and closed by the lane.
            bounds: the most that a program may use, whatever its spec says.
            max_queued: questions that may wait.
            patience_s: how long ``start`` waits for the first sandbox; None: none is made before
                a program is to be judged.
            verifiers: the functions of a domain by its name.
            domains: whose verifiers they are.
        """
        self._sandboxes = sandboxes
        self._counts = Counts()
        self._driver = Driver(sandboxes, bounds or Bounds(), self._counts)
        self._max_queued = max_queued
        self._patience_s = patience_s
        self._verifier_of = verifiers
        self._domains = domains
        self._backlog = Backlog()
        self._active: dict[asyncio.Task[Driven], Question] = {}
        self._room = 0
        self._look_at = 0.0
        self._starting: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._started = False
        self._closing = False
        self._trouble = ""
        """Why no sandbox could be had at the last try; empty before the first."""

    @classmethod
    def from_settings(
        cls, settings: Settings, *, patience_s: float | None = PATIENCE_S
    ) -> SandboxLane:
        """Return the lane that ``settings`` describe, which must not have it off."""
        return cls(
            make_sandboxes(settings.sandbox, backend_options(settings)),
            bounds=Bounds(
                time_s=settings.max_code_time_s,
                total_s=settings.max_code_total_s,
                memory_mb=settings.max_code_memory_mb,
                output_kb=settings.max_code_output_kb,
            ),
            max_queued=settings.max_queued_programs,
            patience_s=patience_s,
        )

    # LaneRunner

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        """Queue one question per answer; see ``LaneRunner``."""
        loop = asyncio.get_running_loop()
        group = [Question(domain, spec, answer, loop.create_future()) for answer in answers]
        for question in group:
            refusal = self._refusal()
            if refusal is not None:
                question.future.set_exception(refusal)
            else:
                self._backlog.add(question)
                question.future.add_done_callback(partial(self._withdrawn, question))
        if not self._closing:
            self._begin_to_start()
        self._fill()
        return [question.future for question in group]

    def status(self) -> LaneStatus:
        """Say whether programs can be run, in what languages, and how well confined they are."""
        status = self._sandboxes.status()
        return LaneStatus(
            ready=self._started and status.ready and not self._closing,
            reason=self._reason(status),
            details=self._details(status),
            counted=self._counts.shown(),
        )

    async def start(self) -> None:
        """Have the first sandbox made; that none can be had is no reason not to judge the rest."""
        if self._patience_s is None:
            return
        starting = self._begin_to_start()
        trying = asyncio.create_task(self._tried.wait())
        await asyncio.wait(
            {trying, starting}, timeout=self._patience_s, return_when=asyncio.FIRST_COMPLETED
        )
        trying.cancel()
        if starting.done():
            starting.result()

    async def close(self) -> None:
        """End every run and every sandbox."""
        self._closing = True
        stopped = "the service stopped before the item was judged"
        for question in (*self._backlog.drain(), *self._active.values()):
            _fail(question, ShuttingDownError(stopped))  # which cancels the task
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting, *self._active})
        await self._sandboxes.close()
        self._driver.close()

    # starting

    def _begin_to_start(self) -> asyncio.Task[None]:
        """Have sandboxes started, unless they are or are being started already."""
        if self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self._start_sandboxes())
            self._starting.add_done_callback(self._on_started)
        return self._starting

    def _on_started(self, starting: asyncio.Task[None]) -> None:
        """Tell those who wait of a bug of ours, which ended the tries; the next to ask tries."""
        error = None if starting.cancelled() else starting.exception()
        if error is not None:
            log.error("starting sandboxes crashed", exc_info=error)
            self._starting = None
            self._fail_all(f"starting sandboxes crashed: {error!r}")

    async def _start_sandboxes(self) -> None:
        """Have the first sandbox made, however often that has to be tried."""
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._sandboxes.start()
            except SandboxError as error:
                self._on_no_sandbox(error)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _MAX_PAUSE_S)
            else:
                self._started = True
                self._tried.set()
                self._fill()
                return

    def _on_no_sandbox(self, error: SandboxError) -> None:
        why = in_a_line(error)
        if why != self._trouble:
            log.warning("sandbox lane: programs cannot be judged: %s", error)
        self._tried.set()
        self._fail_all(why)

    def _fail_all(self, why: str) -> None:
        """Tell those who wait, and those who come until there is a sandbox, that there is none."""
        self._trouble = why
        for question in self._backlog.drain():
            _fail(question, SandboxDownError(why))

    # who is judged

    def _refusal(self) -> RewardServiceError | None:
        if self._closing:
            return ShuttingDownError("the sandbox lane is closed")
        if not self._started and self._trouble:
            return SandboxDownError(self._trouble)
        if len(self._backlog) >= self._max_queued:
            return OverloadedError(f"{len(self._backlog)} programs wait for a sandbox; no more may")
        return None

    def _fill(self) -> None:
        """Begin with what waits, as far as there is room."""
        while self._started and len(self._backlog) and len(self._active) < self._room_now():
            question = self._backlog.take()
            question.task = asyncio.get_running_loop().create_task(self._drive(question))
            self._active[question.task] = question
            question.task.add_done_callback(self._on_done)

    def _room_now(self) -> int:
        """How many questions may be with the sandboxes, of which there may be more by and by."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_EVERY_S
            n_slots = max(1, self._sandboxes.status().slots)
            self._room = n_slots * (1 + _AHEAD_PER_SLOT) + _AHEAD
        return self._room

    async def _drive(self, question: Question) -> Driven:
        waited_s = time.monotonic() - question.asked_at
        self._counts.waited(waited_s)
        trial = self._verifier_of(question.domain).trial
        assert trial is not None
        driven = await self._driver.drive(partial(trial, question.answer, question.spec))
        driven.queue_s += waited_s
        return driven

    def _withdrawn(self, question: Question, _future: asyncio.Future[Judged]) -> None:
        """Stop judging what is settled already: cancelled, or the service stops."""
        self._backlog.drop(question)
        if question.task is not None:
            question.task.cancel()

    def _on_done(self, task: asyncio.Task[Driven]) -> None:
        """Settle the question of ``task``, and go on with the next."""
        question = self._active.pop(task)
        if task.cancelled():
            _fail(question, ShuttingDownError("the service stopped before the item was judged"))
        elif (error := task.exception()) is not None:
            _fail(question, told(error))
        elif not question.future.done():
            question.future.set_result(self._judged(question, task.result()))
        self._fill()

    # what is told

    def _judged(self, question: Question, driven: Driven) -> Judged:
        domain = self._domains[question.domain]
        verdict = _with_clamped(driven.verdict, driven.lowered)
        took_s = time.monotonic() - question.asked_at
        queue_s = min(driven.queue_s, took_s)
        return Judged(
            verdict=verdict.stamped(domain.name, domain.version),
            queue_s=queue_s,
            exec_s=took_s - queue_s,
        )

    def _reason(self, status: Status) -> str:
        if self._closing:
            return "the sandbox lane is closed"
        if not self._started:
            waiting = "none is made yet" if self._starting is None else "the first is being made"
            return self._trouble or f"no sandbox: {waiting}"
        return "" if status.ready else status.reason or "no sandbox"

    def _details(self, status: Status) -> dict[str, Any]:
        return {
            "backend": status.backend,
            "level": status.level,
            "protections": dict(status.protections),
            "languages": dict(status.languages),
            "languages_missing": dict(status.missing),
            "slots": status.slots,
            "slots_busy": status.busy,
            "sandboxes_retired": status.retired,
            "questions_waiting": len(self._backlog) + status.queued,
            "questions_running": len(self._active),
            "runs_retried": self._counts.n_retried,
        }


def _with_clamped(verdict: Verdict, lowered: dict[str, float]) -> Verdict:
    """Return ``verdict`` with the limits that the spec has above what this service allows."""
    if not lowered:
        return verdict
    return verdict.model_copy(update={"details": {**verdict.details, "clamped": lowered}})


def _fail(question: Question, error: BaseException) -> None:
    if not question.future.done():
        question.future.set_exception(error)
