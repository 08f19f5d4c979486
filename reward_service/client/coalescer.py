"""Turns many small calls into few requests.

A call opens a *window* and waits a few milliseconds for company; while every connection is busy,
the window stays open, so that the busier the service, the larger the batches. Thousands of
concurrent requests would stall httpx, whose pool takes time quadratic in what waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from copy import copy
from functools import partial
from typing import Any

from reward_service.client.delivery import Call, Delivery
from reward_service.client.doors import ScoreDoor
from reward_service.client.errors import (
    ClientClosedError,
    RewardClientError,
    ServiceUnavailableError,
)
from reward_service.client.failures import Failure
from reward_service.client.options import Options
from reward_service.client.parcel import Bounds, Entry, Parcel, Terms
from reward_service.schema import Problem, ScoredItem

# A late joiner gets the deadline of the window's first call; it may lose this share of its own.
_DEADLINE_SLACK = 0.01


class Coalescer:
    """Collects small calls on equal terms into shared requests."""

    def __init__(self, delivery: Delivery, options: Options) -> None:
        self._delivery = delivery
        self._options = options
        self._bounds = Bounds(items=options.max_batch, size=options.max_batch_bytes)
        self._open: dict[Terms, _Window] = {}
        self._all: set[_Window] = set()

    async def score(self, entries: Sequence[Entry], terms: Terms) -> list[ScoredItem]:
        """Return one result per entry, in order.

        Raises:
            ServiceUnavailableError: the service never said anything about any of them.
            RewardClientError: the service refused the call, or is none.
        """
        now = self._options.clock.now()
        windows = [self._joined(entry, terms, now) for entry in entries]
        futures = [window.waiting[entry] for window, entry in zip(windows, entries, strict=True)]
        try:
            results = await asyncio.gather(*futures, return_exceptions=True)
        finally:
            for window, entry in zip(windows, entries, strict=True):
                window.leave(entry)
        return _settled(entries, results)

    async def aclose(self) -> None:
        """Give up what is on its way; its callers are told."""
        windows = list(self._all)
        for window in windows:
            window.task.cancel()
        if windows:
            await asyncio.wait([window.task for window in windows])

    def _joined(self, entry: Entry, terms: Terms, now: float) -> _Window:
        """Let ``entry`` join the open window of its terms, or a new one."""
        window = self._open.get(terms)
        if window is None or not window.takes(entry, self._bounds, now):
            window = self._open[terms] = self._new_window(terms, now)
        window.join(entry)
        return window

    def _new_window(self, terms: Terms, now: float) -> _Window:
        end = None if terms.deadline_s is None else now + terms.deadline_s
        slack = self._options.coalesce_s
        if terms.deadline_s is not None:
            slack = max(slack, terms.deadline_s * _DEADLINE_SLACK)
        window = _Window(Parcel(terms=terms, end=end), joinable_until=now + slack)
        window.start(self._send(window), self._forget)
        self._all.add(window)
        return window

    async def _send(self, window: _Window) -> None:
        await self._options.clock.sleep(self._options.coalesce_s)
        call = Call(door=ScoreDoor(), emit=window.settle)
        await self._delivery.deliver(call, [window.parcel])

    def _forget(self, window: _Window) -> None:
        self._all.discard(window)
        if self._open.get(window.parcel.terms) is window:
            del self._open[window.parcel.terms]


class _Window:
    """The calls that share a request."""

    task: asyncio.Task[None]

    def __init__(self, parcel: Parcel[ScoredItem], *, joinable_until: float) -> None:
        self.parcel = parcel
        self.waiting: dict[Entry, asyncio.Future[ScoredItem]] = {}
        self._joinable_until = joinable_until

    def start(self, sending: Coroutine[Any, Any, None], forget: Callable[[_Window], None]) -> None:
        """Begin to send; ``forget`` is told when that has ended."""
        self.task = asyncio.get_running_loop().create_task(sending)
        self.task.add_done_callback(partial(self._end, forget))

    def takes(self, entry: Entry, bounds: Bounds, now: float) -> bool:
        if self.parcel.end is not None and now > self._joinable_until:
            return False
        return self.parcel.takes(entry, bounds)

    def join(self, entry: Entry) -> None:
        self.parcel.add(entry)
        self.waiting[entry] = asyncio.get_running_loop().create_future()

    def leave(self, entry: Entry) -> None:
        """Forget an entry; if its caller went away, do not ask for it, or for nobody."""
        gave_up = self.waiting.pop(entry).cancelled()
        if gave_up and not self.parcel.sealed:
            self.parcel.remove(entry)
        if not self.waiting and (self.parcel.open or not self.parcel.sealed):
            self.task.cancel()

    def settle(self, entry: Entry, scored: ScoredItem) -> None:
        """Tell the caller of ``entry``, if it still waits."""
        future = self.waiting.get(entry)
        if future is not None and not future.done():
            future.set_result(scored)

    def _end(self, forget: Callable[[_Window], None], _task: asyncio.Task[None]) -> None:
        """Tell everybody who still waits why nothing more will come."""
        forget(self)
        error = _reason(self.task)
        for future in self.waiting.values():
            if not future.done():
                assert error is not None, "a delivery ended without a result for an entry"
                # Each caller raises its own: a shared one would collect all their tracebacks.
                future.set_exception(copy(error) if isinstance(error, RewardClientError) else error)


def _settled(
    entries: Sequence[Entry], results: Sequence[ScoredItem | BaseException]
) -> list[ScoredItem]:
    """Return the results; an outage that cost only some of them becomes their problem."""
    errors = [result for result in results if isinstance(result, BaseException)]
    away = [error for error in errors if isinstance(error, ServiceUnavailableError)]
    if len(away) < len(errors):
        raise next(error for error in errors if not isinstance(error, ServiceUnavailableError))
    if errors and len(errors) == len(results):
        raise errors[0]
    return [
        result if isinstance(result, ScoredItem) else _unscored(entry, result)
        for entry, result in zip(entries, results, strict=True)
    ]


def _unscored(entry: Entry, error: BaseException) -> ScoredItem:
    problem = Problem(code=Failure.UNREACHABLE, message=str(error)[:2000], retryable=True)
    return ScoredItem(id=entry.id, problem=problem)


def _reason(task: asyncio.Task[None]) -> BaseException | None:
    if task.cancelled():
        return ClientClosedError("the client was closed before the item was scored")
    return task.exception()
