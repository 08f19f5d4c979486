"""Completions of any server that speaks OpenAI's API: vLLM, SGLang, llama.cpp, a gateway."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from reward_trainer.errors import TrainerError
from reward_trainer.evaluation.failures import first_of
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.writer import Done, Terms, Unanswered, Written

_ATTEMPTS = 6
_LONGEST_WAIT_S = 60.0
_CONNECT_S = 10.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Answers after which the same request may yet succeed."""
_HOPELESS = frozenset({401, 403, 404, 405})
"""Answers that every other request would get, too: wrong key, model or address."""


class EndpointError(TrainerError):
    """The endpoint cannot be used; what it wrote is kept."""


class _RefusedError(Exception):
    """One prompt cannot be answered; the message says why."""


class _AwayError(_RefusedError):
    """It could not be reached, time after time."""


class Endpoint:
    """A ``Writer`` that asks a server."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        token: str = "",
        chat: bool = True,
        concurrency: int = 64,
        timeout_s: float = 7200.0,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Connect when first asked.

        Args:
            url: where it is, as ``http://host:port`` or with the path that ends in ``/v1``.
            model: what it calls the model.
            token: its key, where it wants one.
            chat: whether prompts go through the model's chat template (``/chat/completions``); if
                not, their text goes in as it is.
            concurrency: prompts that are asked at a time.
            timeout_s: for the answer to one request, which may be hundreds of thousands of tokens.
            transport: instead of the network.
            pause: how it waits before it tries again.

        Raises:
            EndpointError: ``url`` is none.
        """
        self._client = httpx.AsyncClient(
            base_url=_base(url),
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S, pool=None),
            limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
            transport=transport,
        )
        self._url, self._model, self._chat = url, model, chat
        self._concurrency = concurrency
        self._pause = pause
        self._away_in_a_row = 0

    async def models(self) -> list[str]:
        """Return the models that it serves.

        Raises:
            EndpointError: it does not answer, or not as such servers do.
        """
        try:
            answer = await self._client.get("models")
            answer.raise_for_status()
            return [str(one["id"]) for one in answer.json()["data"]]
        except httpx.HTTPError as error:
            raise EndpointError(f"{self._url} does not answer: {_told(error)}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(f"{self._url} is no endpoint of OpenAI's API") from error

    async def write(self, items: Sequence[Item], terms: Terms, done: Done) -> None:
        """See ``Writer``.

        Raises:
            EndpointError: it refuses every request, or is away.
        """
        waiting = iter(items)
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(min(self._concurrency, len(items))):
                    tasks.create_task(self._work(waiting, terms, done))
        except BaseExceptionGroup as group:
            raise first_of(group) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _work(self, waiting: Iterator[Item], terms: Terms, done: Done) -> None:
        for item in waiting:
            try:
                written: Written | Unanswered = await self._answer(item, terms)
                self._away_in_a_row = 0
            except _AwayError as error:
                self._away_in_a_row += 1
                if self._away_in_a_row >= self._concurrency:
                    raise EndpointError(
                        f"{self._url} is away: {error}; the same command goes on when it is back"
                    ) from error
                written = Unanswered(why=str(error))
            except _RefusedError as error:
                written = Unanswered(why=str(error))
            await done(item, written)

    async def _answer(self, item: Item, terms: Terms) -> Written:
        """Return all completions of an item; servers may give fewer at once than were asked for."""
        texts: list[str] = []
        finished: list[bool] = []
        n_tokens: int | None = 0
        while len(texts) < terms.samples:
            answer = await self._asked(self._body(item, terms, terms.samples - len(texts)))
            choices, tokens = _read(answer, terms.samples - len(texts))
            texts += [text for text, _ in choices]
            finished += [end for _, end in choices]
            n_tokens = None if n_tokens is None or tokens is None else n_tokens + tokens
        return Written(completions=tuple(texts), finished=tuple(finished), n_tokens=n_tokens)

    def _body(self, item: Item, terms: Terms, n: int) -> dict[str, Any]:
        prompt: dict[str, Any] = (
            {"messages": item.messages}
            if self._chat
            else {"prompt": "\n\n".join(message["content"] for message in item.messages)}
        )
        return {
            "model": self._model,
            **prompt,
            "n": n,
            "temperature": terms.temperature,
            "top_p": terms.top_p,
            "max_tokens": terms.max_tokens,
        }

    async def _asked(self, body: Mapping[str, Any]) -> Any:
        """Return the answer to a request that is repeated while that may help."""
        path = "chat/completions" if self._chat else "completions"
        last: _RefusedError = _RefusedError("not asked")
        for attempt in range(_ATTEMPTS):
            wait_s = _backoff_s(attempt)
            try:
                answer = await self._client.post(path, json=body)
            except httpx.TransportError as error:
                last = _AwayError(_told(error))
            except (UnicodeEncodeError, ValueError) as error:
                raise _RefusedError(f"the prompt cannot be sent: {error}") from error
            else:
                if answer.is_success:
                    return _json(answer)
                self._stop_if_hopeless(answer)
                last = _RefusedError(_complaint(answer))
                if answer.status_code not in _PASSING:
                    raise last
                wait_s = _asked_to_wait_s(answer) or wait_s
            if attempt + 1 < _ATTEMPTS:
                await self._pause(wait_s)
        raise last

    def _stop_if_hopeless(self, answer: httpx.Response) -> None:
        if answer.status_code in _HOPELESS:
            raise EndpointError(
                f"{self._url} refused model {self._model!r}: {_complaint(answer)};"
                " see --endpoint, --model and the key"
            )


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EndpointError(f"{url!r} is no http:// or https:// URL")
    bare = url.rstrip("/")
    return f"{bare}/" if parts.path.strip("/") else f"{bare}/v1/"


def _read(answer: Any, n: int) -> tuple[list[tuple[str, bool]], int | None]:
    """Return (text, whether it ended by itself) of the first ``n`` choices, and their tokens."""
    try:
        choices = [(_text(one), one.get("finish_reason") == "stop") for one in answer["choices"]]
        used = (answer.get("usage") or {}).get("completion_tokens")
    except (KeyError, TypeError, AttributeError) as error:
        raise _RefusedError("the answer has no choices as OpenAI's API has them") from error
    if not choices:
        raise _RefusedError("the answer has no choices")
    return choices[:n], used if isinstance(used, int) else None


def _text(choice: Mapping[str, Any]) -> str:
    """Return what a choice says, with its thinking where the server took it apart."""
    if "text" in choice:
        return str(choice["text"])
    message = choice["message"]
    said = message.get("content") or ""
    thought = message.get("reasoning_content") or message.get("reasoning")
    if not isinstance(thought, str):
        return str(said)
    return f"<think>\n{thought}\n</think>\n\n{said}" if said else f"<think>\n{thought}"


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise _RefusedError("the answer is not JSON") from error


def _complaint(answer: httpx.Response) -> str:
    """Return what a server says is wrong, in one line."""
    try:
        said = answer.json()
        error = said.get("error", said)
        text = error.get("message", "") if isinstance(error, dict) else str(error)
    except (ValueError, AttributeError):
        text = answer.text
    return f"HTTP {answer.status_code}: {' '.join(str(text).split())[:300]}"


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _backoff_s(attempt: int) -> float:
    # Apart from each other, or all who were refused together come back together.
    return min(2.0**attempt, _LONGEST_WAIT_S) * (0.5 + random.random())  # noqa: S311 -- no secret


def _asked_to_wait_s(answer: httpx.Response) -> float:
    """Return how long the server wants to be left alone; 0 where it does not say."""
    try:
        return min(max(float(answer.headers.get("retry-after", "0")), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return 0.0
