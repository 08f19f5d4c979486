"""The service's doors for items, as the client sees them: where to send, how to read the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, ClassVar, Generic, Literal, TypeVar

import httpx
from pydantic import ValidationError
from pydantic_core import from_json

from reward_service.client.failures import AttemptFailedError, NotOurAnswerError
from reward_service.client.parcel import Result
from reward_service.schema import CheckedItem, CheckResponse, Problem, ScoredItem, ScoreResponse

# A newer service may say more than this client knows; what it knows stays what it was.
_NEWER_FIELDS: Literal["ignore"] = "ignore"

Answer = TypeVar("Answer", ScoreResponse, CheckResponse)


class Door(ABC, Generic[Result]):
    """One way of asking about items."""

    path: ClassVar[str]
    accept: ClassVar[str] = "application/json"

    @abstractmethod
    def results(
        self, response: httpx.Response, n_items: int
    ) -> AsyncGenerator[tuple[int, Result], None]:
        """Yield (position in the request, result) as the answer arrives.

        Raises:
            httpx.TransportError: the connection broke.
            AttemptFailedError: the answer ended before it was complete.
            NotOurAnswerError: this is no answer of a reward service.
        """

    @abstractmethod
    def unanswered(self, name: str, problem: Problem) -> Result:
        """Return the result of an item that the service gave none for."""


class ScoreDoor(Door[ScoredItem]):
    """``POST /score``, answered as a whole."""

    path = "/score"

    async def results(
        self, response: httpx.Response, n_items: int
    ) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield the items of a ``ScoreResponse``."""
        answer = _whole(ScoreResponse, await response.aread())
        for numbered in enumerate(_counted(answer.items, n_items)):
            yield numbered

    def unanswered(self, name: str, problem: Problem) -> ScoredItem:
        """Return the item without a reward."""
        return ScoredItem(id=name, problem=problem)


class StreamDoor(ScoreDoor):
    """``POST /score``, answered line by line as items are judged."""

    accept = "application/x-ndjson"

    async def results(
        self, response: httpx.Response, n_items: int
    ) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield the items of an NDJSON answer up to its last line, the counts."""
        n_results = 0
        async for line in _lines(response):
            fields = _fields(line)
            if "index" not in fields:
                if n_results != n_items:
                    raise NotOurAnswerError(f"{n_results} results for {n_items} items")
                return
            n_results += 1
            yield _streamed(fields, n_items)
        raise AttemptFailedError("the stream ended before its last line")


class CheckDoor(Door[CheckedItem]):
    """``POST /check``."""

    path = "/check"

    async def results(
        self, response: httpx.Response, n_items: int
    ) -> AsyncGenerator[tuple[int, CheckedItem], None]:
        """Yield the items of a ``CheckResponse``."""
        answer = _whole(CheckResponse, await response.aread())
        for numbered in enumerate(_counted(answer.items, n_items)):
            yield numbered

    def unanswered(self, name: str, problem: Problem) -> CheckedItem:
        """Return the item unchecked."""
        return CheckedItem(id=name, ok=False, problem=problem)


def _whole(model: type[Answer], body: bytes) -> Answer:
    try:
        return model.model_validate_json(body, extra=_NEWER_FIELDS)
    except ValidationError as error:
        raise _unreadable(error) from error


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    # Not httpx's own line reader: it also breaks lines at U+2028 and its like, which stand
    # unescaped in JSON texts. A line without its end is one that was cut.
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = from_json(line)
    except ValueError as error:
        raise NotOurAnswerError(f"a line of the stream is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise NotOurAnswerError("a line of the stream is no JSON object")
    return fields


def _streamed(fields: dict[str, Any], n_items: int) -> tuple[int, ScoredItem]:
    position = fields.pop("index")
    if not isinstance(position, int) or not 0 <= position < n_items:
        raise NotOurAnswerError(f"a result with index {position!r} for {n_items} items")
    try:
        return position, ScoredItem.model_validate(fields, extra=_NEWER_FIELDS)
    except ValidationError as error:
        raise _unreadable(error) from error


def _counted(results: list[Result], n_items: int) -> list[Result]:
    if len(results) != n_items:
        raise NotOurAnswerError(f"{len(results)} results for {n_items} items")
    return results


def _unreadable(error: ValidationError) -> NotOurAnswerError:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the answer"
    return NotOurAnswerError(f"{where}: {first['msg']}")
