"""What was worked out for a spec, kept for the next completion of its group; bounded in bytes.

A spec is judged against many times, and its texts may be large. ``functools.lru_cache`` counts
entries, so a few hundred hostile ones would fill the memory; this counts what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from sys import getsizeof
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

MAX_BYTES = 4_000_000
"""What one memo keeps, keys included: thousands of ordinary specs, some ten of the largest."""


class Memo(Generic[Key, Made]):
    """A function of one argument that remembers its results, until there are too many of them.

    Then it forgets them all and starts anew: a group comes together, so little is worked out twice.
    Errors are not remembered. Only texts, and tuples and mappings of them, are weighed: what else
    a result holds must be small beside its key.
    """

    def __init__(self, make: Callable[[Key], Made], max_bytes: int = MAX_BYTES) -> None:
        """Remember results of ``make`` up to ``max_bytes``."""
        self._make = make
        self._max_bytes = max_bytes
        self._kept: dict[Key, Made] = {}
        self.held_bytes = 0
        """What is kept now."""

    def __call__(self, key: Key) -> Made:
        """Return what ``make`` returns for ``key``."""
        if key in (kept := self._kept):
            return kept[key]
        made = self._make(key)
        self._keep(key, made)
        return made

    def _keep(self, key: Key, made: Made) -> None:
        size = _ENTRY + _weight(key) + _weight(made)
        if size > self._max_bytes:
            return
        if self.held_bytes + size > self._max_bytes:
            self._kept, self.held_bytes = {}, 0
        self._kept[key] = made
        self.held_bytes += size


_ENTRY = 200  # a slot in the dictionary


def _weight(value: Any) -> int:
    """Return the bytes of ``value`` with all texts, tuples and mappings in it."""
    return sum(map(getsizeof, _parts(value)))


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Mapping):
        for key, held in value.items():
            yield from _parts(key)
            yield from _parts(held)
    elif isinstance(value, tuple | frozenset | list):
        for held in value:
            yield from _parts(held)
