"""``check-data``: golds that do not verify themselves are found and named."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import write

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.slow

GOOD = [
    {"id": "a", "spec": {"domain": "math", "gold": "\\frac{1}{2}"}},
    {"id": "b", "spec": {"domain": "math", "gold": ["4", "four"]}, "completion": "ignored"},
    {"id": "c", "spec": {"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}}},
]


def test_a_sound_data_set_passes(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", GOOD)
    done = cli("check-data", "train.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert "every gold is fine" in done.stderr
    assert [line.split() for line in done.stderr.splitlines()[2:4]] == [
        ["math", "2", "2", "0", "0", "0"],
        ["stem", "1", "1", "0", "0", "0"],
    ]


def test_a_file_without_golds_is_not_called_fine(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", [])
    done = cli("check-data", "train.jsonl")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "there is no gold in the file"


def test_what_fails_is_listed_with_its_line_and_the_reason(cli: Cli, tmp_path: Path) -> None:
    bad = [
        "{torn",
        {"id": "no gold", "spec": {"domain": "math"}},
        {"id": "7", "spec": {"domain": "stem", "gold": "C", "options": {"A": "1", "B": "2"}}},
    ]
    write(tmp_path / "train.jsonl", [GOOD[0], *bad, GOOD[2]])

    done = cli("check-data", "train.jsonl")

    assert done.returncode == 3
    listed = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in listed] == ["line 2", "line 3 (no gold)", "line 4 (7)"]
    assert "bad_item: the line is not JSON" in listed[0]
    assert "bad_spec: spec.gold: missing" in listed[1]
    assert "is not one of the options" in listed[2]
    assert "3 golds fail" in done.stderr

    done = cli("check-data", "train.jsonl", "--json")
    failures = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["line"], each["id"]) for each in failures] == [(2, "2"), (3, "no gold"), (4, "7")]


def spec(**fields: Any) -> dict[str, Any]:
    return {"spec": {"domain": "math", **fields}}


def free(**fields: Any) -> dict[str, Any]:
    return spec(domain="stem", answer_type="quantity", **fields)


def test_golds_that_hold_nothing_fail_wherever_they_stand(cli: Cli, tmp_path: Path) -> None:
    lines = [
        spec(gold="\\boxed{}"),
        spec(gold=" "),
        spec(gold=["NaN", " "]),
        free(gold="\\boxed{}"),
    ]
    write(tmp_path / "train.jsonl", [*lines, *GOOD])
    done = cli("check-data", "train.jsonl")
    assert done.returncode == 3
    assert [line.split(": ")[:2] for line in done.stdout.splitlines()] == [
        [f"line {number}", "bad_spec"] for number in (1, 2, 3, 4)
    ]
    assert "4 golds fail" in done.stderr


def test_golds_that_are_compared_as_text_alone_are_warnings(cli: Cli, tmp_path: Path) -> None:
    lines = [spec(gold="3 + apples"), free(gold="fast"), free(gold="{x"), *GOOD]
    write(tmp_path / "train.jsonl", lines)

    done = cli("check-data", "train.jsonl")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "line 1: warning: can only be compared as text: '3 + apples'",
        "line 2: warning: can only be compared as text: 'fast'",
        "line 3: cannot be checked: no completion can be made that gives this gold "
        "(do its braces pair?)",
    ]
    assert done.stderr.splitlines()[-1] == (
        "no gold fails, 1 cannot be checked, 2 can only be compared as text"
    )

    done = cli("check-data", "train.jsonl", "--json", "--strict")
    assert done.returncode == 3
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["line"], each["finding"]) for each in found] == [
        *[(1, "warning"), (2, "warning"), (3, "uncheckable")]
    ]


def test_instructions_whose_arguments_are_right_are_fine(cli: Cli, tmp_path: Path) -> None:
    comma = {"domain": "ifeval", "instruction_id_list": ["punctuation:no_comma"]}
    write(tmp_path / "train.jsonl", [{"id": "a", "spec": comma}])
    done = cli("check-data", "train.jsonl", "--strict")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(
        "every gold is fine, 1 checked by the arguments of their instructions alone\n"
    )
    unknown = {**comma, "instruction_id_list": ["punctuation:no_coma"]}
    write(tmp_path / "train.jsonl", [{"id": "a", "spec": comma}, {"id": "b", "spec": unknown}])
    done = cli("check-data", "train.jsonl", "--quiet")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("line 2 (b): bad_spec: ")
