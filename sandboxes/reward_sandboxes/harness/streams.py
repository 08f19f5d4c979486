"""The standard streams of a program, over descriptors 0 to 2, as a fresh interpreter makes them."""

from __future__ import annotations

import ctypes
import io
import sys

from reward_sandboxes.harness.attempt import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_replaced: list[Any] = []
_made: list[Any] = []
"""What ``take`` took last."""


def made() -> tuple[Any, Any, Any]:
    """Return new streams: UTF-8, buffered as for files, bytes that are no UTF-8 kept.

    They can be made before what stands at the descriptors is the program's own.
    """
    return (
        _text(0, "<stdin>", "r", "surrogateescape"),
        _text(1, "<stdout>", "w", "surrogateescape"),
        _text(2, "<stderr>", "w", "backslashreplace"),
    )


# Of the C library, with which extension modules print; an ordinary exit flushes it, too.
_flush_c = ctypes.CDLL(None).fflush


def take(streams: tuple[Any, Any, Any]) -> None:
    """Make ``streams`` the standard ones."""
    # Letting go of these would take longer than all of this.
    _replaced.extend((sys.stdin, sys.stdout, sys.stderr))
    _replaced.extend((sys.__stdin__, sys.__stdout__, sys.__stderr__))
    _made[:] = streams
    sys.stdin, sys.stdout, sys.stderr = streams
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = streams  # type: ignore[misc]  # Final in typeshed alone


def flush() -> bool:
    """Flush what a program wrote; False when that failed, for which an interpreter exits with 120.

    Streams that the program has closed, or replaced by None, have nothing to lose.
    """
    _, unusual = attempt(_flush_usual)
    flushed = True
    if unusual is not None:
        streams = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
        flushed = list(map(_flushed, streams)).count(False) == 0
    attempt(_flush_c, None)
    return flushed


def _flush_usual() -> None:
    """Flush the streams as they were made.

    Raises:
        LookupError: the program has replaced one.
        ValueError, OSError: it has closed one, or that failed.
    """
    stdout, stderr = _made[1:]
    if stdout is not sys.stdout or stderr is not sys.stderr:
        raise LookupError
    stdout.flush()
    stderr.flush()


def _flushed(stream: Any) -> bool:
    if stream is None or attempt(getattr, stream, "closed")[0] is True:
        return True
    return attempt(_flush, stream)[1] is None


def _flush(stream: Any) -> None:
    stream.flush()


def _text(descriptor: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    buffer: Any = open(descriptor, mode + "b", closefd=False)  # noqa: SIM115 - it stays open
    buffer.raw.name = name
    stream: Any = io.TextIOWrapper(
        buffer,
        encoding="utf-8",
        errors=errors,
        newline="\n",
        line_buffering=descriptor == 2,
    )
    stream.mode = mode
    return stream  # type: ignore[no-any-return]  # io.open's, by its arguments
