"""Items as bytes, packed into requests of bounded size."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from reward_service.client.clock import Clock
from reward_service.client.messages import reply_of
from reward_service.schema import CheckedItem, Item, ScoredItem
from reward_service.surrogates import mended

# The braces, quotes, key and comma around an item and its id.
_ID_OVERHEAD = 12

Result = TypeVar("Result", ScoredItem, CheckedItem)
"""What the service says of one item, by the door that was asked."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Entry:
    """One item, ready to be sent as often as it takes."""

    id: str
    """The caller's name of it."""
    index: int
    """Its index in the caller's list."""
    rest: bytes
    """The item's JSON behind its id."""
    spec_name: str | None = None
    """The shared spec that it names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a caller asks of a request beside its items. Only calls on equal terms share one."""

    deadline_s: float | None = None
    shaping: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much one request may carry."""

    items: int
    size: int
    """Bytes; an entry that is larger still goes, alone."""


@dataclass(kw_only=True, slots=True)
class Parcel(Generic[Result]):
    """Entries that travel in one request, and what became of them so far."""

    terms: Terms
    end: float | None
    """The clock's time at which the caller's deadline passes."""
    specs: Mapping[str, bytes] = field(default_factory=dict)
    open: dict[str, Entry] = field(default_factory=dict)
    """Entries without a final result, by the id they travel under."""
    held: dict[str, Result] = field(default_factory=dict)
    """The last retryable problem of entries that are still open."""
    sealed: bool = False
    """Whether the first request is on its way, so that no entry may join any more."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _spec_names: set[str | None] = field(default_factory=set)
    """The shared specs that the entries name."""
    _size: int = 0
    """Bytes of what was added."""

    def takes(self, entry: Entry, bounds: Bounds) -> bool:
        """Return whether ``entry`` may join: in time, and within the bounds."""
        if self.sealed or len(self.open) >= bounds.items:
            return False
        return not self.open or self._size + self._weight(entry) <= bounds.size

    def add(self, entry: Entry) -> None:
        """Let ``entry`` join, under its own id or, if that is taken, under one like it."""
        name = entry.id
        while name in self.open:
            name = f"{entry.id}~{next(self._numbers)}"
        self._size += self._weight(entry)
        self._spec_names.add(entry.spec_name)
        self.open[name] = entry

    def remove(self, entry: Entry) -> None:
        """Leave ``entry`` out again."""
        self.open = {name: other for name, other in self.open.items() if other is not entry}

    def _weight(self, entry: Entry) -> int:
        name = entry.spec_name
        spec = b"" if name is None or name in self._spec_names else self.specs.get(name, b"")
        return len(entry.rest) + len(entry.id) + len(spec) + _ID_OVERHEAD

    def body(self, clock: Clock) -> bytes:
        """Return the JSON of a request for the open entries."""
        items = (b'{"id":%b%b' % (to_json(name), it.rest) for name, it in self.open.items())
        parts = [b'"items":[%b]' % b",".join(items)]
        named = {entry.spec_name for entry in self.open.values()}
        shared = {name: spec for name, spec in self.specs.items() if name in named}
        if shared:
            pairs = (b"%b:%b" % (to_json(name), spec) for name, spec in shared.items())
            parts.append(b'"specs":{%b}' % b",".join(pairs))
        if self.end is not None:
            # Not below a millisecond: the service wants a positive number.
            left = max(0.001, round(self.end - clock.now(), 3))
            parts.append(b'"deadline_s":%b' % to_json(left))
        if self.terms.shaping:
            parts.append(b'"shaping":%b' % to_json(dict(self.terms.shaping)))
        return b"{%b}" % b",".join(parts)

    def halves(self) -> list[Parcel[Result]]:
        """Return the open entries in two parcels, and leave this one empty."""
        pairs = list(self.open.items())
        middle = len(pairs) // 2
        parts = (dict(pairs[:middle]), dict(pairs[middle:]))
        self.open = {}
        return [replace(self, open=part) for part in parts]


