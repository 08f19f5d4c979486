"""Driving a trial: what it wants run is run, what it is told is how that went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from reward_sandboxes.types import Built, DialogueResult, RunResult, Sandboxes
from reward_service.sandbox_lane.bounds import Bounds
from reward_service.sandbox_lane.counts import Counts
from reward_verifiers.trial import RunJob, Step, Trial
from reward_verifiers.verdict import Verdict

T = TypeVar("T")

# Comparing a kilobyte of stdout takes up to 15 us, and reading one of what a call returned 100 us.
# What would hold up the event loop for more than a millisecond or two is done in a thread, which
# takes turns with it; to go there costs 50 us.
_REPLY_WEIGHT = 8
THREAD_WEIGHT = 128 << 10
"""So much stdout, in bytes, or an eighth of it in a reply, is compared in a thread."""


@dataclass(slots=True)
class Driven:
    """What came of a trial."""

    verdict: Verdict
    queue_s: float = 0.0
    """Seconds it waited for sandboxes."""
    lowered: dict[str, float] = field(default_factory=dict)
    """The server's maximum of each limit that the spec has above it."""


class Driver:
    """Drives trials through one pool of sandboxes."""

    def __init__(self, sandboxes: Sandboxes, bounds: Bounds, counts: Counts) -> None:
        self._sandboxes = sandboxes
        self._bounds = bounds
        self._counts = counts
        # Comparing needs Python's one lock, so that a second thread would add nothing but turns
        # that the event loop has to wait for.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="trial")

    def close(self) -> None:
        """Take no more work to the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def drive(self, begin: Callable[[], Trial]) -> Driven:
        """Drive the trial that ``begin`` makes to its verdict.

        Raises:
            BadSpecError: the spec cannot be judged against.
            SandboxError: the sandbox broke, or none could be had.
        """
        trial = begin()
        queue_s = 0.0
        lowered: dict[str, float] = {}
        # To plan the runs takes as long as the spec is heavy.
        step = await self._in_thread(_next_step, trial, None)
        while not isinstance(step, Verdict):
            step, above = self._bounds.clamped(step)
            lowered |= above
            if isinstance(step, RunJob):
                queue_s += await self._run(step)
                step = _next_step(trial, None)
            else:
                result = await self._sandboxes.converse(step.dialogue)
                self._counts.conversed(result)
                queue_s += result.built.queue_s
                step = _next_step(trial, result)
        return Driven(step, queue_s, lowered)

    async def _run(self, step: RunJob) -> float:
        """Run a job until its end or until the trial has seen enough; return how long it waited."""
        queue_s = 0.0
        async with aclosing(self._sandboxes.run(step.job)) as results:
            async for result in results:
                if isinstance(result, Built):
                    queue_s = result.queue_s
                    self._counts.built(result)
                else:
                    self._counts.ran(result)
                if _is_heavy(result):
                    more = await self._in_thread(step.take, result)
                else:
                    more = step.take(result)
                if not more:
                    break
        return queue_s

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


def _is_heavy(result: Built | RunResult) -> bool:
    """Whether to compare ``result`` would hold up the event loop."""
    if isinstance(result, Built):
        return False
    return len(result.stdout) + _REPLY_WEIGHT * len(result.reply or b"") > THREAD_WEIGHT


def _next_step(trial: Trial, result: DialogueResult | None) -> Step | Verdict:
    """Go on with ``trial``; return what it wants next, or its verdict.

    A generator's end is an exception that no future can hold, so it ends here.
    """
    try:
        return trial.send(result)
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict
