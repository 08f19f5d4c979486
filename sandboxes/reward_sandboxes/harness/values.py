"""What crosses between test code and a program, as plain data, where it is not yet.

A judge that compares in the program's own process takes more than plain data: ``Counter`` equals a
dict, a numpy integer an int. So these are turned into the plain value that they stand for:

- ``deque``, ``range``, ``array``, views of dicts, and what can be gone through only once
  (generators, ``map``, ``filter``, ``zip``, ``enumerate``, ``reversed``, ``itertools``): a list
- ``OrderedDict``, ``defaultdict``, ``Counter``: a dict; named tuples: a tuple
- ``bytearray``, ``memoryview``: bytes; ``Fraction``, ``Decimal``: an int if whole, else a float
- numpy's scalars and arrays: what ``item`` and ``tolist`` make of them

Anything else, such as other subclasses of int or str and instances of the program's own classes, is
not plain. All this runs in the program's process, whose word nobody takes for more than data:
whoever reads it reads values of exact builtin types alone, whatever the program has done to this.
"""

from __future__ import annotations

import itertools
import sys
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from types import GeneratorType, MappingProxyType
from typing import Any

from reward_sandboxes.plain import MAX_DEPTH, PlainError

MAX_ITEMS = 1_000_000
"""Of what can be gone through only once, and may have no end."""


class TooManyError(PlainError):
    """Something has more items than ``MAX_ITEMS``; how many may be anybody's doing."""


_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})
_MAPPINGS = frozenset({dict, OrderedDict, defaultdict, Counter, MappingProxyType})
_DICT: dict[Any, Any] = {}
_ENDLESS = frozenset(
    {
        *(GeneratorType, map, filter, zip, enumerate, reversed),
        *map(type, map(iter, ((), [], _DICT, _DICT.values(), _DICT.items(), set(), "", range(0)))),
        *map(type, (reversed([]), reversed(_DICT), reversed(range(0)))),
        *(kind for kind in vars(itertools).values() if isinstance(kind, type)),
    }
)
_VIEWS = frozenset(map(type, (_DICT.keys(), _DICT.values(), _DICT.items())))
_CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
_LENT = _ENDLESS | _VIEWS | {list, tuple, range}
_MAKERS: dict[type, Callable[[Iterable[Any]], Any]] = {
    **dict.fromkeys((list, deque, range, array), list),
    **dict.fromkeys(_VIEWS, list),
    **dict.fromkeys(_ENDLESS, list),
    tuple: tuple,
    set: set,
    frozenset: frozenset,
}


def plainly(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return ``value``, which a program returned, as plain data.

    Raises:
        PlainError: it is not, and stands for none; the message says its type.
        BaseException: whatever going through it raises.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth == 0:
        raise PlainError("nested too deeply")
    if kind in _MAPPINGS:
        pairs = [(plainly(key, depth - 1), plainly(value[key], depth - 1)) for key in value]
        return _made(dict, pairs)
    make = _MAKERS.get(kind)
    if make:
        return _made(make, [plainly(inner, depth - 1) for inner in _items(kind, value)])
    return _stood_for(kind, value, depth)


def lent(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return ``value``, which a program is to be called with, as plain data.

    A program may do anything with its arguments, so only those are turned into plain values that
    can be little else but gone through: ranges, views, and what can be gone through only once.

    Raises:
        PlainError: it holds anything else that is not plain; the message says its type.
    """
    kind = type(value)
    if kind is dict and depth:
        return {key: lent(inner, depth - 1) for key, inner in value.items()}
    if kind in _LENT and depth:
        return _MAKERS[kind]([lent(inner, depth - 1) for inner in _items(kind, value)])
    return value if kind in _CONTAINERS else _scalar(value)


def _made(make: Callable[[Iterable[Any]], Any], items: Iterable[Any]) -> Any:
    try:
        return make(items)
    except TypeError as error:
        raise PlainError(f"{error}, as plain data") from None


def _items(kind: type, value: Any) -> Iterator[Any]:
    if kind not in _ENDLESS:
        return iter(value)
    items = list(itertools.islice(value, MAX_ITEMS + 1))
    if len(items) > MAX_ITEMS:
        raise TooManyError(f"a {kind.__name__} of more than {MAX_ITEMS} items")
    return iter(items)


def _stood_for(kind: type, value: Any, depth: int) -> Any:
    if kind in (bytearray, memoryview):
        return bytes(value)
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return plainly(tuple(tuple.__iter__(value)), depth)
    if kind in _known("fractions", "Fraction"):
        return value.numerator if value.denominator == 1 else value.numerator / value.denominator
    if kind in _known("decimal", "Decimal"):
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else float(value)
    if issubclass(kind, _known("numpy", "generic")):
        return _scalar(value.item())
    if kind in _known("numpy", "ndarray"):
        return plainly(value.tolist(), depth - 1)
    return _scalar(value)


def _known(module: str, name: str) -> tuple[type, ...]:
    """The class ``name`` of ``module``, where the program has imported that."""
    kind = getattr(sys.modules.get(module), name, None)
    return (kind,) if isinstance(kind, type) else ()


def _scalar(value: Any) -> Any:
    if type(value) not in _SCALARS:
        raise PlainError(f"a value of type {type(value).__name__[:100]!r} is not plain data")
    return value