def terms_of(deadline_s: float | None, shaping: Mapping[Any, float] | None) -> Terms:
    """Return the terms of a call.

    Raises:
        ValueError: the deadline is not a positive number.
    """
    if deadline_s is not None and not deadline_s > 0:
        raise ValueError(f"deadline_s must be positive, not {deadline_s!r}")
    pairs = sorted((str(outcome), float(reward)) for outcome, reward in (shaping or {}).items())
    return Terms(deadline_s=deadline_s, shaping=tuple(pairs))


def entries_of(items: Iterable[Item | Mapping[str, Any]]) -> list[Entry]:
    """Return the entries of a list; an item without an id is called by its index.

    Raises:
        TypeError: an item is neither an ``Item`` nor a mapping, or its id neither text nor a whole
            number.
        ValueError: two items have the same id, or one cannot be written as JSON.
    """
    entries: dict[str, Entry] = {}
    for index, item in enumerate(items):
        entry = entry_of(item, index)
        if entry.id in entries:
            raise ValueError(
                f"items.{index}.id: {entry.id!r} is also the id of items.{entries[entry.id].index}"
            )
        entries[entry.id] = entry
    return list(entries.values())


def entry_of(item: Item | Mapping[str, Any], index: int) -> Entry:
    """Return the entry of one item. Raises as ``entries_of``."""
    if isinstance(item, Item):
        given, spec = item.id, item.spec
        rest = _json(item, f"items.{index}", exclude={"id"})
    elif isinstance(item, Mapping):
        given, spec = item.get("id"), item.get("spec")
        content = {key: value for key, value in item.items() if key != "id"}
        if "completion" in content:
            content["completion"] = reply_of(content["completion"])
        rest = _json(content, f"items.{index}")
    else:
        raise TypeError(f"items.{index}: expected an Item or a mapping, got {_kind(item)}")
    return Entry(
        id=str(index) if given is None else _id(given, index),
        index=index,
        rest=b"}" if rest == b"{}" else b"," + rest[1:],
        spec_name=mended(spec) if isinstance(spec, str) else None,
    )


def _id(given: object, index: int) -> str:
    if isinstance(given, str):
        return mended(given)
    if isinstance(given, Integral) and not isinstance(given, bool):  # numpy's are integral too
        return str(int(given))
    raise TypeError(f"items.{index}.id: expected text or a whole number, got {_kind(given)}")


def specs_of(specs: Mapping[str, Any] | None) -> dict[str, bytes]:
    """Return shared specs as JSON.

    Raises:
        ValueError: one cannot be written as JSON.
    """
    return {mended(name): _json(spec, f"specs.{name}") for name, spec in (specs or {}).items()}


def packed(
    entries: Iterable[Entry],
    terms: Terms,
    end: float | None,
    specs: Mapping[str, bytes],
    bounds: Bounds,
) -> Iterator[Parcel[Result]]:
    """Yield the parcels that carry ``entries``, in their order and each within ``bounds``."""
    parcel: Parcel[Result] = Parcel(terms=terms, end=end, specs=specs)
    for entry in entries:
        if not parcel.takes(entry, bounds):
            yield parcel
            parcel = Parcel(terms=terms, end=end, specs=specs)
        parcel.add(entry)
    if parcel.open:
        yield parcel


def _json(value: Any, where: str, exclude: set[str] | None = None) -> bytes:
    try:
        return _dumped(value, exclude)
    except PydanticSerializationError:
        pass  # most likely lone surrogates, which the service too reads as U+FFFD
    try:
        is_model = isinstance(value, BaseModel)
        plain = value.model_dump(exclude=exclude, exclude_none=True) if is_model else value
        text = json.dumps(plain, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{where}: cannot be written as JSON: {error}") from error
    return mended(text).encode()


def _dumped(value: Any, exclude: set[str] | None) -> bytes:
    if isinstance(value, BaseModel):
        text = value.model_dump_json(exclude=exclude, exclude_none=True, fallback=_plain)
        return text.encode()
    return to_json(value, fallback=_plain)


def _plain(value: Any) -> Any:
    """Return what JSON can carry of a model, or of an array as pandas puts into rows."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{_kind(value)} is no JSON value")


def _kind(value: object) -> str:
    return type(value).__name__
