"""What instructions take: types of arguments, each with its reader.

Data sets pad arguments with nulls and write whole numbers as floats; both are accepted. Nothing is
made up: an argument that is missing or of another type is the spec's fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_TEXT_CHARS = 200_000
MAX_WHOLE = 10**9


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an instruction."""

    read: Callable[[Any], Any]
    """Return the value as checks take it; ``ValueError`` says what was expected."""
    optional: bool = False
    """Whether it may be missing; the check is then called without it."""


def whole(value: Any) -> int:
    """Read a whole number, which may be written as a float.

    Raises:
        ValueError: it is none, or out of bounds.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a whole number, got {_shown(value)}")  # noqa: TRY004 - one error for callers
    if abs(value) > MAX_WHOLE:
        raise ValueError(f"beyond {MAX_WHOLE}")
    return value


def text(value: Any) -> str:
    """Read a text.

    Raises:
        ValueError: it is none, or too long.
    """
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {_shown(value)}")  # noqa: TRY004 - one error for callers
    if len(value) > MAX_TEXT_CHARS:
        raise ValueError(f"longer than {MAX_TEXT_CHARS} characters")
    return value


def count(value: Any) -> int:
    """Read a whole number from zero on.

    Raises:
        ValueError: it is none, or out of bounds.
    """
    number = whole(value)
    if number < 0:
        raise ValueError(f"expected a number from 0 on, got {number}")
    return number


def filled(value: Any) -> str:
    """Read a text that is not blank.

    Raises:
        ValueError: it is none, blank, or too long.
    """
    said = text(value)
    if not said.strip():
        raise ValueError("expected text that is not blank")
    return said


def texts(value: Any) -> tuple[str, ...]:
    """Read a list of texts.

    Raises:
        ValueError: it is none, or too long.
    """
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list of texts, got {_shown(value)}")  # noqa: TRY004 - one error for callers
    read = tuple(map(text, value))
    if sum(map(len, read)) > MAX_TEXT_CHARS or len(read) > 1000:
        raise ValueError(f"more than 1000 texts, or {MAX_TEXT_CHARS} characters")
    return read


def one_of(*choices: str) -> Callable[[Any], str]:
    """Return a reader of one of ``choices``."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}, got {_shown(value)}")
        return str(value)

    return read


def _shown(value: Any) -> str:
    return repr(value)[:60]


WHOLE = Argument(whole)
COUNT = Argument(count)
TEXT = Argument(text)
FILLED = Argument(filled)
TEXTS = Argument(texts)
RELATION = Argument(one_of("less than", "at least"))
"""How a count is compared in IFEval."""
