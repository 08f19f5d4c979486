"""``POST /score``: a batch in; out comes one JSON answer, or a line per item as it is judged.

These are ASGI endpoints that read the raw body and write bytes: the models are strict about every
item on its own (``reading.py``), which a framework that refuses the whole body cannot be.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from functools import lru_cache

from pydantic import TypeAdapter
from starlette.types import Receive, Scope, Send

from reward_service.api.hangup import WhileConnected
from reward_service.api.intake import Intake
from reward_service.api.problems import HangUpError
from reward_service.check import check
from reward_service.engine import Engine
from reward_service.reading import Batch
from reward_service.schema import Counts, ScoredItem

JSON = b"application/json"
NDJSON = b"application/x-ndjson"

_ITEM = ScoredItem.__pydantic_serializer__
_ITEMS = TypeAdapter(list[ScoredItem])


class ScoreEndpoint:
    """Scores a batch."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        engine = self._intake.engine
        with self._intake.request() as request, suppress(HangUpError):
            batch = await request.batch(scope, receive)
            if _wants_lines(_header(scope, b"accept")):
                with WhileConnected(receive):
                    await _send_lines(engine, batch, send)
                return
            with WhileConnected(receive) as caller:
                items = await engine.score(batch)
            if not caller.gone:
                await _send_json(_answer(items), send)


class CheckEndpoint:
    """Checks that the golds of a batch verify themselves."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._intake.request(default_completion="") as request, suppress(HangUpError):
            batch = await request.batch(scope, receive)
            with WhileConnected(receive) as caller:
                checked = await check(self._intake.engine, batch)
            if not caller.gone:
                await _send_json(checked.model_dump_json().encode(), send)


def _answer(items: list[ScoredItem]) -> bytes:
    """Return a ``ScoreResponse`` as JSON."""
    counts = _counts(items)
    return b'{"items":%b,%b' % (_ITEMS.dump_json(items), counts.model_dump_json().encode()[1:])


def _counts(items: list[ScoredItem]) -> Counts:
    n_scored = sum(item.problem is None for item in items)
    return Counts(n_scored=n_scored, n_unscored=len(items) - n_scored)


async def _send_json(answer: bytes, send: Send) -> None:
    headers = [
        (b"content-type", JSON),
        (b"content-length", b"%d" % (len(answer) + 1)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    # The newline is for people: a shell prompt would stand right after the brace.
    await send({"type": "http.response.body", "body": answer + b"\n"})


async def _send_lines(engine: Engine, batch: Batch, send: Send) -> None:
    """Send a ``StreamedItem`` line per item as it is judged, and a last line of ``Counts``."""
    lines = _Lines()
    headers = [(b"content-type", NDJSON)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lines.fill(engine, batch))
        async for some in lines:
            await send({"type": "http.response.body", "body": some, "more_body": True})
    await send({"type": "http.response.body", "body": lines.counts()})


class _Lines:
    """Lines on their way out: what is judged while others are being sent goes out together."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._change = asyncio.Event()
        self._complete = False
        self._n_items = 0
        self._n_scored = 0

    async def fill(self, engine: Engine, batch: Batch) -> None:
        async with aclosing(engine.stream(batch)) as results:
            async for index, scored in results:
                self._n_items += 1
                self._n_scored += scored.problem is None
                self._waiting.append(b'{"index":%d,%b\n' % (index, _ITEM.to_json(scored)[1:]))
                self._change.set()
        self._complete = True
        self._change.set()

    def __aiter__(self) -> _Lines:
        return self

    async def __anext__(self) -> bytes:
        await self._change.wait()
        self._change.clear()
        if not self._waiting:
            assert self._complete
            raise StopAsyncIteration
        some = b"".join(self._waiting)
        self._waiting.clear()
        if self._complete:
            self._change.set()
        return some

    def counts(self) -> bytes:
        """Return the last line."""
        counts = Counts(n_scored=self._n_scored, n_unscored=self._n_items - self._n_scored)
        return counts.model_dump_json().encode() + b"\n"


def _header(scope: Scope, name: bytes) -> bytes:
    return b",".join(value for key, value in scope["headers"] if key == name)


@lru_cache(maxsize=64)
def _wants_lines(accept: bytes) -> bool:
    """Whether a caller that accepts ``accept`` prefers NDJSON to JSON."""
    weights = {JSON: 0.0, NDJSON: 0.0}
    for part in accept.lower().split(b","):
        kind, *parameters = (piece.strip() for piece in part.split(b";"))
        if kind in weights:
            weights[kind] = _weight(parameters)
    return weights[NDJSON] > 0 and weights[NDJSON] >= weights[JSON]


def _weight(parameters: list[bytes]) -> float:
    for parameter in parameters:
        if parameter.startswith(b"q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
