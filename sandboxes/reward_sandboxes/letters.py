"""Letters: what a sandbox manager and those who use it send each other over TCP.

    header length u32 | body length u32 | header | body        (network byte order)

The header is a JSON object whose ``kind`` says what it is, with a record (``records``) beside it:

    hello     the first of a connection: protocol, token       welcome
    status                                                     status
    job                                                        built, result..., end
    dialogue                                                   dialogue_result
                                                               failed, instead of any of these

A connection serves one request after the other; closing it ends what it asked for.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import Any, NoReturn

from reward_sandboxes import records
from reward_sandboxes.types import (
    HostBusyError,
    LanguageMissingError,
    SandboxError,
    SandboxesFullError,
)

PROTOCOL = 1
_PREFIX = struct.Struct("!II")
_MAX_HEADER_BYTES = 64 << 20
MAX_BODY_BYTES = 1 << 29
_ERRORS: dict[str, type[SandboxError]] = {
    kind.__name__: kind
    for kind in (SandboxError, SandboxesFullError, HostBusyError, LanguageMissingError)
}


class LetterError(ValueError):
    """The other side sent something that it never sends."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, read."""

    header: dict[str, Any]
    body: bytes

    @property
    def kind(self) -> str:
        """What it is."""
        kind = self.header.get("kind")
        return kind if type(kind) is str else ""

    def record(self, kind: type[records.Record]) -> records.Record:
        """Return the record in it.

        Raises:
            LetterError: there is no such record in it.
        """
        try:
            return records.read(kind, self.header.get("record"), self.body)
        except records.RecordError as error:
            raise LetterError(f"{self.kind}: {error}") from error


def written(kind: str, record: Any = None, **fields: Any) -> list[bytes]:
    """Return a letter as the parts of its bytes."""
    header: dict[str, Any] = {"kind": kind, **fields}
    parts: list[bytes] = []
    if record is not None:
        header["record"], parts = records.written(record)
    head = json.dumps(header, separators=(",", ":")).encode("ascii")
    return [_PREFIX.pack(len(head), sum(map(len, parts))) + head, *parts]


def written_error(error: SandboxError) -> list[bytes]:
    """Return the letter that says ``error``."""
    name = next(one.__name__ for one in type(error).__mro__ if one.__name__ in _ERRORS)
    return written("failed", error=name, message=str(error)[:2000])


def raise_failure(letter: Letter) -> NoReturn:
    """Raise what a ``failed`` letter says.

    Raises:
        SandboxError: that, or a class of it.
        LetterError: it says nothing of the kind.
    """
    name, message = letter.header.get("error"), letter.header.get("message")
    if letter.kind != "failed" or type(name) is not str or name not in _ERRORS:
        raise LetterError(f"{letter.kind[:50]!r} is no answer")
    raise _ERRORS[name](str(message)[:2000])


async def received_sizes(reader: asyncio.StreamReader) -> tuple[int, int] | None:
    """Return how long the header and the body of the next letter are; None: there is none.

    Raises:
        LetterError: they are longer than may be, or cut short.
        OSError: the connection broke.
    """
    try:
        prefix = await reader.readexactly(_PREFIX.size)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise LetterError("a letter cut short") from None
        return None
    n_header, n_body = _PREFIX.unpack(prefix)
    if n_header > _MAX_HEADER_BYTES or n_body > MAX_BODY_BYTES:
        raise LetterError(f"a letter of {n_header} + {n_body} bytes")
    return n_header, n_body


async def received(reader: asyncio.StreamReader, sizes: tuple[int, int]) -> Letter:
    """Return the letter of which ``sizes`` have been received.

    Raises:
        LetterError: it is no letter, or cut short.
        OSError: the connection broke.
    """
    try:
        head = await reader.readexactly(sizes[0])
        body = await reader.readexactly(sizes[1])
    except asyncio.IncompleteReadError:
        raise LetterError("a letter cut short") from None
    try:
        header = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise LetterError(f"a header that is no JSON: {error}") from None
    if type(header) is not dict:
        raise LetterError("a header that is no object")
    return Letter(header, body)
