"""What the service and its workers say to each other: JSON, each piece after its length.

Never pickle. A worker may have been taken over by the answer it judged, so nothing it says may run
code here: a reply is bounded, read by a strict model, and only says something about one question.
"""

from __future__ import annotations

import os
import struct
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from reward_verifiers.verdict import (
    MAX_EXTRACTED_CHARS,
    MAX_REASON_CHARS,
    Outcome,
    Verdict,
)

MAX_REPLY_BYTES = 1 << 20
"""A worker that says more at once is ended."""
MAX_PACKET_BYTES = 1 << 16
"""Between the service and its zygote."""
MAX_MESSAGE_CHARS = 2000

_LENGTH = struct.Struct("!I")
_CHUNK_BYTES = 1 << 16

_Model = TypeVar("_Model", bound=BaseModel)


class FrameError(ValueError):
    """The other side said something that it never says."""


def framed(payload: bytes) -> bytes:
    """Return ``payload`` with its length before it."""
    return _LENGTH.pack(len(payload)) + payload


class Frames:
    """Cuts a stream of bytes into frames."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames that ``data`` completes.

        Raises:
            FrameError: one is announced that is longer than allowed.
        """
        buffer = self._buffer
        buffer += data
        frames = []
        start = 0
        while len(buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, start)
            if length > self._max_bytes:
                raise FrameError(f"a frame of {length} bytes; the limit is {self._max_bytes}")
            end = start + _LENGTH.size + length
            if len(buffer) < end:
                break
            frames.append(bytes(buffer[start + _LENGTH.size : end]))
            start = end
        del buffer[:start]
        return frames


class Line:
    """The worker's end: blocking reads and writes on a descriptor, with calls its jail allows."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # What the service sends is trusted, and as long as its longest spec.
        self._frames = Frames(max_bytes=1 << 31)
        self._waiting: list[bytes] = []

    def read(self) -> bytes | None:
        """Return the next frame, or None when the service is gone."""
        while not self._waiting:
            try:
                data = os.read(self._descriptor, _CHUNK_BYTES)
            except ConnectionError:
                return None
            if not data:
                return None
            self._waiting = self._frames.feed(data)[::-1]
        return self._waiting.pop()

    def write(self, payload: bytes) -> None:
        """Send one frame; end the process if nobody listens any more."""
        rest = memoryview(framed(payload))
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except ConnectionError:
            os._exit(0)


class Hello(BaseModel):
    """A worker's first frame."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    jail: dict[str, bool | str] = Field(max_length=20)
    """True for each protection that holds, else the reason why it does not."""


class Reply(BaseModel):
    """A worker's answer to one question: exactly one of ``verdict`` and ``bad_spec``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: int
    cpu_ns: int = Field(ge=0)
    """The worker's CPU clock when it had judged."""
    verdict: Verdict | None = None
    bad_spec: str | None = Field(default=None, max_length=MAX_MESSAGE_CHARS)

    @model_validator(mode="after")
    def _verdict_or_bad_spec(self) -> Self:
        if (self.verdict is None) == (self.bad_spec is None):
            raise ValueError("exactly one of verdict and bad_spec must be given")
        if self.verdict is not None and not _consistent(self.verdict):
            raise ValueError("no verifier makes such a verdict")
        return self


def _consistent(verdict: Verdict) -> bool:
    """Whether one of the named constructors could have made it."""
    scores_fit = {
        Outcome.CORRECT: verdict.score == 1.0,
        Outcome.PARTIAL: 0.0 < verdict.score < 1.0,
    }.get(verdict.outcome, verdict.score == 0.0)
    return (
        scores_fit
        and len(verdict.extracted or "") <= MAX_EXTRACTED_CHARS
        and len(verdict.reason) <= MAX_REASON_CHARS
        and not verdict.verifier
        and not verdict.version
    )


def read_hello(payload: bytes) -> Hello:
    """Return the greeting in ``payload``.

    Raises:
        FrameError: it is none.
    """
    return _read(Hello, payload)


def read_reply(payload: bytes) -> Reply:
    """Return the reply in ``payload``.

    Raises:
        FrameError: it is none.
    """
    return _read(Reply, payload)


def _read(model: type[_Model], payload: bytes) -> _Model:
    try:
        return model.model_validate_json(payload, strict=True)
    except ValidationError as error:
        detail: Any = error.errors(include_url=False, include_input=False, include_context=False)
        raise FrameError(f"not a {model.__name__.lower()}: {detail[0]['msg']}") from error
