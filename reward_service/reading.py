"""From bytes or JSON to a batch: the request as a whole is refused here, a broken item only marked.

An envelope that cannot be read is a ``RequestError`` (HTTP 422). An item that cannot be read costs
that item alone: it becomes a ``BrokenItem`` and its neighbours are judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reward_service.errors import BadItemError, RequestError, RewardServiceError, UnusableSpecError
from reward_service.rows import spec_of_row
from reward_service.schema import Item, ItemId, ScoreRequest, id_as_text
from reward_service.surrogates import MAX_VALUES, has_too_many_values, json_value, mended
from reward_verifiers.complaints import field_path, kind, too_many_fields, validation_message
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import read_spec
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadItem:
    """An item ready to be judged."""

    id: str
    completion: str
    spec: Spec
    where: str = "spec"
    """The place of what the spec was read from, for complaints."""

    @property
    def domain(self) -> str:
        """The spec's domain."""
        return self.spec.domain


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenItem:
    """An item that cannot be judged, and why."""

    id: str
    error: RewardServiceError


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What a request asks for."""

    items: list[ReadItem | BrokenItem]
    deadline_s: float | None = None
    shaping: Mapping[Outcome, float] = field(default_factory=dict)


class _Envelope(ScoreRequest):
    """A ``ScoreRequest`` whose items and specs are not read yet."""

    items: list[Any] = Field(min_length=1)
    specs: dict[str, Any] = Field(default_factory=dict)


class _Shell(BaseModel):
    """An ``Item`` whose spec is not read yet."""

    model_config = ConfigDict(extra="forbid")

    id: ItemId | None = None
    completion: str | None = None
    spec: Any = None
    row: dict[str, Any] | None = None
    format: str | None = None


def parse_json(body: bytes) -> Any:
    """Return the JSON value in ``body``; lone surrogates in it are kept for ``read_batch`` to mend.

    Raises:
        RequestError: the body is no JSON, or of millions of values.
    """
    # Python parses a body in one go, in which nothing else runs; empty lists take it a hundred
    # times as long as text does, and fifty times the memory.
    if has_too_many_values(body):
        raise RequestError(f"the body holds more than {MAX_VALUES} values; split the batch")
    try:
        return json_value(body)
    except ValueError as error:
        raise RequestError(f"the body is not JSON: {error}") from error


def read_batch(raw: Any, *, max_items: int, default_completion: str | None = None) -> Batch:
    """Return the batch that ``raw``, the JSON value of a ``ScoreRequest``, asks for.

    Args:
        raw: the JSON value.
        max_items: how many items a request may have.
        default_completion: the completion of an item that has none; None makes it required.

    Raises:
        RequestError: the request itself cannot be read, or has more than ``max_items`` items.
    """
    if not isinstance(raw, Mapping):
        raise RequestError(f"expected a JSON object with items, got {kind(raw)}")
    excess = too_many_fields(raw, _Envelope)
    if excess is not None:
        raise RequestError(excess, field=excess.rpartition(": ")[0])
    try:
        envelope = _Envelope.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RequestError(validation_message(error), field=field_path(first)) from error
    for name, given in (("items", envelope.items), ("specs", envelope.specs)):
        if len(given) > max_items:
            raise RequestError(
                f"{name}: {len(given)} {name}; at most {max_items} in one request", field=name
            )

    specs = _Specs(envelope.specs)
    items = [
        _read_item(raw_item, index, specs, default_completion)
        for index, raw_item in enumerate(envelope.items)
    ]
    _refuse_duplicates(items)
    return Batch(items=items, deadline_s=envelope.deadline_s, shaping=envelope.shaping)


def batch_of(request: ScoreRequest) -> Batch:
    """Return the batch that a request of a caller in this process asks for.

    Raises:
        RequestError: two items have the same id.
    """
    items: list[ReadItem | BrokenItem] = []
    for index, item in enumerate(request.items):
        name = str(index) if item.id is None else mended(item.id)
        try:
            spec = _spec_of(item, request.specs, f"items.{index}")
        except RewardServiceError as error:
            items.append(BrokenItem(id=name, error=error))
        else:
            place = _place(item, f"items.{index}")
            text = mended(item.completion)
            items.append(ReadItem(id=name, completion=text, spec=spec, where=place))
    _refuse_duplicates(items)
    return Batch(items=items, deadline_s=request.deadline_s, shaping=request.shaping)


class _Specs:
    """The specs of one request: those it names, and those in its items, equal ones read once.

    The completions of a group come with the same spec, and as one object it is compared, grouped
    and remembered once.
    """

    def __init__(self, named: Mapping[str, Any]) -> None:
        self._named = {name: _shared_spec(name, raw) for name, raw in named.items()}
        self._read: dict[str, Spec] = {}

    def read(self, raw: Any, where: str) -> Spec:
        """Return the spec that ``raw`` describes."""
        try:
            text = repr(raw)  # tells 1 from 1.0 and true, which are equal but no equal golds
        except (ValueError, RecursionError):  # digits or depth past what Python writes
            text = ""
        if text in self._read:
            return self._read[text]
        try:
            spec = read_spec(raw, where=where)
        except BadSpecError as error:
            raise UnusableSpecError(str(error)) from error
        if text:
            self._read[text] = spec
        return spec

    def named(self, name: str, where: str) -> Spec:
        """Return the spec that the request calls ``name``."""
        return _named(name, where, self._named)


def _shared_spec(name: str, raw: Any) -> Spec | UnusableSpecError:
    try:
        return read_spec(raw, where=f"specs.{name}")
    except BadSpecError as error:
        return UnusableSpecError(str(error))


def _read_item(
    raw: Any,
    index: int,
    specs: _Specs,
    default_completion: str | None,
) -> ReadItem | BrokenItem:
    given = id_as_text(raw.get("id")) if isinstance(raw, Mapping) else None
    name = str(index) if given is None else mended(given)
    where = f"items.{index}"
    try:
        shell = _shell(raw, where)
        completion = default_completion if shell.completion is None else shell.completion
        if completion is None:
            raise BadItemError(f"{where}.completion: missing; it is the text to judge")
        spec = _spec_in(shell, where, specs)
    except RewardServiceError as error:
        return BrokenItem(id=name, error=error)
    return ReadItem(id=name, completion=mended(completion), spec=spec, where=_place(shell, where))


def _place(item: _Shell | Item, where: str) -> str:
    """Return where the item's spec stands: in its row, in its spec, or among the named ones."""
    if item.row is not None:
        return f"{where}.row"
    return f"specs.{item.spec[:50]}" if isinstance(item.spec, str) else f"{where}.spec"


