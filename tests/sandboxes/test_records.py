from __future__ import annotations

import json
from typing import Any

import pytest

from reward_sandboxes import records
from reward_sandboxes.records import RecordError
from reward_sandboxes.types import (
    Built,
    Call,
    Dialogue,
    DialogueResult,
    ExitReason,
    Job,
    Program,
    Report,
    Run,
    RunResult,
    Status,
    Suite,
    SuiteKind,
)

PROGRAM = Program(language="python", source="x\ud800", files={"a": b"1", "b": b""})
RESULT = RunResult(reason=ExitReason.TIME, stdout=b"\xff", reply=b"{}", cpu_s=1.5, signal=9)
RECORDS = [
    Job(
        program=PROGRAM,
        runs=(
            Run(stdin=b"in", arguments=("-v",), files={"c": b"23"}),
            Run(call=Call(function="f", arguments=b"[1]")),
        ),
    ),
    Dialogue(
        program=PROGRAM,
        suite=Suite(kind=SuiteKind.PYTEST, entry_points=("f",), files={"t.py": b"test"}),
    ),
    DialogueResult(built=Built(ok=True), report=Report(passed=(True, False)), program=RESULT),
    DialogueResult(built=Built(ok=False, message="no"), report=None, suite_error="broken"),
    RESULT,
    Status(ready=True, backend="docker", protections={"net": True, "seccomp": "old kernel"}),
]


def sent(record: Any) -> tuple[Any, bytes]:
    header, parts = records.written(record)
    return json.loads(json.dumps(header)), b"".join(parts)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_is_written_is_read(record: Any) -> None:
    header, body = sent(record)
    assert records.read(type(record), header, body) == record


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize("wrong", [None, "x", 7, -1, 1 << 40, 1.5, [], [None], {}, {"a": []}])
def test_whatever_else_is_refused_or_means_the_same_type(record: Any, wrong: Any) -> None:
    header, body = sent(record)
    for at, _ in list(_places(header)):
        broken = _replaced(header, at, wrong)
        try:
            read = records.read(type(record), broken, body)
        except RecordError:
            continue
        again, rest = sent(read)  # it was no less a record
        assert records.read(type(record), again, rest) == read


def test_the_body_has_to_be_of_the_length_that_is_told() -> None:
    header, body = sent(RESULT)
    for other in (body + b"x", body[:-1], b""):
        with pytest.raises(RecordError):
            records.read(RunResult, header, other)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Any:
    yield at, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*at, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*at, index))


def _replaced(value: Any, at: tuple[Any, ...], wrong: Any) -> Any:
    if not at:
        return wrong
    copy = value.copy()
    copy[at[0]] = _replaced(value[at[0]], at[1:], wrong)
    return copy
