"""Tests packed as LiveCodeBench packs them: base64 of zlib of a pickle of a text, which is JSON.

Nothing here unpickles. The pickle is read opcode by opcode, and only that of a text is one: a name,
a call, a list or anything else in it is refused before it means something.
"""

from __future__ import annotations

import binascii
import pickletools
import zlib

MAX_BYTES = 128 << 20
"""What packed tests may unpack to. The bound is on what comes out, not on what is sent."""

_TEXT = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
# What stands around the text: the protocol, a length, a note for later use that never comes.
_IDLE = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"})


def unpacked(packed: str) -> str:
    """Return the text in ``packed``.

    Raises:
        ValueError: it is not packed like that, or unpacks to more than ``MAX_BYTES``.
    """
    try:
        raw = binascii.a2b_base64(packed, strict_mode=True)
    except ValueError as error:
        raise ValueError(f"neither JSON nor base64: {error}") from error
    return pickled_text(_inflated(raw))


def _inflated(raw: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(raw, MAX_BYTES)
    except zlib.error as error:
        raise ValueError(f"no zlib data in the base64: {error}") from error
    if not inflater.eof:
        whole = "unpacks to more than may be read" if len(data) >= MAX_BYTES else "cut off"
        raise ValueError(f"the zlib data in the base64 is {whole} ({MAX_BYTES >> 20} MiB)")
    return data


def pickled_text(data: bytes) -> str:
    """Return the text that ``data`` is the pickle of.

    Raises:
        ValueError: it is no pickle, or one of anything but one text.
    """
    text: str | None = None
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in _TEXT and text is None:
            text = str(argument)
        elif opcode.name == "STOP" and text is not None:
            return text
        elif opcode.name not in _IDLE:
            break
    raise ValueError("the pickle in the base64 is not one text alone")
