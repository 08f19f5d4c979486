"""Dataclasses as a header that JSON can hold and a body of bytes, and back, by their type hints.

In the header, bytes are their length; in the body they stand one after the other, in the order of
fields. Reading is strict: what has another type than its field is refused, and no code is run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_Write = Callable[[Any, list[bytes]], Any]
_Read = Callable[[Any, "Body"], Any]


class RecordError(ValueError):
    """A header and a body are not what they should be."""


class Body:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, length: Any) -> bytes:
        """Return the next ``length`` bytes.

        Raises:
            RecordError: there are not so many.
        """
        if type(length) is not int or not 0 <= length <= len(self._data) - self._at:
            raise RecordError(f"{str(length)[:50]} bytes in a body of {len(self._data)}")
        self._at += length
        return bytes(self._data[self._at - length : self._at])

    def end(self) -> None:
        """Check that all of it was read.

        Raises:
            RecordError: it was not.
        """
        if self._at != len(self._data):
            raise RecordError(f"{len(self._data) - self._at} bytes too many")


def written(record: Any) -> tuple[Any, list[bytes]]:
    """Return ``record``, a dataclass, as a header and the parts of a body."""
    parts: list[bytes] = []
    kind: Any = type(record)
    write = _writer(kind)
    return write(record, parts), parts


def read(kind: type[Record], header: Any, body: bytes) -> Record:
    """Return the record of type ``kind`` that ``header`` and ``body`` hold.

    Raises:
        RecordError: they hold something else.
    """
    rest = Body(body)
    hint: Any = kind
    read_record = _reader(hint)
    try:
        record: Record = read_record(header, rest)
    except RecursionError:
        raise RecordError("nested too deeply") from None
    rest.end()
    return record


@cache
def _writer(hint: Any) -> _Write:
    if hint is bytes:
        return _write_bytes
    if dataclasses.is_dataclass(hint):
        fields = [(name, _writer(inner)) for name, inner in _fields(hint)]
        return lambda value, parts: {
            name: write(getattr(value, name), parts) for name, write in fields
        }
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Sequence:
        write_one = _writer(arguments[0])
        return lambda value, parts: [write_one(one, parts) for one in value]
    if origin is Mapping:
        write_one = _writer(arguments[1])
        return lambda value, parts: {key: write_one(one, parts) for key, one in value.items()}
    if NoneType in arguments:
        write_one = _writer(_optional(arguments))
        return lambda value, parts: None if value is None else write_one(value, parts)
    return lambda value, _parts: value


def _write_bytes(value: bytes, parts: list[bytes]) -> int:
    parts.append(value)
    return len(value)


@cache
def _reader(hint: Any) -> _Read:
    if hint is bytes:
        return lambda value, body: body.take(value)
    if dataclasses.is_dataclass(hint):
        return _record_reader(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice_reader({str(one): one for one in hint})
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Sequence:
        read_one = _reader(arguments[0])
        return lambda value, body: tuple([read_one(one, body) for one in _typed(value, list)])
    if origin is Mapping:
        read_each = _reader(arguments[1])
        return lambda value, body: {
            key: read_each(one, body) for key, one in _typed(value, dict).items()
        }
    if NoneType in arguments:
        read_some = _reader(_optional(arguments))
        return lambda value, body: None if value is None else read_some(value, body)
    types = arguments if origin in (Union, UnionType) else (hint,)
    assert set(types) <= {str, bool, int, float}, hint
    return lambda value, _body: _typed(value, *types)


def _record_reader(kind: Any) -> _Read:
    fields = [(name, _reader(inner)) for name, inner in _fields(kind)]
    names = {name for name, _ in fields}

    def read_record(value: Any, body: Body) -> Any:
        if type(value) is not dict or value.keys() != names:
            raise RecordError(f"no {kind.__name__}")
        return kind(**{name: read_one(value[name], body) for name, read_one in fields})

    return read_record


def _choice_reader(choices: Mapping[str, Any]) -> _Read:
    def read_choice(value: Any, _body: Body) -> Any:
        if type(value) is not str or value not in choices:
            raise RecordError(f"{str(value)[:50]!r} is none of {', '.join(choices)}")
        return choices[value]

    return read_choice


def _fields(kind: Any) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in dataclasses.fields(kind)]


def _optional(arguments: tuple[Any, ...]) -> Any:
    return Union[tuple(one for one in arguments if one is not NoneType)]  # noqa: UP007 - a tuple


def _typed(value: Any, *types: type) -> Any:
    if type(value) in types or (type(value) is int and float in types):
        return value
    raise RecordError(f"{str(value)[:50]!r} is no {' or '.join(one.__name__ for one in types)}")
