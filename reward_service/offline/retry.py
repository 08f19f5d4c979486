"""A finished output beside its input: what has a reward is kept, the rest is scored again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reward_service.offline.errors import RefusedError
from reward_service.offline.lines import AnyItem, KeptItem, Line, RawLine, outline, read_line
from reward_service.offline.options import ScoreOptions
from reward_service.offline.source import Source
from reward_service.offline.written import WrittenFile, WrittenLine

_ANEW = "lines have moved or changed, so score the input anew with --force"


def merged_lines(source: Source, written: WrittenFile, options: ScoreOptions) -> Iterator[Line]:
    """Yield every line of both, by number; items with a reward come as they are written.

    Lines of the input that were never scored (it has grown) are scored too.

    Raises:
        RefusedError: the input's lines are not where they were.
    """
    raw_lines = source.lines()
    ahead = next(raw_lines, None)
    for number, group in written.groups():
        while ahead is not None and ahead[0] < number:
            yield read_line(*ahead, options)
            ahead = next(raw_lines, None)
        raw = _expected(ahead, number, source.name)
        if all(line.result.problem is None for line in group):
            yield _kept(raw, group, options)
        else:
            yield _again(raw, group, options)
        ahead = next(raw_lines, None)
    while ahead is not None:
        yield read_line(*ahead, options)
        ahead = next(raw_lines, None)


def _expected(ahead: RawLine | None, number: int, name: str) -> RawLine:
    if ahead is None or ahead[0] != number:
        raise RefusedError(
            f"{name} has no line {number} any more, but the output has; "
            "retry with the input that was scored, or score it anew with --force"
        )
    return ahead


def _kept(raw: RawLine, group: list[WrittenLine], options: ScoreOptions) -> Line:
    """Return the line as it is written, if it is still the line that was scored."""
    number, first = raw[0], group[0].value
    now = outline(*raw, options)
    if now is None:
        raise RefusedError(f"line {number} was scored and cannot be read now; {_ANEW}")
    _refuse_moved(number, first.get("id"), now.id)
    if now.n_completions != len(group):
        raise RefusedError(
            f"line {number} had {len(group)} completions when it was scored and has "
            f"{now.n_completions} now; {_ANEW}"
        )
    return Line(
        number=number,
        id=first.get("id"),
        domain=first.get("domain"),
        items=tuple(_kept_item(line) for line in group),
    )


def _kept_item(line: WrittenLine) -> KeptItem:
    return KeptItem(raw=line.raw, result=line.result)


def _again(raw: RawLine, group: list[WrittenLine], options: ScoreOptions) -> Line:
    """Return the line with its problems to be scored again; all of it if its shape has changed."""
    line = read_line(*raw, options)
    before = group[0].value.get("id")
    now = outline(*raw, options)
    # A line that could not be read had no id but its number.
    if now is not None and before != str(line.number):
        _refuse_moved(line.number, before, now.id)
    if len(line.items) != len(group):
        return line
    items: list[AnyItem] = [
        fresh if written.result.problem is not None else _kept_item(written)
        for fresh, written in zip(line.items, group, strict=True)
    ]
    return replace(line, items=tuple(items))


def _refuse_moved(number: int, before: Any, now: Any) -> None:
    if now != before:
        raise RefusedError(
            f"line {number} had the id {before!r} when it was scored and has {now!r} now; {_ANEW}"
        )
