"""``reward-service rg``: puzzles to train on, the same everywhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from command_line import COMMAND

from reward_service.cli import Exit, main, rg_export
from reward_service.cli.rg_maker import Order
from reward_verifiers.registry import read_spec, verifier


def export(tmp_path: Path, *words: str, hash_seed: str = "random") -> list[dict[str, Any]]:
    """Export in a process of its own; return the items."""
    output = tmp_path / "items.jsonl"
    subprocess.run(
        [*COMMAND, "rg", "export", *words, "-q", "--force", "-o", str(output)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    assert [path.name for path in tmp_path.iterdir()] == ["items.jsonl"]
    return [json.loads(text) for text in output.read_text(encoding="utf-8").splitlines()]


CHANGING = "isomorphic_strings,ransom_note,polynomial_multiplication,knight_swap,word_ladder"


def test_the_same_command_makes_the_same_puzzles_whatever_the_hash_seed(tmp_path: Path) -> None:
    words = ("--datasets", CHANGING, "--size", "3", "--seed", "7")
    first = export(tmp_path, *words, hash_seed="1")
    assert first == export(tmp_path, *words, hash_seed="2")
    assert len(first) == 15
    assert first[3]["id"] == "ransom_note-seed7-0"


def test_items_are_what_the_engine_takes(tmp_path: Path) -> None:
    names = "arc_agi,time_intervals,zebra_puzzles,codeio,boxnet,graph_color"
    domain = verifier("reasoning_gym")
    for item in export(tmp_path, "--datasets", names, "--size", "2"):
        assert set(item) == {"id", "prompt", "spec"}
        assert item["prompt"].startswith(item["spec"]["entry"]["question"])
        assert item["prompt"].endswith("between <answer> and </answer>.")
        spec = read_spec(item["spec"])
        completion = domain.perfect_completion(spec)
        assert completion is None or domain.verify(completion, spec).score == 1.0


def test_metadata_that_json_cannot_say_become_text(tmp_path: Path) -> None:
    words = ("--datasets", "gsm_symbolic", "--size", "29", "--seed", "2025")
    assert "1/5" in json.dumps(export(tmp_path, *words)[28]["spec"]["entry"]["metadata"])


def test_levels_and_configurations_reach_the_puzzles(tmp_path: Path) -> None:
    words = ("--datasets", "word_ladder", "--size", "2", "--bare")
    config = '{"min_word_length": 5, "max_word_length": 5}'
    for item in export(tmp_path, *words, "--config", config):
        assert item["spec"]["config"] == json.loads(config)
        assert item["prompt"] == item["spec"]["entry"]["question"]
        assert len(item["spec"]["entry"]["metadata"]["end_word"]) == 5
    easy, hard = (
        export(tmp_path, "--datasets", "chain_sum", "--size", "1", "--level", level)[0]
        for level in ("0", "3")
    )
    assert easy["id"] == "chain_sum-seed0-level0-0"
    assert len(easy["spec"]["entry"]["answer"]) < len(hard["spec"]["entry"]["answer"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--datasets", "sudko"], "unknown data set 'sudko'; did you mean sudoku?"),
        (["--datasets", "none"], "--datasets: no name"),
        (["--datasets", "gcd", "--size", "0"], "expected a whole number of at least 1, got '0'"),
        (["--datasets", "gcd", "--seed", "-1"], "expected a whole number from 0 to 2**32 - 1"),
        (["--datasets", "gcd", "--level", "x"], "expected a whole number from 0 to 100"),
        (["--datasets", "gcd", "--config", "{"], "not JSON"),
        (["--datasets", "gcd", "--config", '{"max_valu": 3}'], "did you mean max_value?"),
        (["--datasets", "gcd", "--config", "[1]"], 'an object such as {"max_value": 9}'),
        (["--datasets", "gcd", "--config", '{"size": 3}'], "an option of its own, --size"),
        (["--datasets", "gcd,lcm", "--config", '{"gdc": {}}'], "is none of the data sets"),
        (["--datasets", "gcd,lcm", "--config", '{"max_value": 3}'], '{"gcd": {"max_value": 3}}'),
        (
            ["--datasets", "gcd", "--config", '{"max_value": "x"}'],
            "reward-service rg export: gcd with max_value \"x\": '>' not supported",
        ),
        (
            ["--datasets", "decimal_arithmetic", "--config", '{"max_num_decimal_places": 2}'],
            "decimal_arithmetic with max_num_decimal_places 2: the package fails: ValueError",
        ),
        (["--datasets", "gcd", "-o", "nowhere/a.jsonl"], "nowhere/a.jsonl: cannot be written: No"),
        (["--datasets", "gcd,lcm", "--config", '{"gcd": 3}'], "an object of fields for gcd"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_made(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rg", "export", *words]) == Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def test_a_configuration_that_the_package_refuses_leaves_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "items.jsonl"
    words = ["--datasets", "gcd", "--config", '{"max_value": -3}', "-o", str(output)]
    assert main(["rg", "export", *words]) == Exit.USAGE
    assert "gcd with max_value -3: max_value must be > min_value" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_puzzles_of_another_configuration_have_other_ids(tmp_path: Path) -> None:
    words = ("--datasets", "gcd,lcm", "--size", "1", "--config")
    nine, ten = (
        [item["id"] for item in export(tmp_path, *words, f'{{"gcd": {{"max_value": {value}}}}}')]
        for value in (9, 10)
    )
    assert nine[0] != ten[0]
    assert nine[0].startswith("gcd-seed0-config")
    assert nine[1] == ten[1] == "lcm-seed0-0"


def test_a_maker_that_does_not_start_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rg_export, "_MAKER", "reward_service.cli.rg_nothing")
    assert main(["rg", "export", "--datasets", "gcd", "-q"]) == Exit.FAILED
    err = capsys.readouterr().err
    assert "the process that makes puzzles failed: " in err
    assert "No module named reward_service.cli.rg_nothing" in err
    assert err.count("\n") == 1


def test_a_maker_whose_reader_is_gone_ends_without_a_word() -> None:
    order = Order(datasets=["gcd"], size=10**6, seed=0, level=None, configs={}, bare=False)
    with subprocess.Popen(
        [sys.executable, "-m", "reward_service.cli.rg_maker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as maker:
        assert maker.stdin is not None
        assert maker.stdout is not None
        assert maker.stderr is not None
        with maker.stdin:
            maker.stdin.write(json.dumps(asdict(order)))
        assert json.loads(maker.stdout.readline()) == {"at": "gcd"}
        maker.stdout.close()
        assert maker.stderr.read() == ""
        assert maker.wait(30) == -signal.SIGPIPE


def test_a_file_that_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "items.jsonl"
    output.write_text("mine")
    assert main(["rg", "export", "--datasets", "gcd", "-o", str(output)]) == Exit.USAGE
    assert "--force" in capsys.readouterr().err
    assert output.read_text() == "mine"


def test_the_list_shows_data_sets_and_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rg", "list"]) == Exit.OK
    out = capsys.readouterr().out
    assert "sets: prorl (96), held_out (3), all (105)" in out
    assert main(["rg", "list", "--json"]) == Exit.OK
    listed = {row["dataset"]: row for row in json.loads(capsys.readouterr().out)}
    assert len(listed) == 105
    assert listed["acre"]["sets"] == ["held_out"]
    assert not listed["acre"]["levels"]
    assert listed["gcd"]["config"] == ["max_numbers", "max_value", "min_numbers", "min_value"]


def test_what_has_no_levels_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--datasets", "acre", "--size", "1", "--level", "2"]
    assert main(["rg", "export", *words]) == Exit.OK
    out, err = capfd.readouterr()
    assert json.loads(out)["id"] == "acre-seed0-level2-0"
    assert "no levels for them: acre" in err
