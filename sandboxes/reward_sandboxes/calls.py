"""What a call of a program's function came to, as the bytes that cross.

Standard library only: the harness writes what is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reward_sandboxes import plain

MAX_MESSAGE_CHARS = 500

NEEDS_SHARING = "the tests need the program's process"
"""How the error of test code begins that passed the program something that is no plain data."""


@dataclass(frozen=True, slots=True)
class Returned:
    """It returned plain data."""

    value: Any
    arguments: tuple[Any, ...] | None = None
    """The arguments as it left them, where it changed any."""


@dataclass(frozen=True, slots=True)
class Raised:
    """It raised an exception."""

    type: str
    """The exception's class; of a class of the program's own, its nearest builtin base."""
    message: str


@dataclass(frozen=True, slots=True)
class NoFunction:
    """The program has no such function."""

    message: str


@dataclass(frozen=True, slots=True)
class NotPlain:
    """It returned something that is not plain data."""

    message: str


Reply = Returned | Raised | NoFunction | NotPlain


def written(reply: Reply) -> bytes:
    """Return ``reply`` as bytes.

    Raises:
        plain.PlainError: it returned something that is not plain; ``NotPlain`` says so instead.
    """
    match reply:
        case Returned(value, None):
            return plain.dumps(["returned", value])
        case Returned(value, tuple(arguments)):
            return plain.dumps(["returned", value, list(arguments)])
        case Raised(kind, message):
            return plain.dumps(["raised", kind, message[:MAX_MESSAGE_CHARS]])
        case NoFunction(message):
            return plain.dumps(["no_function", message[:MAX_MESSAGE_CHARS]])
        case NotPlain(message):
            return plain.dumps(["not_plain", message[:MAX_MESSAGE_CHARS]])
    raise AssertionError(reply)


def read_reply(data: bytes) -> Reply:
    """Return what ``data``, written by a program nobody trusts, says the call came to.

    Raises:
        plain.PlainError: it says nothing readable.
    """
    match plain.loads(data):
        case ["returned", value]:
            return Returned(value)
        case ["returned", value, list(arguments)]:
            return Returned(value, tuple(arguments))
        case ["raised", str(kind), str(message)]:
            return Raised(kind, message)
        case ["no_function", str(message)]:
            return NoFunction(message)
        case ["not_plain", str(message)]:
            return NotPlain(message)
    raise plain.PlainError("no reply")


@dataclass(frozen=True, slots=True)
class Request:
    """One call that test code makes."""

    function: str
    arguments: list[Any]
    keywords: Mapping[str, Any]

    def written(self) -> bytes:
        """Return it as bytes.

        Raises:
            plain.PlainError: an argument is not plain data.
        """
        return plain.dumps([self.function, self.arguments, dict(self.keywords)])


def read_request(data: bytes) -> Request:
    """Return the call that ``data`` asks for.

    Raises:
        plain.PlainError: it asks for none.
    """
    match plain.loads(data):
        case [str(function), list(arguments), dict(keywords)]:
            if all(type(name) is str for name in keywords):
                return Request(function, arguments, keywords)
    raise plain.PlainError("no request")
