"""Request bodies, read with a bound: what is too large is refused before it is all here.

The bound is on what the body inflates to, so a small body that unpacks to gigabytes is stopped at
the bound too.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import Receive, Scope

from reward_service.api.problems import HangUpError, ProblemError

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
# Inflating holds the event loop; after this many bytes (a few milliseconds) it lets others run.
_INFLATE_STEP = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a body may be."""

    max_bytes: int
    """Its size, inflated."""
    stall_s: float = 60.0
    """How long it may stand still on its way."""
    hold: Callable[[int], None] = lambda _n_bytes: None
    """Told of every piece before it is kept; may raise where all bodies together are too much."""


async def read_body(scope: Scope, receive: Receive, bounds: Bounds) -> bytes:
    """Return the request's body, inflated if it is gzip.

    Raises:
        ProblemError: it is too large, stands still, or is in no encoding we know.
        HangUpError: the caller went away.
    """
    head = dict(scope["headers"])
    encoding = head.get(b"content-encoding", b"identity").strip().lower()
    if encoding in (b"gzip", b"x-gzip"):
        return await _read_gzip(receive, bounds)
    if encoding != b"identity":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"content-encoding {encoding[:50].decode('latin-1')!r} is not known; send gzip or none",
            code="unsupported_encoding",
            headers={"Accept-Encoding": "gzip"},
        )
    announced = head.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > bounds.max_bytes:
        raise _too_large(bounds.max_bytes)
    return await _read_plain(receive, bounds)


async def _read_plain(receive: Receive, bounds: Bounds) -> bytes:
    chunks: list[bytes] = []
    n_bytes = 0
    more = True
    while more:
        chunk, more = await _next_chunk(receive, bounds)
        n_bytes += len(chunk)
        if n_bytes > bounds.max_bytes:
            raise _too_large(bounds.max_bytes)
        bounds.hold(len(chunk))
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _read_gzip(receive: Receive, bounds: Bounds) -> bytes:
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    body = bytearray()
    more = True
    while more:
        packed, more = await _next_chunk(receive, bounds)
        while packed:
            if inflater.eof:  # a gzip file may be several, one after the other
                inflater = zlib.decompressobj(_GZIP_WINDOW)
            try:
                piece = inflater.decompress(packed, _INFLATE_STEP)
            except zlib.error as error:
                raise _not_gzip(str(error)) from error
            if len(body) + len(piece) > bounds.max_bytes:
                raise _too_large(bounds.max_bytes)
            bounds.hold(len(piece))
            body += piece
            packed = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if packed:
                await asyncio.sleep(0)
    if not inflater.eof:
        raise _not_gzip("it ends too early")
    return bytes(body)


async def _next_chunk(receive: Receive, bounds: Bounds) -> tuple[bytes, bool]:
    """Return the next piece of the body and whether there is more."""
    try:
        async with asyncio.timeout(bounds.stall_s):
            message = await receive()
    except TimeoutError as error:
        raise ProblemError(
            HTTPStatus.REQUEST_TIMEOUT,
            f"nothing of the body came for {bounds.stall_s:g} s",
            code="stalled",
            retryable=True,
            headers={"Connection": "close"},
        ) from error
    if message["type"] == "http.disconnect":
        raise HangUpError
    return message.get("body", b""), message.get("more_body", False)


def _too_large(max_bytes: int) -> ProblemError:
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the body is larger than {max_bytes >> 20} MB; split the batch",
        code="too_large",
    )


def _not_gzip(why: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, f"the body is not gzip: {why}", code="bad_request"
    )
