"""A finished output beside its input: what has a reward is kept, the rest is scored again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reward_service.offline.errors import RefusedError
from reward_service.offline.lines import AnyItem, KeptItem, Line, read_line
from reward_service.offline.options import ScoreOptions
from reward_service.offline.source import RawLine, Source
from reward_service.offline.written import WrittenFile, WrittenLine


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
        if all(line.result.problem is None for line in group):
            yield _kept(number, group)
        else:
            yield _again(_expected(ahead, number, source.name), group, options)
        if ahead is not None and ahead[0] == number:
            ahead = next(raw_lines, None)
    while ahead is not None:
        yield read_line(*ahead, options)
        ahead = next(raw_lines, None)


def _expected(ahead: RawLine | None, number: int, name: str) -> RawLine:
    if ahead is None or ahead[0] != number:
        raise RefusedError(
            f"{name} has no line {number} any more, but the output has a problem there; "
            "retry with the input that was scored, or score it anew with --force"
        )
    return ahead


def _kept(number: int, group: list[WrittenLine]) -> Line:
    first = group[0].value
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
    if line.readable and line.id != before and before != str(line.number):
        raise RefusedError(
            f"line {line.number} had the id {before!r} when it was scored and has {line.id!r} now; "
            "lines have moved, so score the input anew with --force"
        )
    if len(line.items) != len(group):
        return line
    items: list[AnyItem] = [
        fresh if written.result.problem is not None else _kept_item(written)
        for fresh, written in zip(line.items, group, strict=True)
    ]
    return replace(line, items=tuple(items))
