"""Files and data sets that prompts are read from, and what is wrong with them."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prompt_files import Draw, Letters, rows, write

from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import DataError
from reward_trainer.sections import Data, Source

ROWS = [
    {"problem": "1+1?", "answer": "2", "kind": {"level": 1}},
    {"problem": "2+2?", "answer": "4", "kind": {"level": 2}},
    {"problem": "3+3?", "answer": "6", "kind": {"level": 2}},
]


def drawn(prompts: Draw, path: object, n: int = 3, **fields: Any) -> list[Any]:
    found = prompts(Source(name="s", path=str(path), **fields)).draw(n)
    return sorted((prompt.judged_by["row"] for prompt in found), key=lambda row: row["problem"])


def jsonl(path: Path) -> Path:
    return write(path / "rows.jsonl", ROWS)


def zipped(path: Path) -> Path:
    file = path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode()))
    return file


def listed(path: Path) -> Path:
    file = path / "rows.json"
    file.write_text(json.dumps(ROWS, indent=1))
    return file


def parquet(path: Path) -> Path:
    arrow = pytest.importorskip("pyarrow")
    tables = pytest.importorskip("pyarrow.parquet")
    tables.write_table(arrow.Table.from_pylist(ROWS), path / "rows.parquet")
    return path / "rows.parquet"


def shards(path: Path) -> Path:
    folder = path / "shards"
    folder.mkdir()
    write(folder / "a.jsonl", ROWS[:1])
    (folder / "b.json").write_text(json.dumps(ROWS[1:]))
    (folder / "README.md").write_text("no rows")
    return folder


@pytest.mark.parametrize("kind", [jsonl, zipped, listed, parquet, shards])
def test_the_rows_are_the_same_whatever_they_are_in(
    prompts: Draw, tmp_path: Path, kind: Callable[[Path], Path]
) -> None:
    assert drawn(prompts, kind(tmp_path)) == ROWS


def test_what_is_copied_once_is_found_again(prompts: Draw, tmp_path: Path) -> None:
    path = zipped(tmp_path)
    drawn(prompts, path)
    (copy,) = (tmp_path / "run" / "data").iterdir()
    before = copy.stat().st_mtime_ns
    drawn(prompts, path)
    assert [file.stat().st_mtime_ns for file in copy.parent.iterdir()] == [before]


def test_a_row_goes_to_the_service_with_its_format(prompts: Draw, tmp_path: Path) -> None:
    inner = {"problem": "1+1?", "answer": "2"}
    path = write(tmp_path / "a.jsonl", [{"row": inner, "format": "aime"}, {"row": inner}, inner])
    found = prompts(Source(name="s", path=str(path), format="deepscaler", domain="math")).draw(3)
    by_id = {prompt.id: prompt for prompt in found}
    assert by_id["1"].judged_by == {"row": inner, "format": "aime"}
    assert by_id["2"].judged_by == by_id["3"].judged_by == {"row": inner, "format": "deepscaler"}
    assert {prompt.domain for prompt in found} == {"math"}


def test_a_row_of_which_nobody_says_what_judges_it_is_of_an_unknown_domain(
    prompts: Draw, tmp_path: Path
) -> None:
    run = prompts(Source(name="s", path=str(jsonl(tmp_path))))
    assert run.draw(1)[0].domain == "unknown"
    assert run.domains == frozenset()


def test_only_some_rows_and_not_all_of_them(prompts: Draw, tmp_path: Path) -> None:
    path = jsonl(tmp_path)
    assert drawn(prompts, path, 2, only={"kind.level": 2}) == ROWS[1:]
    limited = drawn(prompts, path, 4, limit=2)
    assert limited[0] == limited[1] != limited[2] == limited[3]


def test_a_limit_takes_the_same_rows_whatever_the_seed(prompts: Draw, tmp_path: Path) -> None:
    path = write(tmp_path / "many.jsonl", rows(f"p{at}" for at in range(100)))
    some = Source(name="s", path=str(path), limit=7)
    first, second = ({p.id for p in prompts(some, seed=seed).draw(7)} for seed in (1, 2))
    assert first == second
    assert len(first) == 7


def finding(line: int, kind: str = "failed") -> dict[str, Any]:
    return {"finding": kind, "line": line, "id": str(line), "domain": None, "reason": "no gold"}


def test_rows_whose_gold_fails_are_left_out(prompts: Draw, tmp_path: Path) -> None:
    found = write(tmp_path / "failures.jsonl", [finding(2), finding(3, "warning")])
    kept = drawn(prompts, jsonl(tmp_path), 2, failures=str(found))
    assert kept == [ROWS[0], ROWS[2]]


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        ([finding(1), finding(2), finding(3)], r"rows\.jsonl: no row is left after those in"),
        ([{"line": 1}], r"failures\.jsonl: not what `reward-service check-data FILE --json`"),
        ([1], "not what"),
        (None, r"failures\.jsonl cannot be read"),
    ],
)
def test_findings_that_are_none_are_refused(
    prompts: Draw, tmp_path: Path, findings: list[Any] | None, why: str
) -> None:
    if findings is not None:
        write(tmp_path / "failures.jsonl", findings)
    with pytest.raises(DataError, match=why):
        drawn(prompts, jsonl(tmp_path), failures=str(tmp_path / "failures.jsonl"))


@pytest.mark.slow
def test_the_service_finds_what_to_leave_out(prompts: Draw, tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", [ROWS[0], {"problem": "4+4?", "answer": "notfound"}])
    options = ["--json", "--format", "problem_answer", "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "reward_service.cli", "check-data", str(path), *options],
        capture_output=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    if b"is missing; install it" in done.stderr:
        pytest.skip("the service is not installed here")
    assert done.returncode == 3, done.stderr
    (tmp_path / "failures.jsonl").write_bytes(done.stdout)
    kept = drawn(prompts, path, 2, failures=str(tmp_path / "failures.jsonl"))
    assert kept == [ROWS[0], ROWS[0]]


def test_ids_that_come_twice_are_told_apart(prompts: Draw, tmp_path: Path) -> None:
    path = write(tmp_path / "twice.jsonl", [*rows(["a", "a"]), {"problem": "?"}])
    found = prompts(Source(name="s", path=str(path))).draw(3)
    assert {prompt.id for prompt in found} == {"a", "a@2", "3"}


def test_blank_lines_and_a_mark_of_byte_order_do_not_matter(prompts: Draw, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n\r\n".join(json.dumps(row).encode() for row in ROWS))
    assert drawn(prompts, path) == ROWS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"rows\.jsonl: the file is empty; it needs a row for each prompt"),
        ("\n\n", "the file is empty"),
        ('{"prompt": "a"}\n{"prompt": \n', r"rows\.jsonl:2: broken JSON .* every line is one"),
        ('{"prompt": "a", "x": NaN}\n', r"rows\.jsonl:1: broken JSON \(NaN is no JSON\)"),
        ("[" * 100_000, r"rows\.jsonl:1: broken JSON"),
        ('{"prompt": "\\u00ff"}\n{"prompt": "\xff"}', r"rows\.jsonl:2: broken JSON"),
        ("[1]\n", r"rows\.jsonl:1: expected an object, found list"),
        ('{"answer": "2"}\n', r"rows\.jsonl:1: no prompt under the usual names"),
        ('{"prompt": "a", "spec": "p1"}\n', r"rows\.jsonl:1: spec: expected an object as"),
        ('{"prompt": "a", "spec": {}}\n', r"rows\.jsonl:1: spec: expected an object as"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_what_to_do(
    prompts: Draw, tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=why):
        prompts(Source(name="s", path=str(path)))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("absent.jsonl", None, "there is no such file; for a data set of the Hub"),
        ("rows.txt", b"a", r"cannot tell what it is; expected \.jsonl"),
        ("rows.jsonl.gz", b"not gzip", r"rows\.jsonl\.gz: cannot be read"),
        ("cut.jsonl.gz", gzip.compress(b'{"prompt": "a"}\n' * 99, mtime=0)[:-9], "cannot be read"),
        ("rows.json", b'{"prompt": "a"}', "expected a list of objects"),
        ("rows.json", b"[1", "cannot be read"),
        ("rows.csv", b"problem\na\n1,2\n", r"rows\.csv:3: more values than the first line"),
        ("rows.csv", b'problem\n"a"b\n', r"rows\.csv: cannot be read"),
        ("rows.csv", b"problem\n\xff\n", r"rows\.csv: cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(
    prompts: Draw, tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=why):
        prompts(Source(name="s", path=str(tmp_path / name)))
    assert not list((tmp_path / "run").rglob("*.jsonl*"))


def test_a_table_of_texts_is_read_by_the_names_of_its_columns(
    prompts: Draw, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    long = "a" * 200_000
    path.write_bytes(
        b"\xef\xbb\xbf,problem,answer,level\r\n"
        b'0,"1+1, and\nno more?",2,\r\n'
        b"\r\n"
        b'1,"say ""2""",2,1\r\n'
        b"2,short\r\n"
        b"3,long?," + long.encode() + b",1\r\n"
    )
    assert drawn(prompts, path, 4) == [
        {"problem": "1+1, and\nno more?", "answer": "2"},
        {"problem": "long?", "answer": long, "level": "1"},
        {"problem": 'say "2"', "answer": "2", "level": "1"},
        {"problem": "short"},
    ]


