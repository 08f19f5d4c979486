"""What stands before every route: the token is asked for, the request is counted.

Plain ASGI, because a middleware built on requests and responses costs more than a small answer.
"""

from __future__ import annotations

from collections.abc import Collection
from hmac import compare_digest
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reward_service.api.problems import ProblemError
from reward_service.telemetry import Telemetry

_OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""For probes, which carry no token."""

_HUNG_UP = 499  # no answer was sent because nobody was there to read it
_FAILED = 500
_OTHER = "other"


class Guard:
    """Middleware that asks for the token and counts requests."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        telemetry: Telemetry,
        token: str | None,
        counted_paths: Collection[str],
    ) -> None:
        self._app = app
        self._telemetry = telemetry
        self._token = None if token is None else token.encode()
        self._counted = frozenset(counted_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = scope["path"]
        began = self._telemetry.request_began()
        try:
            if self._token is None or path in _OPEN_PATHS or self._admits(scope):
                await self._app(scope, receive, noting_status)
            else:
                await _UNAUTHORIZED.response()(scope, receive, noting_status)
            status = status or _HUNG_UP
        finally:
            label = path if path in self._counted else _OTHER
            self._telemetry.request_ended(label, status or _FAILED, began)

    def _admits(self, scope: Scope) -> bool:
        assert self._token is not None
        for name, value in scope["headers"]:
            if name == b"authorization":
                scheme, _, given = value.partition(b" ")
                # In constant time, or the time taken would tell how much of a guess is right.
                return scheme.lower() == b"bearer" and compare_digest(given.strip(), self._token)
        return False


_UNAUTHORIZED = ProblemError(
    HTTPStatus.UNAUTHORIZED,
    "send the service's token as 'Authorization: Bearer <token>'",
    code="unauthorized",
    headers={"WWW-Authenticate": "Bearer"},
)
