"""``check-data``: golds that do not verify themselves are found and named."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

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
    assert "every gold that can be checked is fine" in done.stderr
    assert [line.split() for line in done.stderr.splitlines()[2:4]] == [
        ["math", "2", "2", "0", "0"],
        ["stem", "1", "1", "0", "0"],
    ]


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
