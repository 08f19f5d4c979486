"""From a line of a file to items, and from scored items to lines of the output.

A line is told by its number (1-based, as editors count; the row number in parquet), never by its
id, so ids may repeat or be missing. Nothing here raises: what cannot be read becomes a broken item.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from pydantic_core import PydanticSerializationError, to_json

from reward_service.errors import BadItemError, RewardServiceError, UnusableSpecError
from reward_service.offline.completions import completions_of, shape
from reward_service.offline.options import ScoreOptions
from reward_service.reading import BrokenItem, ReadItem
from reward_service.report import Result
from reward_service.rows import UnknownFormatError, spec_of_row
from reward_service.schema import ScoredItem
from reward_service.surrogates import json_value, mended
from reward_verifiers.complaints import kind
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import read_spec
from reward_verifiers.specs import Spec

RawLine = tuple[int, bytes | Mapping[str, Any]]
"""A line's number and what stands in it: bytes, or the row of a table."""

OUR_FIELDS = frozenset(
    {
        *("line", "index", "id", "domain", "completion"),
        *("reward", "verdict", "problem", "queue_s", "exec_s"),
    }
)
"""Names in the output that are ours; an input field of that name is carried as ``input_<name>``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptItem:
    """An item whose output is there already and stays as it is."""

    raw: bytes
    """Its line of the output, with the newline."""
    result: Result


AnyItem = ReadItem | BrokenItem | KeptItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the input: one item per completion, at least one."""

    number: int
    id: Any
    """As the line gives it, any JSON value; default: the line's number, as text."""
    domain: str | None
    """None when the spec cannot be read."""
    items: tuple[AnyItem, ...]
    carried: Mapping[str, Any] = field(default_factory=dict)
    readable: bool = True
    """False when not even its id could be read."""

    @property
    def n_open(self) -> int:
        """How many of its items have to be scored."""
        return sum(not isinstance(item, KeptItem) for item in self.items)

    @property
    def weight(self) -> int:
        """About how many bytes its texts take."""
        return sum(_weight(item) for item in self.items)


class Outline(NamedTuple):
    """What tells whether a line is the one that was scored."""

    id: Any
    """As the output has it."""
    n_completions: int


def read_line(number: int, raw: bytes | Mapping[str, Any], options: ScoreOptions) -> Line:
    """Return the line that ``raw`` (the bytes of a JSON object, or a row of a table) holds."""
    return _read(number, raw, options, partial(completions_of, options=options))


def read_gold(number: int, raw: bytes | Mapping[str, Any], options: ScoreOptions) -> Line:
    """Return the line with one item and no completion, to check the gold alone."""
    return _read(number, raw, options, lambda _value: [""])


def outline(number: int, raw: bytes | Mapping[str, Any], options: ScoreOptions) -> Outline | None:
    """Return what an output says of the line besides its verdicts; None if it cannot be read."""
    try:
        value = object_in(raw)
    except BadItemError:
        return None
    line_id = value.get("id")
    return Outline(
        id=str(number) if line_id is None else _as_written(line_id),
        n_completions=len(completions_of(value, options)),
    )


def output_names(value: Mapping[str, Any], options: ScoreOptions) -> set[str]:
    """Return the names that the lines of the output will have for a line with these fields."""
    ours = OUR_FIELDS if options.keep_completion else OUR_FIELDS - {"completion"}
    return {*ours, *map(str, _carried(value, options))}


def output_line(line: Line, index: int, scored: ScoredItem, *, keep_completion: bool) -> bytes:
    """Return the line of the output for item ``index`` of ``line``, newline included."""
    item = line.items[index]
    completion = (
        {"completion": item.completion} if keep_completion and isinstance(item, ReadItem) else {}
    )
    value = {
        "line": line.number,
        "index": index,
        "id": line.id,
        "domain": line.domain,
        **line.carried,
        **completion,
        "reward": scored.reward,
        "verdict": scored.verdict,
        "problem": scored.problem,
        "queue_s": scored.queue_s,
        "exec_s": scored.exec_s,
    }
    return _dumped(value)


def problem_line(line: Line, index: int, scored: ScoredItem) -> bytes:
    """Return the line of the problems file for item ``index`` of ``line``, newline included."""
    value = {"line": line.number, "index": index, "id": line.id, "problem": scored.problem}
    return _dumped(value)


def _read(
    number: int,
    raw: bytes | Mapping[str, Any],
    options: ScoreOptions,
    texts_of: Callable[[Mapping[str, Any]], list[str | BadItemError]],
) -> Line:
    try:
        value = object_in(raw)
    except BadItemError as error:
        return _unreadable(number, error)
    line_id = value.get("id")
    spec = _spec(number, value, options)
    return Line(
        number=number,
        id=str(number) if line_id is None else line_id,
        domain=spec.domain if isinstance(spec, Spec) else None,
        items=tuple(_item(number, index, text, spec) for index, text in enumerate(texts_of(value))),
        carried=_carried(value, options),
    )


