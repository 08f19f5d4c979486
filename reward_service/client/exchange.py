"""One HTTP exchange: a request out, an answer in, failures sorted by what helps against them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx
from pydantic_core import from_json

from reward_service.client.backoff import asked_delay_s
from reward_service.client.clock import Clock
from reward_service.client.doors import Door
from reward_service.client.errors import (
    AuthenticationError,
    ClientClosedError,
    RequestRejectedError,
)
from reward_service.client.failures import (
    AttemptFailedError,
    Failure,
    NotOurAnswerError,
    RefusedError,
)
from reward_service.client.options import Options, Readiness
from reward_service.client.parcel import Result

# uvicorn closes a connection that was idle for 5 s; one of that age may close under our hands.
_IDLE_S = 4.0

# A question without items is answered at once, or the service hangs.
_QUESTION_S = 10.0

_PASSING = frozenset({429, 502, 503, 504})
_JSON = {"Accept": "application/json"}

# The parts of a request that are not its items: when one is wrong, no item can help it.
_TERMS = ("deadline_s", "shaping", "specs")


class Exchange:
    """The HTTP client of one event loop."""

    def __init__(self, options: Options) -> None:
        self.url = options.base_url
        self._clock: Clock = options.clock
        headers = {"User-Agent": "reward-service-client"}
        if options.token is not None:
            headers["Authorization"] = f"Bearer {options.token}"
        self._http = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(options.timeout_s, connect=options.connect_timeout_s, pool=None),
            limits=httpx.Limits(
                max_connections=options.max_connections,
                max_keepalive_connections=options.max_connections,
                keepalive_expiry=_IDLE_S,
            ),
            transport=options.transport,
            trust_env=not options.is_local,
            # The certificate store takes 20 ms to load.
            verify=options.base_url.startswith("https:"),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self, door: Door[Result], body: bytes, n_items: int
    ) -> AsyncGenerator[tuple[int, Result], None]:
        """Send ``body`` through ``door``; yield (position in the request, result).

        Raises:
            AttemptFailedError: another attempt may fare better.
            RefusedError: fewer or other items may be taken.
            NotOurAnswerError: something else answered.
            RewardClientError: nothing will help.
        """
        headers = {"Accept": door.accept, "Content-Type": "application/json"}
        async with self._answer("POST", door.path, headers, body) as response:
            if not response.is_success:
                raise self._refusal(response, await response.aread())
            async with aclosing(door.results(response, n_items)) as results:
                async for result in results:
                    yield result

    async def domains(self) -> Any:
        """Return what ``/domains`` says. Raises as ``ask``."""
        async with self._answer("GET", "/domains", _JSON) as response:
            body = await response.aread()
            if not response.is_success:
                raise self._refusal(response, body)
        try:
            return from_json(body)
        except ValueError as error:
            raise NotOurAnswerError(f"/domains is no JSON: {error}") from error

    async def readiness(self) -> Readiness:
        """Return what ``/readyz`` says. Raises as ``ask``."""
        async with self._answer("GET", "/readyz", _JSON) as response:
            body = await response.aread()
            status = response.status_code
            if not response.is_success and status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise self._refusal(response, body)
        details = _object(body) or {"reason": f"HTTP {status}"}
        return Readiness(ready=status == HTTPStatus.OK, details=details)

    @asynccontextmanager
    async def _answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> AsyncIterator[httpx.Response]:
        if self._http.is_closed:
            raise ClientClosedError("the client is closed")
        try:
            async with self._http.stream(
                method,
                self.url + path,
                content=body,
                headers=headers,
                timeout=_QUESTION_S if body is None else httpx.USE_CLIENT_DEFAULT,
            ) as response:
                yield response
        except httpx.LocalProtocolError as error:
            # Ours, not the network's: a token that no header can carry, say.
            raise NotOurAnswerError(f"the request cannot be sent: {error}") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise AttemptFailedError(_told(error)) from error

    def _refusal(self, response: httpx.Response, body: bytes) -> Exception:
        """Return what an answer that is no success means."""
        status = response.status_code
        problem = _object(body)
        code = problem.get("code")
        message = str(problem.get("detail") or response.reason_phrase)[:2000]
        if status in _PASSING or problem.get("retryable") is True:
            return AttemptFailedError(
                f"HTTP {status}: {message}",
                _kind(status, code),
                asked_delay_s=asked_delay_s(response.headers.get("Retry-After"), self._clock),
            )
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return AuthenticationError(self.url, message)
        field = str(problem.get("field") or "")
        about_items = code == "bad_request" and not field.startswith(_TERMS)
        if about_items or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return RefusedError(status, message)
        if code is None and status != HTTPStatus.UNPROCESSABLE_ENTITY:
            return NotOurAnswerError(f"HTTP {status}: {message}")
        return RequestRejectedError(self.url, status, message, field)


def _object(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; none if ``body`` is something else, a gateway's page."""
    try:
        value = from_json(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _kind(status: int, code: object) -> Failure:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Failure.OVERLOADED
    return Failure.SHUTTING_DOWN if code == Failure.SHUTTING_DOWN else Failure.UNREACHABLE


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
