"""From a request to a batch the engine will take, or to the reason it gets no answer."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Self

from starlette.types import Receive, Scope

from reward_service.api.body import Bounds, read_body
from reward_service.api.problems import ProblemError
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.reading import Batch, parse_json, read_batch

# Reading a body holds the event loop for some 5 ms per MB; a larger one is read in a thread, one
# after the other: threads take turns with the loop, and every one more makes it wait longer.
_READ_AT_ONCE_BYTES = 256 << 10
# Bodies of the largest size that may be held at once, and so the memory that callers can take.
_MAX_BODIES = 4


@dataclass(kw_only=True)
class Intake:
    """Reads requests as long as the service takes them."""

    engine: Engine
    settings: Settings
    closing: bool = False
    """Set when the service stops: what is in flight is finished, nothing more is begun."""
    held_bytes: int = 0
    """The bodies of all requests that are being read or scored."""

    def __post_init__(self) -> None:
        self.reading = asyncio.Lock()
        self._max_held_bytes = _MAX_BODIES * (self.settings.max_body_mb << 20)

    def request(self, *, default_completion: str | None = None) -> IncomingRequest:
        """Return a request to read; what it holds is given back when its block ends."""
        return IncomingRequest(self, default_completion)

    def ask_for_items(self, n_items: int) -> None:
        """Refuse a request whose items do not fit beside those that are being scored."""
        if not self.engine.has_room(n_items):
            raise _overloaded(
                self.engine.pending_items,
                f"{self.engine.pending_items} items are being scored; "
                f"there is no room for {n_items} more",
            )

    def ask_for_bytes(self, n_bytes: int, already: int) -> None:
        """Refuse a request whose body does not fit beside the others; one that is alone does."""
        others = self.held_bytes - already
        if others and self.held_bytes + n_bytes > self._max_held_bytes:
            raise _overloaded(
                self.engine.pending_items,
                f"requests of {others >> 20} MB are being scored; there is no room for this one",
            )


class IncomingRequest:
    """One request on its way in."""

    def __init__(self, intake: Intake, default_completion: str | None) -> None:
        self._intake = intake
        self._default_completion = default_completion
        self._n_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._intake.held_bytes -= self._n_bytes

    async def batch(self, scope: Scope, receive: Receive) -> Batch:
        """Return the batch that it asks for.

        Raises:
            ProblemError: the service is full or stopping, or the body is too large.
            RequestError: the body cannot be read.
            HangUpError: the caller went away.
        """
        intake, settings = self._intake, self._intake.settings
        if intake.closing:
            raise _closing()
        intake.ask_for_items(1)  # before the body: a full service does not fill its memory too
        bounds = Bounds(max_bytes=settings.max_body_mb << 20, hold=self._hold)
        body = await read_body(scope, receive, bounds)
        if len(body) > _READ_AT_ONCE_BYTES:
            async with intake.reading:
                batch = await asyncio.to_thread(self._read, body)
        else:
            batch = self._read(body)
        intake.ask_for_items(len(batch.items))
        if batch.deadline_s is None and settings.default_deadline_s is not None:
            return replace(batch, deadline_s=settings.default_deadline_s)
        return batch

    def _hold(self, n_bytes: int) -> None:
        self._intake.ask_for_bytes(n_bytes, self._n_bytes)
        self._intake.held_bytes += n_bytes
        self._n_bytes += n_bytes

    def _read(self, body: bytes) -> Batch:
        return read_batch(
            parse_json(body),
            max_items=self._intake.settings.max_request_items,
            default_completion=self._default_completion,
        )


def _closing() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "the service is shutting down; send the request again, later or to another replica",
        code="shutting_down",
        retryable=True,
        headers={"Retry-After": "1"},
    )


def _overloaded(n_pending: int, detail: str) -> ProblemError:
    # A thousand items take about a second; a caller that comes back too soon is only told again.
    retry_after = math.ceil(min(30, max(1, n_pending / 1000)))
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        detail,
        code="overloaded",
        retryable=True,
        headers={"Retry-After": str(retry_after)},
    )