def _shell(raw: Any, where: str) -> _Shell:
    excess = too_many_fields(raw, _Shell) if isinstance(raw, Mapping) else None
    if excess is not None:
        raise BadItemError(f"{where}.{excess}")
    try:
        return _Shell.model_validate(raw)
    except ValidationError as error:
        raise BadItemError(validation_message(error, where)) from error


def _spec_in(shell: _Shell, where: str, specs: _Specs) -> Spec:
    if (shell.spec is None) == (shell.row is None):
        raise BadItemError(f"{where}: exactly one of spec and row must be given")
    if shell.row is not None:
        return _spec_from_row(shell.row, shell.format, f"{where}.row")
    if shell.format is not None:
        raise BadItemError(f"{where}.format: goes with a row")
    if isinstance(shell.spec, str):
        return specs.named(shell.spec, where)
    return specs.read(shell.spec, f"{where}.spec")


def _named(name: str, where: str, shared: Mapping[str, Spec | UnusableSpecError]) -> Spec:
    if name not in shared:
        known = ", ".join(each[:50] for each in islice(shared, 20)) or "none"
        raise UnusableSpecError(
            f"{where}.spec: no entry {name[:50]!r} in specs; there are: {known}"
        )
    found = shared[name]
    if isinstance(found, UnusableSpecError):
        # Each user's own: a shared one would collect the tracebacks of them all.
        raise UnusableSpecError(str(found))
    return found


def _spec_from_row(row: Mapping[str, Any], format_name: str | None, where: str) -> Spec:
    try:
        return spec_of_row(row, format_name, where=where)
    except BadSpecError as error:
        raise UnusableSpecError(str(error)) from error


def _spec_of(item: Item, shared: Mapping[str, Spec], where: str) -> Spec:
    if item.row is not None:
        return _spec_from_row(item.row, item.format, f"{where}.row")
    if isinstance(item.spec, str):
        return _named(item.spec, where, shared)
    assert item.spec is not None
    return item.spec


def _refuse_duplicates(items: list[ReadItem | BrokenItem]) -> None:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        if item.id in seen:
            raise RequestError(
                f"items.{index}.id: {item.id[:50]!r} is also the id of items.{seen[item.id]}; "
                "ids are unique in a request",
                field=f"items.{index}.id",
            )
        seen[item.id] = index
