"""One connection of a caller: uvicorn's, with bounds on what it costs before a request is known.

Uvicorn reads a head of any size and waits for it as long as it takes, token or no token. Here a
head has a size, a number of headers and a time; a connection that brings nothing is closed; and
one past the number that the process has room for is turned away. Besides:

- A request that asks to go on in another protocol (HTTP/2 without TLS, as curl and Java's client
  do) is answered in this one, its body read.
- An answer that ends the connection while the body is still on its way is not cut off: what
  comes is read and dropped for a while, because closing would reset the connection.
- What is written to a caller that is gone is dropped in silence.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import httptools
from starlette.datastructures import MutableHeaders
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from reward_service.api.problems import RENAMED, ProblemError, phrase

MAX_HEAD_BYTES = 64 << 10
MAX_HEADERS = 100
HEAD_S = 30.0
"""How long a head may take, and how long what is left of a refused body is read."""

# Chunks of a body have heads too. So much is allowed for each of its bytes: chunks of one byte.
_HEAD_BYTES_PER_BODY_BYTE = 16


def status_line(status: int) -> bytes:
    """Return the first line of an answer."""
    return f"HTTP/1.1 {int(status)} {phrase(status)}\r\n".encode()


# Uvicorn's table has the phrases of the Python that runs it.
STATUS_LINE.update({status: status_line(status) for status in RENAMED})


class Connection(HttpToolsProtocol):
    """The requests that come over one connection; ``limit_concurrency`` bounds the connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Uvicorn's own way with it is to take the connection, and refuse each of its requests.
        self._max_connections, self.limit_concurrency = self.limit_concurrency, None
        self._head_bytes_left = MAX_HEAD_BYTES
        self._head_timer: asyncio.TimerHandle | None = None
        self._in_head = False
        self._in_message = False
        self._resuming = False
        self._is_last = False
        self._is_ending = False

    # --- what the transport tells -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(_Outlet(self, transport))
        if self._max_connections is not None and len(self.connections) > self._max_connections:
            self._refuse(_CROWDED)
        else:
            self._expect_a_head()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._head_bytes_left -= len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            too_many = isinstance(error.__context__, _TooManyHeadersError)
            self._refuse(_HEAD_TOO_LARGE if too_many else _NO_HTTP)
            return
        if self._head_bytes_left < 0:
            self._refuse(_HEAD_TOO_LARGE)
        elif not self._is_answering() and not self.transport.is_closing():
            self._expect_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_ending = True
        self._stop_timer()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        self._is_ending = True
        if self._is_last:
            self.transport.close()
        super().shutdown()

    # --- what the parser tells --------------------------------------------------------------------

    def _parse(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while True:
            try:
                self.parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                rest = memoryview(rest)[upgrade.args[0] :]
                self._stay_with_http()
            else:
                return

    def _stay_with_http(self) -> None:
        """Read on after a head that asks for another protocol, with a parser it did not tell."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._resuming = True
        framing = (b"content-length", b"transfer-encoding")
        lines = [b"%b: %b\r\n" % header for header in self.headers if header[0] in framing]
        self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(lines))

    def on_message_begin(self) -> None:
        if self._resuming:
            return
        self._in_message = self._in_head = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._resuming:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._resuming:
            return
        if len(self.headers) == MAX_HEADERS:
            raise _TooManyHeadersError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._resuming:
            self._resuming = False
            return
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        earned = self._head_bytes_left + _HEAD_BYTES_PER_BODY_BYTE * len(body)
        self._head_bytes_left = min(MAX_HEAD_BYTES, earned)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return  # it is only the head that is
        self._in_message = False
        self._head_bytes_left = MAX_HEAD_BYTES
        self._stop_timer()
        super().on_message_complete()
        if self._is_last:
            self.transport.close()

    # --- waiting ----------------------------------------------------------------------------------

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect_more(self) -> None:
        """Bound the wait for the rest of a head, or of the body of a request that is answered."""
        if self._in_message:
            self._expect_a_head()
        elif self._head_timer is None and self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _expect_a_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_S, self._on_time_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _on_time_up(self) -> None:
        self._head_timer = None
        if self._is_answering():  # and the head is the next one's
            self._expect_a_head()
        elif self._in_head:
            self._refuse(_STALLED)
        else:
            self._is_ending = True
            self.transport.close()

    # --- ending -----------------------------------------------------------------------------------

    def may_close(self) -> bool:
        """Whether the connection may be closed now, or only when what is on its way was read."""
        if self._is_ending or self._in_head or not self._in_message:
            return True
        self._is_last = True
        self._expect_a_head()
        return False

    def _refuse(self, problem: ProblemError) -> None:
        """Answer what is no request, unless an answer is on its way, and end the connection."""
        self._is_ending = True
        if not self._is_answering() or not self.cycle.response_started:
            self.transport.write(self._as_http(problem))
        self.transport.close()

    def _as_http(self, problem: ProblemError) -> bytes:
        response = problem.response()
        headers = MutableHeaders(raw=[*self.server_state.default_headers, *response.raw_headers])
        headers["connection"] = "close"
        lines = [b"%b: %b\r\n" % header for header in headers.raw]
        body = bytes(response.body)
        return b"%b%b\r\n%b" % (status_line(problem.status), b"".join(lines), body)


class _Outlet(asyncio.Transport):
    """A transport to which a caller that is gone is no error, and that closes in its time."""

    def __init__(self, connection: Connection, transport: asyncio.Transport) -> None:
        super().__init__()
        self._connection = connection
        self._transport = transport

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self._connection.may_close():
            self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)


class _TooManyHeadersError(Exception):
    """Ends the parsing of a head."""


_NO_HTTP = ProblemError(
    HTTPStatus.BAD_REQUEST, "what was sent is no HTTP/1.1 request", code="bad_request"
)
_STALLED = ProblemError(
    HTTPStatus.REQUEST_TIMEOUT,
    f"the head of the request did not come within {HEAD_S:g} s",
    code="stalled",
    retryable=True,
)
_HEAD_TOO_LARGE = ProblemError(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"the head of the request has more than {MAX_HEAD_BYTES >> 10} KB or {MAX_HEADERS} headers",
    code="too_large",
)
_CROWDED = ProblemError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "the service has as many connections as it has room for",
    code="overloaded",
    retryable=True,
    headers={"Retry-After": "1"},
)
