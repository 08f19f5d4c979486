"""Windows through a scorer: several in flight, handed on in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from typing import Any, Protocol, TypeVar

from reward_service.offline.windows import Window
from reward_service.reading import Batch
from reward_service.schema import ScoredItem

T = TypeVar("T")

# Enough to keep every worker busy while one slow answer holds the first window back.
IN_FLIGHT = 16


class Scorer(Protocol):
    """What scores batches: the engine of this process, or a service."""

    async def score(self, batch: Batch) -> list[ScoredItem]:
        """Return one scored item per item of ``batch``, in its order.

        Raises:
            ServiceAwayError: nothing can be scored any more.
        """
        ...


async def pump(
    windows: Iterator[Window],
    work: Callable[[Window], Coroutine[Any, Any, T]],
    *,
    in_flight: int = IN_FLIGHT,
) -> AsyncGenerator[tuple[Window, T], None]:
    """Yield each window with what ``work`` made of it, in order.

    Windows are read in a thread, at most ``in_flight`` ahead of the one handed on last. Closing the
    iterator early cancels what is open.
    """
    open_: asyncio.Queue[tuple[Window, asyncio.Task[T]] | None] = asyncio.Queue()
    slots = asyncio.Semaphore(in_flight)
    tasks: set[asyncio.Task[T]] = set()

    async def read() -> None:
        try:
            while True:
                await slots.acquire()
                window = await asyncio.to_thread(next, windows, None)
                if window is None:
                    return
                task = asyncio.create_task(work(window))
                tasks.add(task)
                open_.put_nowait((window, task))
        finally:
            open_.put_nowait(None)

    reader = asyncio.create_task(read())
    try:
        while (entry := await open_.get()) is not None:
            window, task = entry
            result = await task
            tasks.discard(task)
            slots.release()
            yield window, result
        await reader
    finally:
        for pending in (reader, *tasks):
            pending.cancel()
        await asyncio.gather(reader, *tasks, return_exceptions=True)
