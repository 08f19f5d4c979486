"""Windows through a scorer: several in flight, handed on in order, line by line as they are done.

One slow answer holds back the lines behind it and no others: what stands before it is handed on
while it is still judged, so that little is lost when the run is broken off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from reward_service.offline.lines import Line
from reward_service.offline.windows import Place, Window
from reward_service.reading import Batch
from reward_service.schema import ScoredItem

T = TypeVar("T")

# Enough to keep every worker busy while one slow answer holds the first window back.
IN_FLIGHT = 16

# How long the first window may take before its finished lines are handed on without the rest.
_PATIENCE_S = 0.5


class Scorer(Protocol):
    """What scores batches: the engine of this process, or a service."""

    def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield (index, scored item) for every item of ``batch``, each as soon as it is judged.

        Raises:
            ServiceAwayError: nothing can be scored any more.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Generic[T]):
    """Some lines in a row, with what the work made of them."""

    lines: tuple[Line, ...]
    results: list[T]
    """One per item that had to be worked on, in order."""
    place: Place
    """Where the source stands after them."""


Work = Callable[[Window], AsyncGenerator[tuple[int, T], None]]
"""Yields (index among the window's items, result) as they come."""


async def _rest() -> None:
    """Do nothing while nothing happens."""


class Pump(Generic[T]):
    """Reads windows in a thread, works on several at once, and hands their lines on in order."""

    def __init__(
        self,
        windows: Iterator[Window],
        work: Work[T],
        *,
        meanwhile: Callable[[], Awaitable[None]] = _rest,
    ) -> None:
        """Make a pump, which runs while it is entered.

        Args:
            windows: what to work on; read at most ``IN_FLIGHT`` ahead of what was handed on.
            work: what is done with each.
            meanwhile: called now and then while there is nothing to hand on.
        """
        self._windows = windows
        self._work = work
        self._meanwhile = meanwhile
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._open: deque[_Open[T]] = deque()
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel what is open."""
        tasks = [self._reader, *(each.task for each in self._open)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def parts(self) -> AsyncGenerator[Part[T], None]:
        """Yield every line with its results, in order.

        What ends the reading or the work early is raised where it happened: what stands before it
        is yielded first.
        """
        while (head := await self._head()) is not None:
            done = await self._wait_for(head.task)
            part = head.take()
            if part is not None:
                yield part
            elif not done:
                await self._meanwhile()
            if done:
                head.task.result()
                assert head.exhausted, "some items were left without a result"
                self._open.popleft()
                self._slots.release()

    def left(self) -> Iterator[Part[T]]:
        """Yield the lines that are done and not handed on, up to the first that is not done."""
        for head in self._open:
            if (part := head.take()) is not None:
                yield part
            if not head.exhausted:
                return

    async def _head(self) -> _Open[T] | None:
        """Return the first window that is not handed on whole, or None after the last."""
        while not self._open and not self._reader.done():
            self._came.clear()
            coming = asyncio.ensure_future(self._came.wait())
            try:
                if not await self._wait_for(coming):
                    await self._meanwhile()
            finally:
                coming.cancel()
        if self._open:
            return self._open[0]
        self._reader.result()
        return None

    @staticmethod
    async def _wait_for(task: asyncio.Future[Any]) -> bool:
        """Wait a moment for ``task``, and return whether it is done."""
        done, _ = await asyncio.wait([task], timeout=_PATIENCE_S)
        return bool(done)

    async def _read(self) -> None:
        try:
            while True:
                await self._slots.acquire()
                window = await asyncio.to_thread(next, self._windows, None)
                if window is None:
                    return
                self._open.append(_Open(window, self._work))
                self._came.set()
        finally:
            # Whoever waits looks again once the task itself is done, which is a moment later.
            asyncio.get_running_loop().call_soon(self._came.set)


class _Open(Generic[T]):
    """A window that is worked on."""

    def __init__(self, window: Window, work: Work[T]) -> None:
        self.task = asyncio.create_task(self._fill(work(window)))
        self._window = window
        self._arrived: dict[int, T] = {}
        self._n_lines = 0
        self._n_items = 0

    @property
    def exhausted(self) -> bool:
        """Whether every line has been taken."""
        return self._n_lines == len(self._window.lines)

    def take(self) -> Part[T] | None:
        """Return the lines that are done and were not taken before; None if there are none."""
        lines = self._window.lines
        first, n_lines, n_items = self._n_lines, self._n_lines, self._n_items
        while n_lines < len(lines):
            end = n_items + lines[n_lines].n_open
            if not all(index in self._arrived for index in range(n_items, end)):
                break
            n_lines, n_items = n_lines + 1, end
        if n_lines == first:
            return None
        results = [self._arrived.pop(index) for index in range(self._n_items, n_items)]
        self._n_lines, self._n_items = n_lines, n_items
        return Part(
            lines=lines[first:n_lines], results=results, place=self._window.places[n_lines - 1]
        )

    async def _fill(self, results: AsyncGenerator[tuple[int, T], None]) -> None:
        async with aclosing(results):
            async for index, result in results:
                self._arrived[index] = result
