"""Turns many single calls into few requests.

A call opens a *window* and waits a few milliseconds for company; while every connection is busy,
the window stays open, so that the busier the service, the larger the batches. Thousands of
concurrent requests would stall httpx, whose pool takes time quadratic in what waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from copy import copy
from functools import partial
from typing import Any

from reward_service.client.delivery import Call, Delivery
from reward_service.client.doors import ScoreDoor
from reward_service.client.errors import ClientClosedError, RewardClientError
from reward_service.client.options import Options
from reward_service.client.parcel import Bounds, Entry, Parcel, Terms
from reward_service.schema import ScoredItem

# A late joiner gets the deadline of the window's first call; it may lose this share of its own.
_DEADLINE_SLACK = 0.01


class Coalescer:
    """Collects single calls on equal terms into shared requests."""

    def __init__(self, delivery: Delivery, options: Options) -> None:
        self._delivery = delivery
        self._options = options
        self._bounds = Bounds(items=options.max_batch, size=options.max_batch_bytes)
        self._open: dict[Terms, _Window] = {}
        self._all: set[_Window] = set()

    async def score(self, entry: Entry, terms: Terms) -> ScoredItem:
        """Return the result of one entry.

        Raises:
            RewardClientError: the service is away or refused the call.
        """
        window = self._open.get(terms)
        if window is None or not window.takes(entry, self._bounds, self._options.clock.now()):
            window = self._open[terms] = self._new_window(terms)
        return await window.join(entry)

    async def aclose(self) -> None:
        """Give up what is on its way; its callers are told."""
        windows = list(self._all)
        for window in windows:
            window.task.cancel()
        if windows:
            await asyncio.wait([window.task for window in windows])

    def _new_window(self, terms: Terms) -> _Window:
        now = self._options.clock.now()
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
        self._joinable_until = joinable_until
        self._futures: dict[str, asyncio.Future[ScoredItem]] = {}

    def start(self, sending: Coroutine[Any, Any, None], forget: Callable[[_Window], None]) -> None:
        """Begin to send; ``forget`` is told when that has ended."""
        self.task = asyncio.get_running_loop().create_task(sending)
        self.task.add_done_callback(partial(self._end, forget))

    def takes(self, entry: Entry, bounds: Bounds, now: float) -> bool:
        if self.parcel.end is not None and now > self._joinable_until:
            return False
        return self.parcel.takes(entry, bounds)

    async def join(self, entry: Entry) -> ScoredItem:
        self.parcel.add(entry)
        future: asyncio.Future[ScoredItem] = asyncio.get_running_loop().create_future()
        self._futures[entry.id] = future
        try:
            return await future
        except asyncio.CancelledError:
            self._withdraw(entry)
            raise
        finally:
            del self._futures[entry.id]

    def _withdraw(self, entry: Entry) -> None:
        """Do not ask for an entry whose caller went away; ask for none if all did."""
        if not self.parcel.sealed:
            self.parcel.open.pop(entry.id, None)
        if len(self._futures) == 1:
            self.task.cancel()

    def settle(self, entry: Entry, scored: ScoredItem) -> None:
        """Tell the caller of ``entry``, if it still waits."""
        future = self._futures.get(entry.id)
        if future is not None and not future.done():
            future.set_result(scored)

    def _end(self, forget: Callable[[_Window], None], _task: asyncio.Task[None]) -> None:
        """Tell everybody who still waits why nothing more will come."""
        forget(self)
        error = _reason(self.task)
        for future in self._futures.values():
            if not future.done():
                assert error is not None, "a delivery ended without a result for an entry"
                # Each caller raises its own: a shared one would collect all their tracebacks.
                future.set_exception(copy(error) if isinstance(error, RewardClientError) else error)


def _reason(task: asyncio.Task[None]) -> BaseException | None:
    if task.cancelled():
        return ClientClosedError("the client was closed before the item was scored")
    return task.exception()
