"""Frames: what a sandbox and its owner say to each other over two pipes.

A frame is a kind, a header (a JSON object) and a body (bytes, whose parts the header counts):

    kind u8 | header length u32 | body length u32 | header | body        (network byte order)

Standard library only: the harness inside the sandbox speaks it too. Either side may have been taken
over by what it runs, so lengths are bounded and a header is only ever read as data.

The owner says, for one job at a time:

    OPEN   the program, its files and limits, and its role (``RUNS``, ``CANDIDATE`` or ``SUITE``)
    RUN    one run: its stdin, its files (role ``RUNS``)
    SAY    a message for the process inside (roles ``CANDIDATE`` and ``SUITE``)
    END    that was all

and the sandbox

    HELLO  once, before the first job: what it protects from, on what it runs
    BUILT  how compiling went, with what was built
    RESULT how a run ended, with its stdout and its reply
    HEARD  a message from the process inside
    DONE   the job is over and the sandbox is clean, or not; comes after END
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

PREFIX = struct.Struct("!BII")
MAX_HEADER_BYTES = 1 << 24
"""Test code rides in the header of an OPEN; what a sandbox says has to be shorter by far."""
MAX_BODY_BYTES = 1 << 29


class Kind(IntEnum):
    """What a frame is; odd kinds come from the owner, even ones from the sandbox."""

    OPEN = 1
    HELLO = 2
    RUN = 3
    BUILT = 4
    SAY = 5
    RESULT = 6
    END = 7
    HEARD = 8
    DONE = 10


class Role(StrEnum):
    """What a job asks of a sandbox."""

    RUNS = "runs"
    """Make runs of a program."""
    CANDIDATE = "candidate"
    """Load a program and answer calls (``calls.Request`` in SAY, ``calls.Reply`` in HEARD)."""
    SUITE = "suite"
    """Run test code, whose calls go out as HEARD and are answered by SAY."""


class WireError(ValueError):
    """The other side said something that it never says."""


class Frame(NamedTuple):
    """One frame, read."""

    kind: Kind
    header: Mapping[str, Any]
    body: bytes

    def parts(self, sizes: Any) -> list[bytes]:
        """Cut the body into parts of ``sizes``, a header's list of lengths.

        Raises:
            WireError: they do not add up to the body.
        """
        counted = type(sizes) is list and all(type(size) is int and size >= 0 for size in sizes)
        if not counted or sum(sizes) != len(self.body):
            raise WireError(f"parts of {str(sizes)[:100]} in a body of {len(self.body)} bytes")
        parts, start = [], 0
        for size in sizes:
            parts.append(self.body[start : start + size])
            start += size
        return parts


def packed(kind: Kind, header: Mapping[str, Any] | None = None, *parts: bytes) -> bytes:
    """Return a frame as bytes."""
    head = _ENCODER.encode(header or {}).encode("ascii")
    return b"".join((PREFIX.pack(kind, len(head), sum(map(len, parts))), head, *parts))


def read_prefix(
    data: bytes | bytearray, *, max_body: int = MAX_BODY_BYTES
) -> tuple[Kind, int, int]:
    """Return the kind and the lengths of header and body that the start of ``data`` announces.

    Raises:
        WireError: there is no such kind, or it is longer than may be.
    """
    kind, n_header, n_body = PREFIX.unpack_from(data)
    if kind not in _KINDS or n_header > MAX_HEADER_BYTES or n_body > max_body:
        raise WireError(f"a frame of kind {kind} with {n_header} + {n_body} bytes")
    return _KINDS[kind], n_header, n_body


def read_header(data: bytes | bytearray) -> Mapping[str, Any]:
    """Return the header in ``data``.

    Raises:
        WireError: it is no JSON object.
    """
    try:
        header = _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"a header that is no JSON: {error}") from None
    if type(header) is not dict:
        raise WireError("a header that is no object")
    return header


_ENCODER = json.JSONEncoder(separators=(",", ":"))
_DECODER = json.JSONDecoder()
_KINDS = {int(kind): kind for kind in Kind}
