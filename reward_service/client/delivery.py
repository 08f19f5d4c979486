"""Sends parcels until every item has its final result, or time, attempts or hope run out."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic

from reward_service.client.backoff import delay_s
from reward_service.client.doors import Door
from reward_service.client.errors import ServiceUnavailableError, UnexpectedAnswerError
from reward_service.client.exchange import Exchange
from reward_service.client.failures import (
    AttemptFailedError,
    Failure,
    NotOurAnswerError,
    RefusedError,
)
from reward_service.client.options import Options
from reward_service.client.parcel import Entry, Parcel, Result
from reward_service.schema import Problem

# How long after its deadline a request may still bring the service's own answer to it.
_GRACE_S = 1.0


@dataclass(kw_only=True, slots=True)
class Call(Generic[Result]):
    """What one call of the client wants, over all its parcels."""

    door: Door[Result]
    emit: Callable[[Entry, Result], None]
    """Told the final result of each entry, once."""
    answered: bool = False
    """Whether the service said anything about any item."""
    attempts: int = 0
    """Most attempts that any parcel took."""
    lost: list[tuple[Parcel[Result], AttemptFailedError]] = field(default_factory=list)
    """Parcels given up, each with its last failure."""


class Delivery:
    """The way of parcels to the service over a bounded number of connections."""

    def __init__(self, exchange: Exchange, options: Options) -> None:
        self._exchange = exchange
        self._options = options
        self._slots = asyncio.Semaphore(options.max_connections)

    async def deliver(self, call: Call[Result], parcels: Iterable[Parcel[Result]]) -> None:
        """Bring every entry of ``parcels`` to its result, or to a problem that says why not.

        Raises:
            ServiceUnavailableError: the service never said anything about any item.
            RewardClientError: the service refused the call, or is none.
        """
        await self._send_all(call, list(parcels))
        if call.lost and not call.answered:
            self._give_up_if_nobody_is_there(call)
        for parcel, failure in call.lost:
            problem = Problem(code=failure.kind, message=str(failure), retryable=True)
            for name, entry in parcel.open.items():
                held = parcel.held.get(name)
                call.emit(entry, held or call.door.unanswered(entry.id, problem))

    def _give_up_if_nobody_is_there(self, call: Call[Result]) -> None:
        failures = [failure for _, failure in call.lost]
        if any(failure.kind is not Failure.UNREACHABLE for failure in failures):
            return
        raise ServiceUnavailableError(
            self._exchange.url, call.attempts, str(failures[-1])
        ) from failures[-1]

    async def _send_all(self, call: Call[Result], parcels: Sequence[Parcel[Result]]) -> None:
        if len(parcels) == 1:
            await self._send(call, parcels[0])
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                for parcel in parcels:
                    tasks.create_task(self._send(call, parcel))
        except ExceptionGroup as group:
            # The first refusal speaks for all: they go to one service, on one call's terms.
            raise group.exceptions[0] from None

    async def _send(self, call: Call[Result], parcel: Parcel[Result]) -> None:
        """Send ``parcel`` as often as it takes and helps."""
        try:
            for attempt in itertools.count(1):
                call.attempts = max(call.attempts, attempt)
                failure = await self._attempt(call, parcel)
                if not parcel.open:
                    return
                if not await self._pause(attempt, failure, parcel):
                    call.lost.append((parcel, failure))
                    return
        except RefusedError as refusal:
            await self._part(call, parcel, refusal)
        except NotOurAnswerError as error:
            raise UnexpectedAnswerError(self._exchange.url, str(error)) from error
        finally:
            parcel.sealed = True

    async def _attempt(self, call: Call[Result], parcel: Parcel[Result]) -> AttemptFailedError:
        """Send what is open once; return why something still is."""
        left = None if parcel.end is None else parcel.end - self._options.clock.now()
        if left is not None and left <= 0:
            return _late("the deadline passed before the item could be sent")
        try:
            async with asyncio.timeout(None if left is None else left + _GRACE_S), self._slots:
                parcel.sealed = True
                await self._exchange_once(call, parcel)
        except TimeoutError:
            return _late("the service gave no answer within the deadline")
        except AttemptFailedError as failure:
            return failure
        # Whatever is still open has a retryable problem of its own, which is what will be told.
        return AttemptFailedError("the service could not judge the item yet")

    async def _exchange_once(self, call: Call[Result], parcel: Parcel[Result]) -> None:
        sent = list(parcel.open.items())
        body = parcel.body(self._options.clock)
        async with aclosing(self._exchange.ask(call.door, body, len(sent))) as results:
            async for position, result in results:
                name, entry = sent[position]
                if result.id != name:
                    raise NotOurAnswerError(f"a result for {result.id!r} instead of {name!r}")
                call.answered = True
                own = _readdressed(result, position, entry)
                if own.problem is not None and own.problem.retryable:
                    parcel.held[name] = own
                elif parcel.open.pop(name, None) is not None:
                    call.emit(entry, own)

    async def _pause(
        self, attempt: int, failure: AttemptFailedError, parcel: Parcel[Result]
    ) -> bool:
        """Wait before the next attempt; False if there is to be none."""
        if attempt >= self._options.max_attempts or failure.kind is Failure.DEADLINE:
            return False
        clock = self._options.clock
        delay = delay_s(attempt, failure.asked_delay_s, clock)
        if parcel.end is not None and clock.now() + delay >= parcel.end:
            return False
        await clock.sleep(delay)
        return True

    async def _part(
        self, call: Call[Result], parcel: Parcel[Result], refusal: RefusedError
    ) -> None:
        """Halve a parcel that was refused as a whole, so that only the item at fault suffers."""
        if len(parcel.open) > 1:
            await self._send_all(call, parcel.halves())
            return
        problem = Problem(code="bad_item", message=str(refusal)[:2000], retryable=False)
        call.answered = True
        for entry in parcel.open.values():
            call.emit(entry, call.door.unanswered(entry.id, problem))


def _late(message: str) -> AttemptFailedError:
    return AttemptFailedError(message, Failure.DEADLINE)


def _readdressed(result: Result, position: int, entry: Entry) -> Result:
    """Return ``result`` as its caller knows the item: by its own id, and its own index."""
    changes: dict[str, object] = {} if result.id == entry.id else {"id": entry.id}
    problem, prefix = result.problem, f"items.{position}"
    if problem is not None and problem.message.startswith(prefix):
        message = f"items.{entry.index}{problem.message.removeprefix(prefix)}"
        changes["problem"] = problem.model_copy(update={"message": message})
    return result.model_copy(update=changes) if changes else result
