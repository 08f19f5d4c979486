"""Plain data: values of builtin types that may cross between processes, as bytes.

None, bool, int of any size, float, complex, str, bytes, list, tuple, set, frozenset and dict, by
their exact types: a subclass could lie about what it equals. The bytes are JSON in which only
lists, texts, small numbers, true, false and null stand for themselves; every other value is an
object of one key that names its type, as ``{"t": [1, 2]}`` for ``(1, 2)``.

What is read comes from a program nobody trusts: reading runs no code, and its cost is linear.
Standard library only: the harness uses it too.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any

MAX_DEPTH = 400
"""Containers within containers."""
_SMALL_BITS = 62
# Python's sets and dicts are quadratic in the number of keys of one hash, which ints can be made to
# have. So many may share one before it is taken for an attack.
_MAX_SAME_HASH = 500


class PlainError(ValueError):
    """A value is not plain, or bytes are not plain data; the message says what."""


def dumps(value: Any) -> bytes:
    """Return ``value`` as bytes.

    Raises:
        PlainError: it holds something that is not of an exact builtin type, itself, or too many
            containers within containers.
    """
    try:
        return json.dumps(_written(value, MAX_DEPTH), separators=(",", ":")).encode("ascii")
    except RecursionError:
        raise PlainError("nested too deeply") from None


def loads(data: bytes) -> Any:
    """Return the value that ``data`` holds.

    Raises:
        PlainError: it is not plain data.
    """
    try:
        value = json.loads(data, object_hook=_tagged)
    except RecursionError:
        raise PlainError("nested too deeply") from None
    except PlainError:
        raise
    except ValueError as error:
        raise PlainError(f"not plain data: {error}") from None
    if depth_over(value, MAX_DEPTH):
        raise PlainError("nested too deeply")
    return value


def is_plain(value: Any) -> bool:
    """Whether ``dumps`` would take it."""
    try:
        _written(value, MAX_DEPTH)
    except PlainError:
        return False
    return True


def depth_over(value: Any, most: int) -> bool:
    """Whether containers in ``value`` are nested more than ``most`` deep; no recursion."""
    level: list[Any] = [value]
    for _ in range(most + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    kind = type(value)
    if kind is dict:
        return [*value.keys(), *value.values()]
    return value if kind in (list, tuple, set, frozenset) else ()


def _written(value: Any, depth: int) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is int:
        return value if value.bit_length() <= _SMALL_BITS else {"i": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"f": repr(value)}
    if depth == 0:
        raise PlainError("nested too deeply")
    if kind is list:
        return [_written(inner, depth - 1) for inner in value]
    write = _WRITERS.get(kind)
    if write is None:
        raise PlainError(f"a value of type {kind.__name__[:100]!r} is not plain data")
    return write(value, depth - 1)


def _items(tag: str) -> Callable[[Any, int], Any]:
    return lambda value, depth: {tag: [_written(inner, depth) for inner in value]}


_WRITERS: MappingProxyType[type, Callable[[Any, int], Any]] = MappingProxyType(
    {
        tuple: _items("t"),
        set: _items("s"),
        frozenset: _items("z"),
        dict: lambda value, depth: {
            "d": [[_written(key, depth), _written(inner, depth)] for key, inner in value.items()]
        },
        bytes: lambda value, _depth: {"b": value.hex()},
        complex: lambda value, depth: {
            "c": [_written(value.real, depth), _written(value.imag, depth)]
        },
    }
)


def _tagged(pairs: dict[str, Any]) -> Any:
    if len(pairs) != 1:
        raise PlainError("an object must have one key")
    ((tag, inside),) = pairs.items()
    read = _READERS.get(tag)
    if read is None:
        raise PlainError(f"no type has the tag {tag[:20]!r}")
    try:
        return read(inside)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, PlainError):
            raise
        raise PlainError(f"not plain data: {error}") from None


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise PlainError("expected a list")
    return value


def _hashed(values: Sequence[Any]) -> Sequence[Any]:
    """Return ``values`` if a table of them takes linear time."""
    if len(values) > _MAX_SAME_HASH:
        hashes = sorted(map(hash, values))
        if any(map(operator.eq, hashes, hashes[_MAX_SAME_HASH:])):
            raise PlainError(f"more than {_MAX_SAME_HASH} keys share a hash")
    return values


def _dict(value: Any) -> dict[Any, Any]:
    pairs = [(pair[0], pair[1]) for pair in _list(value) if len(_list(pair)) == 2]
    if len(pairs) != len(value):
        raise PlainError("expected pairs")
    _hashed([key for key, _ in pairs])
    return dict(pairs)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise PlainError("expected a text")
    return value


def _float(value: Any) -> float:
    if value not in ("nan", "inf", "-inf"):
        raise PlainError("expected nan, inf or -inf")
    return float(value)


def _complex(value: Any) -> complex:
    real, imaginary = _list(value)
    if type(real) is not float or type(imaginary) is not float:
        raise PlainError("expected two floats")
    return complex(real, imaginary)


_READERS: MappingProxyType[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "i": lambda value: int(_text(value), 16),
        "f": _float,
        "t": lambda value: tuple(_list(value)),
        "s": lambda value: set(_hashed(_list(value))),
        "z": lambda value: frozenset(_hashed(_list(value))),
        "d": _dict,
        "b": lambda value: bytes.fromhex(_text(value)),
        "c": _complex,
    }
)
