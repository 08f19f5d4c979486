"""From a request to a batch the engine will take, or to the reason it gets no answer."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.types import Receive, Scope

from reward_service.api.body import read_body
from reward_service.api.problems import ProblemError
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.reading import Batch, parse_json, read_batch

# Reading a body holds the event loop for some 5 ms per MB; a larger one is read in a thread.
_READ_AT_ONCE_BYTES = 256 << 10


@dataclass(kw_only=True)
class Intake:
    """Reads requests as long as the service takes them."""

    engine: Engine
    settings: Settings
    closing: bool = False
    """Set when the service stops: what is in flight is finished, nothing more is begun."""

    async def batch(
        self, scope: Scope, receive: Receive, *, default_completion: str | None = None
    ) -> Batch:
        """Return the batch that a request asks for.

        Raises:
            ProblemError: the service is full or stopping, or the body is too large.
            RequestError: the body cannot be read.
            HangUpError: the caller went away.
        """
        if self.closing:
            raise _closing()
        self._ask_for_room(1)  # before the body: a full service does not fill its memory too
        body = await read_body(scope, receive, max_bytes=self.settings.max_body_mb << 20)
        if len(body) > _READ_AT_ONCE_BYTES:
            batch = await asyncio.to_thread(self._read, body, default_completion)
        else:
            batch = self._read(body, default_completion)
        self._ask_for_room(len(batch.items))
        if batch.deadline_s is None and self.settings.default_deadline_s is not None:
            return replace(batch, deadline_s=self.settings.default_deadline_s)
        return batch

    def _read(self, body: bytes, default_completion: str | None) -> Batch:
        return read_batch(
            parse_json(body),
            max_items=self.settings.max_request_items,
            default_completion=default_completion,
        )

    def _ask_for_room(self, n_items: int) -> None:
        if not self.engine.has_room(n_items):
            raise _overloaded(self.engine.pending_items, n_items)


def _closing() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "the service is shutting down; send the request again, later or to another replica",
        code="shutting_down",
        retryable=True,
        headers={"Retry-After": "1"},
    )


def _overloaded(n_pending: int, n_items: int) -> ProblemError:
    # A thousand items take about a second; a caller that comes back too soon is only told again.
    retry_after = math.ceil(min(30, max(1, n_pending / 1000)))
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"{n_pending} items are being scored and there is no room for {n_items} more",
        code="overloaded",
        retryable=True,
        headers={"Retry-After": str(retry_after)},
    )