def object_in(raw: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of the line that ``raw`` holds.

    Raises:
        BadItemError: it is no JSON object.
    """
    if isinstance(raw, Mapping):
        return raw
    try:
        value = json_value(raw)
    except ValueError as error:
        raise BadItemError(f"the line is not JSON: {error}") from error
    if not isinstance(value, Mapping):
        raise BadItemError(f"the line is not a JSON object but {kind(value)}")
    return value


def _unreadable(number: int, error: BadItemError) -> Line:
    item = BrokenItem(id=_name(number, 0), error=error)
    return Line(number=number, id=str(number), domain=None, items=(item,), readable=False)


def _weight(item: AnyItem) -> int:
    match item:
        case KeptItem():
            return len(item.raw)
        case ReadItem():
            return len(item.completion)
        case BrokenItem():
            return 0


def _name(number: int, index: int) -> str:
    return f"{number}:{index}"


def _item(
    number: int, index: int, text: str | BadItemError, spec: Spec | RewardServiceError
) -> ReadItem | BrokenItem:
    name = _name(number, index)
    if isinstance(spec, RewardServiceError):
        return BrokenItem(id=name, error=spec)
    if isinstance(text, BadItemError):
        return BrokenItem(id=name, error=text)
    return ReadItem(id=name, completion=mended(text), spec=spec)


def _spec(
    number: int, value: Mapping[str, Any], options: ScoreOptions
) -> Spec | RewardServiceError:
    """Return the spec of a line, or why it has none."""
    spec, row = value.get("spec"), value.get("row")
    if spec is not None and row is not None:
        return BadItemError("spec and row: only one of them may be given")
    try:
        if spec is not None:
            return _read_spec(_nested(spec, "spec"), options)
        if row is not None:
            return spec_of_row(_row(row), _format(value, options), where="row")
        return _spec_of_flat_row(number, value, options)
    except BadItemError as error:
        return error
    except UnknownFormatError as error:
        return UnusableSpecError(_told(error, number))
    except BadSpecError as error:
        return UnusableSpecError(str(error))


def _read_spec(raw: Any, options: ScoreOptions) -> Spec:
    if not isinstance(raw, Mapping):
        return read_spec(raw)
    return read_spec({**options.spec_defaults, **raw})


def _told(error: BadSpecError, number: int) -> str:
    """Return the error's text; the formats there are stand in it once, on the first line.

    It depends on the line alone, so that a run that goes on writes what an unbroken one does.
    """
    if number == 1 or not isinstance(error, UnknownFormatError):
        return str(error)
    return f"{error.brief} (`reward-service domains` lists the formats)"


def _spec_of_flat_row(number: int, value: Mapping[str, Any], options: ScoreOptions) -> Spec:
    """Return the spec of a line that has none: the line itself may be a row of a known format."""
    ours = {"id", *options.completion_fields}
    row = {name: field_ for name, field_ in value.items() if name not in ours}
    try:
        return spec_of_row(row, options.row_format, where="line")
    except BadSpecError as error:
        raise BadItemError(
            f"neither spec nor row, and as a row the line fails: {_told(error, number)}"
        ) from error


def _nested(value: Any, name: str) -> Any:
    """Return ``value``, or the JSON in it: tables often hold nested values as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json_value(value.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise BadItemError(f"{name}: a text that is not JSON: {error}") from error


def _row(value: Any) -> Mapping[str, Any]:
    row = _nested(value, "row")
    if not isinstance(row, Mapping):
        raise BadItemError(f"row: expected an object, got {shape(row)}")
    return row


def _format(value: Mapping[str, Any], options: ScoreOptions) -> str | None:
    name = value.get("format")
    if name is not None and not isinstance(name, str):
        raise BadItemError(f"format: expected text, got {shape(name)}")
    return options.row_format if name is None else name


def _carried(value: Mapping[str, Any], options: ScoreOptions) -> dict[str, Any]:
    taken = {"id", "spec", "row", *options.completion_fields}
    if value.get("row") is not None:
        taken.add("format")
    if options.carry is not None:
        taken |= value.keys() - set(options.carry)
    return {
        f"input_{name}" if name in OUR_FIELDS else name: content
        for name, content in value.items()
        if name not in taken
    }


def _as_written(value: Any) -> Any:
    """Return ``value`` as it is read back from the output."""
    return value if isinstance(value, str | int) else json_value(_dumped({"": value}))[""]


def _dumped(value: Mapping[str, Any]) -> bytes:
    try:
        return to_json(value, inf_nan_mode="null", fallback=str) + b"\n"
    except (PydanticSerializationError, UnicodeEncodeError):
        # A carried text with a lone surrogate: only an escape can say it.
        plain = json.loads(json.dumps(value, default=_plain))
        return json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
