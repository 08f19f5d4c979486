"""Mistakes that are told before anything is scored."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reward_service.config import Settings
from reward_service.offline import RefusedError, score_file
from reward_service.offline.golds import check_file
from reward_service.offline.lines import object_in
from reward_service.offline.options import ScoreOptions
from reward_service.offline.preflight import refuse_mistyped, refuse_strange
from reward_service.offline.source import open_source

SPEC = {"domain": "math", "gold": "4"}
LINE = {"id": "a", "spec": SPEC, "completion": "4", "prompt": "2+2?"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            {"spec_defaults": {"tolerence": 1}},
            r"math: tolerence: unknown field \(did you mean tolerance\?\); stem: tolerence: unk",
        ),
        ({"spec_defaults": {"domain": "maths"}}, "unknown domain 'maths'; there are: math, stem"),
        ({"spec_defaults": {"domain": "stem", "mode": "strict"}}, "stem: mode: unknown field"),
        ({"spec_defaults": {"mode": "lose"}}, "math: mode: expected 'strict', 'standard' or"),
        ({"row_format": "foo"}, "--format: unknown format 'foo'; there are: acecoder, aime, "),
        ({"row_format": "gsm8"}, "did you mean gsm8k"),
    ],
)
def test_mistyped_options_are_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RefusedError, match=complaint):
        refuse_mistyped(ScoreOptions(**options))


@pytest.mark.parametrize(
    "options",
    [
        {"spec_defaults": {"domain": "math", "mode": "lenient", "tolerance": 0.01}},
        {"spec_defaults": {"mode": "lenient"}},
        {"spec_defaults": {"answer_type": "quantity", "units": "require"}},
        {"spec_defaults": {"domain": "stem", "gold": "A"}},
        {"row_format": "gsm8k"},
        {"row_format": "math_500"},
    ],
)
def test_sound_options_are_not(options: dict[str, Any]) -> None:
    refuse_mistyped(ScoreOptions(**options))


def strange(lines: list[Any], group_by: str | None = None, **options: Any) -> None:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    refuse_strange([*enumerate(raw, 1)], ScoreOptions(**options), group_by)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"responses": ["4"]}, "no line has a completion, but there is responses; .* responses$"),
        ({"output": "4"}, "pass --completion-field output$"),
        ({"output": "4", "generation": "5"}, "which of generation, output is it"),
        ({"response": [{"role": "assistant", "content": "4"}]}, "--completion-field response$"),
    ],
)
def test_a_completion_under_another_name_is_asked_for(
    fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(RefusedError, match=complaint):
        strange([{"spec": SPEC, **fields}])
    strange([{"spec": SPEC, **fields}, LINE])  # the second line has one
    strange([{"spec": SPEC, **fields, "completion": "4"}])


def test_lines_without_anything_like_a_completion_are_refused() -> None:
    with pytest.raises(RefusedError, match="no line has a completion; the first has prompt, spec"):
        strange([{"prompt": "2 + 2?", "spec": SPEC}, b"{torn"])
    strange([b"{torn", b"[]"])


def test_a_completion_field_that_no_line_has_is_refused() -> None:
    with pytest.raises(
        RefusedError, match=r"no line has a field 'respons' \(did you mean response"
    ):
        strange([{"spec": SPEC, "response": "4"}], completion_field="respons")


def test_a_field_to_group_by_that_no_line_will_have_is_refused() -> None:
    strange([LINE], "prompt")
    strange([LINE], "id")
    strange([{**LINE, "reward": 1}], "input_reward")
    with pytest.raises(RefusedError, match="none of the first 2 lines would have a field 'nope'"):
        strange([LINE, LINE], "nope")
    with pytest.raises(RefusedError, match="'prompt'"):
        strange([LINE], "prompt", carry=())
    with pytest.raises(RefusedError, match="'completion'"):
        strange([LINE], "completion")
    strange([LINE], "completion", keep_completion=True)


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz", "in.parquet"])
def test_every_source_shows_its_first_lines_and_stays_where_it_is(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    text = "".join(f"{json.dumps({**LINE, 'n': at})}\n" for at in range(40)).encode()
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist([{**LINE, "n": at} for at in range(40)]), path)
    else:
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    source = open_source(str(path))
    shown = source.preview()
    lines = list(source.lines())
    source.close()
    assert len(shown) == 16
    assert [(at, object_in(raw)) for at, raw in lines[:16]] == [
        (at, object_in(raw)) for at, raw in shown
    ]
    assert len(lines) == 40


def test_a_line_that_is_still_being_written_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'\n{"a": 1}\n{"b')
    source = open_source(str(path))
    assert source.preview() == [(2, b'{"a": 1}'), (3, b'{"b')]  # a file ends where it ends
    source.close()
    path.write_bytes(gzip.compress(b'{"a": 1}\n{"b'))
    source = open_source(str(path))
    assert source.preview() == [(1, b'{"a": 1}')]
    source.close()


def test_a_refusal_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"spec": SPEC, "output": "4"}) + "\n", encoding="utf-8")
    options = ScoreOptions(row_format="foo")
    with pytest.raises(RefusedError, match="unknown format"):
        score_file(path, tmp_path / "out.jsonl", options=options, settings=Settings())
    with pytest.raises(RefusedError, match="--completion-field output"):
        score_file(path, tmp_path / "out.jsonl", settings=Settings())
    with pytest.raises(RefusedError, match="unknown format"):
        asyncio.run(
            check_file(path, settings=Settings(), options=options, on_doubt=lambda _gold: None)
        )
    assert [file.name for file in tmp_path.iterdir()] == ["in.jsonl"]
