"""What a client does, on one event loop."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from reward_service.client.coalescer import Coalescer
from reward_service.client.delivery import Call, Delivery
from reward_service.client.doors import CheckDoor, ScoreDoor, StreamDoor
from reward_service.client.errors import ServiceUnavailableError, UnexpectedAnswerError
from reward_service.client.exchange import Exchange
from reward_service.client.failures import AttemptFailedError, NotOurAnswerError
from reward_service.client.options import Options, Readiness
from reward_service.client.parcel import (
    Bounds,
    Entry,
    Parcel,
    Terms,
    entries_of,
    entry_of,
    packed,
    specs_of,
    terms_of,
)
from reward_service.schema import CheckedItem, CheckResponse, Item, ScoredItem

# A list this short travels with others: a group of rollouts is not worth a request of its own.
_FEW = 32

# How long ``wait_until_ready`` lets pass between two looks.
_LOOK_EVERY_S = 0.5


class Session:
    """The connections of one client on one event loop, and everything it can ask over them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._bounds = Bounds(items=options.max_batch, size=options.max_batch_bytes)
        self._exchange = Exchange(options)
        self._delivery = Delivery(self._exchange, options)
        self._coalescer = Coalescer(self._delivery, options)
        self._streams: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Give up what is on its way and close the connections."""
        await self._coalescer.aclose()
        for task in self._streams:
            task.cancel()
        await self._exchange.aclose()

    async def score(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        specs: Mapping[str, Any] | None,
        deadline_s: float | None,
        shaping: Mapping[str, float] | None,
    ) -> list[ScoredItem]:
        """Return one result per item, in order."""
        entries = entries_of(items)
        terms = terms_of(deadline_s, shaping)
        if len(entries) <= _FEW and not specs:
            return await self._coalescer.score(entries, terms)
        results: dict[int, ScoredItem] = {}
        call = Call(
            door=ScoreDoor(),
            emit=lambda entry, scored: results.__setitem__(entry.index, scored),
        )
        await self._delivery.deliver(call, self._packed(entries, specs, terms))
        return [results[entry.index] for entry in entries]

    async def score_one(
        self,
        item: Item | Mapping[str, Any],
        deadline_s: float | None,
        shaping: Mapping[str, float] | None,
    ) -> ScoredItem:
        """Return the result of one item, sent together with others of its time."""
        terms = terms_of(deadline_s, shaping)
        [scored] = await self._coalescer.score([entry_of(item, 0)], terms)
        return scored

    async def stream(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        specs: Mapping[str, Any] | None,
        deadline_s: float | None,
        shaping: Mapping[str, float] | None,
    ) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield (index, result) as items are judged."""
        terms = terms_of(deadline_s, shaping)
        parcels = list(self._packed(entries_of(items), specs, terms))
        queue: asyncio.Queue[tuple[int, ScoredItem] | None] = asyncio.Queue()
        call = Call(
            door=StreamDoor(),
            emit=lambda entry, scored: queue.put_nowait((entry.index, scored)),
        )
        task = asyncio.create_task(self._delivery.deliver(call, parcels))
        task.add_done_callback(lambda _done: queue.put_nowait(None))
        self._streams.add(task)
        try:
            while (result := await queue.get()) is not None:
                yield result
            await task
        finally:
            self._streams.discard(task)
            task.cancel()
            await asyncio.wait([task])

    async def check(
        self,
        items: Iterable[Item | BaseModel | Mapping[str, Any]],
        specs: Mapping[str, Any] | None,
        deadline_s: float | None,
    ) -> CheckResponse:
        """Return which golds verify themselves, in order."""
        entries = entries_of(_checkable(item) for item in items)
        results: dict[int, CheckedItem] = {}
        call = Call(
            door=CheckDoor(),
            emit=lambda entry, checked: results.__setitem__(entry.index, checked),
        )
        terms = terms_of(deadline_s, None)
        await self._delivery.deliver(call, self._packed(entries, specs, terms))
        return CheckResponse.of([results[entry.index] for entry in entries])

    async def domains(self) -> Any:
        """Return what the service can judge."""
        try:
            return await self._exchange.domains()
        except AttemptFailedError as failure:
            raise ServiceUnavailableError(self._exchange.url, 1, str(failure)) from failure
        except NotOurAnswerError as error:
            raise UnexpectedAnswerError(self._exchange.url, str(error)) from error

    async def ready(self) -> Readiness:
        """Return whether the service can judge now."""
        try:
            return await self._exchange.readiness()
        except AttemptFailedError as failure:
            return Readiness(ready=False, details={"reason": str(failure)})
        except NotOurAnswerError as error:
            raise UnexpectedAnswerError(self._exchange.url, str(error)) from error

    async def wait_until_ready(self, timeout_s: float) -> Readiness:
        """Return as soon as the service can judge."""
        clock = self._options.clock
        end = clock.now() + timeout_s
        for attempt in itertools.count(1):
            readiness = await self.ready()
            if readiness:
                return readiness
            if clock.now() + _LOOK_EVERY_S > end:
                raise ServiceUnavailableError(
                    self._exchange.url,
                    attempt,
                    f"not ready within {timeout_s:g} s: {dict(readiness.details)}"[:2000],
                )
            await clock.sleep(_LOOK_EVERY_S)
        raise AssertionError("the loop above has no end")

    def _packed(
        self, entries: Iterable[Entry], specs: Mapping[str, Any] | None, terms: Terms
    ) -> Iterable[Parcel[Any]]:
        end = None
        if terms.deadline_s is not None:
            end = self._options.clock.now() + terms.deadline_s
        return packed(entries, terms, end, specs_of(specs), self._bounds)


def _checkable(item: Item | BaseModel | Mapping[str, Any]) -> Item | Mapping[str, Any]:
    """Return an item to check: a bare spec becomes one."""
    if isinstance(item, Item):
        return item
    if isinstance(item, BaseModel) or (isinstance(item, Mapping) and "domain" in item):
        return {"spec": item}
    return item
