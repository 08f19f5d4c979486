"""Stands for a program in test code: every call of it goes through a channel, as plain data.

Covered: whatever the program says arrives as values of exact builtin types, or as a builtin
exception, or as an object of which nothing is known. A test during which it died, had no such
function or said what cannot be read has failed, whatever the test code catches.

Not covered: arguments keep their places, but not that one object stands in two of them; attributes,
classes and callbacks of the program do not cross.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from reward_sandboxes import calls
from reward_sandboxes.harness.attempt import attempt
from reward_sandboxes.harness.channel import Channel, ChannelError
from reward_sandboxes.harness.values import TooManyError, lent
from reward_sandboxes.plain import MAX_DEPTH, PlainError, depth_over

MAX_CALLS = 200_000
_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    # Of the others, KeyboardInterrupt would end the tests rather than fail one.
    and issubclass(kind, Exception | SystemExit)
}
_CONTAINERS = (list, dict, set, tuple)


Unknown = type("an object of the program", (), {"__slots__": ()})
"""Of which class a result is that is no plain data: true, not None, and equal to nothing else. A
program gets no more by it than by returning some plain value."""


class SpoiltError(BaseException):
    """The test cannot pass any more; of no class that a test would catch."""


class Line:
    """The calls that test code makes of a program at the other end of a channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._gone = ""
        self.n_calls = 0
        self.spoilt = ""
        """Why the test in progress has failed, whatever its code says."""
        self.misused = ""
        """That the test code passed what cannot cross, and what; see ``calls.NEEDS_SHARING``."""
        self.exits = True
        """Whether a SystemExit of the program is one here; else it is a RuntimeError."""

    def begin(self) -> None:
        """Begin a test."""
        self.spoilt = self._gone

    def function(self, name: str) -> Callable[..., Any]:
        """Return what stands for the program's function ``name``, or class ``Solution``."""
        if name == "Solution":
            return lambda: _Methods(self, name)

        def proxy(*arguments: Any, **keywords: Any) -> Any:
            return self._call(name, arguments, keywords)

        proxy.__name__ = proxy.__qualname__ = name.rpartition(".")[2]
        return proxy

    def _call(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if self._gone:
            raise self._spoil(self._gone)
        message = self._request(name, arguments, keywords)
        self.n_calls += 1
        if self.n_calls > MAX_CALLS:
            raise self._hang_up(f"more than {MAX_CALLS} calls")
        try:
            self._channel.send(message)
        except ChannelError as error:
            raise self._hang_up(f"the program has ended: {error}") from None
        answer = self._channel.receive()
        if not answer:  # an empty message says so as well
            raise self._hang_up(f"the program ended in a call of {name}")
        return self._heard(name, answer, [*arguments, *keywords.values()])

    def _request(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bytes:
        sent, error = attempt(lambda: calls.Request(name, [*arguments], keywords).written())
        if isinstance(error, PlainError):
            sent, error = attempt(
                lambda: calls.Request(name, lent([*arguments]), lent(keywords)).written()
            )
        if isinstance(sent, bytes):
            return sent
        # How deep and how long a value is may be the program's doing; of what type it is never is.
        is_type = isinstance(error, PlainError) and not isinstance(error, TooManyError)
        is_type = is_type and Unknown.__name__ not in str(error)
        if is_type and not any(
            depth_over(one, MAX_DEPTH - 4) for one in (*arguments, *keywords.values())
        ):
            why = f"{calls.NEEDS_SHARING}: {name} is called with {error}"
            self.misused = self.misused or why
        raise self._spoil(f"{name} cannot be called with that: {error}")

    def _heard(self, name: str, answer: bytes, arguments: list[Any]) -> Any:
        try:
            reply = calls.read_reply(answer)
        except PlainError as error:
            raise self._spoil(f"{name} returned nothing readable: {error}") from None
        match reply:
            case calls.Returned(value, left):
                _write_back(arguments, left or ())
                return value
            case calls.Raised(kind, message):
                raise _made(kind, message, exits=self.exits)
            case calls.NotPlain():
                return Unknown()
            case calls.NoFunction(message):
                raise self._spoil(message)

    def _hang_up(self, why: str) -> SpoiltError:
        """Give up the program: every test from now on has failed."""
        self._gone = why
        return self._spoil(why)

    def _spoil(self, why: str) -> SpoiltError:
        """Fail the test in progress; return what is to be raised in it."""
        self.spoilt = self.spoilt or why
        return SpoiltError(why)


class Program(ModuleType):
    """The module that test files import: whatever its name, an attribute is a function to call."""

    def __init__(self, name: str, line: Line, entry_points: Sequence[str]) -> None:
        super().__init__(name)
        self.__line = line
        # In the namespace itself, for a star import.
        vars(self).update({one: line.function(one) for one in entry_points})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = self.__line.function(name)
        vars(self)[name] = made
        return made


class _Methods:
    """An instance of the program's ``Solution``; every call is of a new one."""

    def __init__(self, line: Line, owner: str) -> None:
        self.__line = line
        self.__owner = owner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__line.function(f"{self.__owner}.{name}")


def _made(kind: str, message: str, *, exits: bool) -> BaseException:
    """Return the builtin exception ``kind``, or the nearest one that takes a message alone."""
    if kind == "SystemExit" and not exits:
        return RuntimeError(f"{kind}: {message}")
    for candidate in getattr(_ERRORS.get(kind), "__mro__", ()):
        error, _ = attempt(candidate, message)
        if isinstance(error, BaseException):
            return error
    return RuntimeError(f"{kind}: {message}")


def _write_back(before: Any, after: Any) -> None:
    """Change the containers in ``before``, in place, to what they are in ``after``."""
    pending = list(zip(before, after, strict=False))
    while pending:
        old, new = pending.pop()
        if type(old) is not type(new):
            continue
        if type(old) is tuple:
            pending += zip(old, new, strict=False)
        elif type(old) is list:
            old[:] = [_kept(old[at] if at < len(old) else None, one) for at, one in enumerate(new)]
            pending += [pair for pair in zip(old, new, strict=True) if pair[0] is not pair[1]]
        elif type(old) is dict:
            kept = {key: _kept(old.get(key), one) for key, one in new.items()}
            old.clear()
            old.update(kept)
            pending += [(kept[key], one) for key, one in new.items() if kept[key] is not one]
        elif type(old) is set:
            old.clear()
            old.update(new)


def _kept(old: Any, new: Any) -> Any:
    """Return the caller's own container, to be changed in place, or else the new value."""
    same_kind = type(old) is type(new) and type(new) in _CONTAINERS
    # A tuple is kept for the containers in it, and only where nothing else in it has changed.
    if same_kind and type(new) is tuple:
        return old if _same_but_for_containers(old, new) else new
    return old if same_kind else new


def _same_but_for_containers(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    return len(old) == len(new) and all(
        type(one) is type(other) and (type(one) in (list, dict, set) or one == other)
        for one, other in zip(old, new, strict=True)
    )