def test_a_parquet_file_that_is_none_is_refused(prompts: Draw, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "rows.parquet").write_bytes(b"PAR1 it is not")
    with pytest.raises(DataError, match=r"rows\.parquet: cannot be read"):
        prompts(Source(name="s", path=str(tmp_path / "rows.parquet")))


def test_what_columns_hold_beside_json_becomes_text(prompts: Draw, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    tables = pytest.importorskip("pyarrow.parquet")
    from datetime import date

    row = {"problem": "?", "on": date(2025, 5, 30), "raw": b"bytes", "none": None}
    tables.write_table(arrow.Table.from_pylist([row]), tmp_path / "rows.parquet")
    (found,) = drawn(prompts, tmp_path / "rows.parquet", 1)
    assert found == {"problem": "?", "on": "2025-05-30", "raw": "bytes", "none": None}


def test_a_package_that_is_missing_is_named(
    prompts: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(DataError, match="which is missing: pip install pyarrow"):
        prompts(Source(name="s", path=str(tmp_path / "rows.parquet")))


def test_prompts_of_messages_need_a_chat_template(prompts: Draw, ten: Source) -> None:
    bare = Letters()
    bare.chat_template = None
    with pytest.raises(DataError, match=r"'ten': its prompts need a chat template.* set raw"):
        prompts(ten, tokenizer=bare)
    found = prompts(ten.model_copy(update={"raw": True}), tokenizer=bare).draw(1)[0]
    assert found.text == found.id
    assert found.token_ids == (0, *map(ord, found.id))


def test_the_chat_template_is_given_what_the_source_says(prompts: Draw, ten: Source) -> None:
    thinking = ten.model_copy(update={"template": {"enable_thinking": True}})
    assert prompts(thinking).draw(1)[0].text.endswith("<assistant><think>")


def test_messages_that_the_template_refuses_are_named(prompts: Draw, ten: Source) -> None:
    jinja2 = pytest.importorskip("jinja2")

    class Strict(Letters):
        def apply_chat_template(self, *_: Any, **__: Any) -> str:
            raise jinja2.TemplateError("roles must alternate")

    with pytest.raises(DataError, match=r"ten\.jsonl:1: .*refuses it: roles must alternate"):
        prompts(ten, tokenizer=Strict())


def test_a_prompt_without_a_token_is_refused(prompts: Draw, tmp_path: Path) -> None:
    class Deaf(Letters):
        def __call__(self, texts: list[str], **_: Any) -> dict[str, list[list[int]]]:
            return {"input_ids": [[] for _ in texts]}

    path = write(tmp_path / "a.jsonl", rows(["a"]))
    with pytest.raises(DataError, match=r"a\.jsonl:1: the prompt has no token"):
        prompts(Source(name="s", path=str(path)), tokenizer=Deaf())


def test_broken_files_are_found_before_there_is_a_tokenizer(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", [*ROWS, {"answer": "2"}])
    with pytest.raises(DataError, match=r"rows\.jsonl:4: no prompt"):
        Prompts.survey(Data(sources=[Source(name="s", path=str(path))]), tmp_path / "run")


def test_a_real_tokenizer_says_the_same_as_its_text(prompts: Draw, ten: Source) -> None:
    tiny = pytest.importorskip("reward_trainer.tiny")
    tokenizer = tiny._tokenizer()
    prompt = prompts(ten, tokenizer=tokenizer).draw(1)[0]
    assert tokenizer.decode(prompt.token_ids) == prompt.text == prompt.id
