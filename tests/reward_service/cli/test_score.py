"""``score`` as users run it: real processes, real kills."""

from __future__ import annotations

import gzip
import json
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import COMMAND, line, without_timings, write

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Spawn = Callable[..., "subprocess.Popen[bytes]"]

pytestmark = pytest.mark.slow

LINES = [line(at) for at in range(1500)]


def feed_until_committed(process: subprocess.Popen[bytes], path: Path, out: Path, n: int) -> None:
    """Give ``process`` the first ``n`` lines of ``path`` and wait until some are safe."""
    assert process.stdin is not None
    lines = path.read_bytes().splitlines(keepends=True)
    process.stdin.write(b"".join(lines[:n]))
    process.stdin.flush()
    journal = out.with_name(f"{out.name}.journal")
    before = n_records(journal)
    end = time.monotonic() + 60
    while n_records(journal) <= max(before, 1):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.02)


def n_records(journal: Path) -> int:
    """Count the lines of a journal, its header among them."""
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def test_a_file_is_scored_and_summed_up(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", LINES[:100])
    done = cli("score", "in.jsonl", "-o", "out.jsonl", "--report", "report.json")

    assert done.returncode == 0
    assert done.stdout.startswith("domain  items  mean reward  correct  wrong  no answer")
    assert done.stdout.splitlines()[2].split() == ["math", "200", "0.5000", "100", "100", "0", "0"]
    assert "pass@1" in done.stdout
    assert "wrote 200 lines to out.jsonl" in done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["total"]["pass_at_k"] == [
        {"k": 1, "value": 0.5, "n_prompts": 100},
        {"k": 2, "value": 1.0, "n_prompts": 100},
    ]
    rewards = [each["reward"] for each in without_timings(tmp_path / "out.jsonl")]
    assert rewards == [1.0, 0.0] * 100


def test_killed_half_way_it_goes_on_and_writes_what_an_unbroken_run_does(
    cli: Cli, spawn: Spawn, tmp_path: Path
) -> None:
    path, out = write(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    killed = spawn("score", "-", "-o", "out.jsonl")
    feed_until_committed(killed, path, out, 1000)
    killed.kill()
    killed.wait()
    assert not out.exists(), "a reader never sees half an output"
    with (tmp_path / "out.jsonl.partial").open("ab") as partial:
        partial.write(b'{"line": 400, "torn')

    done = cli("score", "in.jsonl", "-o", "out.jsonl")
    assert done.returncode == 0
    assert "going on after" in done.stderr
    assert cli("score", "in.jsonl", "-o", "whole.jsonl").returncode == 0

    assert without_timings(out) == without_timings(tmp_path / "whole.jsonl")
    assert len(without_timings(out)) == 3000
    assert {file.name for file in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl", "whole.jsonl"}


def test_told_to_stop_it_keeps_what_it_has_and_says_so(
    cli: Cli, spawn: Spawn, tmp_path: Path
) -> None:
    path, out = write(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    for told, n_lines in ((signal.SIGTERM, 600), (signal.SIGINT, 1200)):
        stopped = spawn("score", "-", "-o", "out.jsonl")
        feed_until_committed(stopped, path, out, n_lines)
        stopped.send_signal(told)
        code = stopped.wait(timeout=60)
        assert stopped.stderr is not None
        said = stopped.stderr.read().decode()
        assert (code, "the same command goes on from there" in said) == (130, True), said
        assert "Traceback" not in said

    done = cli("score", "in.jsonl", "-o", "out.jsonl", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(without_timings(out)) == 3000


def test_problems_are_told_and_retried(cli: Cli, tmp_path: Path) -> None:
    broken = [LINES[0], "{torn", {**LINES[1], "spec": {"domain": "math"}}, LINES[2]]
    write(tmp_path / "in.jsonl", broken)
    done = cli("score", "in.jsonl", "-o", "out.jsonl")
    assert done.returncode == 3
    assert "3 items have no reward; why: out.jsonl.problems.jsonl" in done.stderr
    problems = (tmp_path / "out.jsonl.problems.jsonl").read_text(encoding="utf-8").splitlines()
    assert [
        (each["line"], each["index"], each["problem"]["code"]) for each in map(json.loads, problems)
    ] == [(2, 0, "bad_item"), (3, 0, "bad_spec"), (3, 1, "bad_spec")]

    write(tmp_path / "in.jsonl", [LINES[0], LINES[5], LINES[1], LINES[2]])
    done = cli("score", "in.jsonl", "-o", "out.jsonl", "--retry-problems")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "wrote 8 lines to out.jsonl")
    assert [each["reward"] for each in without_timings(tmp_path / "out.jsonl")] == [1.0, 0.0] * 4
    assert not (tmp_path / "out.jsonl.problems.jsonl").exists()


def test_a_finished_output_is_kept(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", LINES[:3])
    out = tmp_path / "out.jsonl"
    out.write_text("precious\n", encoding="utf-8")
    done = cli("score", "in.jsonl", "-o", "out.jsonl")
    assert (done.returncode, out.read_text(encoding="utf-8")) == (2, "precious\n")
    assert done.stderr == (
        "reward-service score: out.jsonl exists; --force scores everything again, "
        "--retry-problems only what has no reward\n"
    )
    assert cli("score", "in.jsonl", "-o", "out.jsonl", "--force").returncode == 0
    assert len(without_timings(out)) == 6


def test_every_kind_of_input_gives_the_same_output(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", LINES[:40])
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    pq.write_table(pa.Table.from_pylist(LINES[:40]), tmp_path / "in.parquet")
    outputs = []
    for name in ("in.jsonl", "in.parquet", "-"):
        with packed.open("rb") as stdin:
            done = cli("score", name, "-o", f"out{name}.jsonl", "--workers", "1", stdin=stdin)
        assert done.returncode == 0, done.stderr
        outputs.append(without_timings(tmp_path / f"out{name}.jsonl"))
    assert len(outputs[0]) == 80
    assert outputs == [outputs[0]] * 3


def test_a_full_disk_is_one_line_and_nothing_is_lost(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", LINES)
    command = f"ulimit -f 200; exec {shlex.join(COMMAND)} score in.jsonl -o out.jsonl"
    full = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith("reward-service score: ")
    assert "File too large" in full.stderr
    assert "the same command goes on" in full.stderr
    assert "Traceback" not in full.stderr

    assert cli("score", "in.jsonl", "-o", "out.jsonl").returncode == 0
    assert len(without_timings(tmp_path / "out.jsonl")) == 3000


def test_a_service_that_is_away_is_one_line(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", LINES[:3])
    done = cli("score", "in.jsonl", "-o", "out.jsonl", "--service", "http://127.0.0.1:9")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "the service at http://127.0.0.1:9 cannot judge now" in done.stderr
    assert "start it with `reward-service serve`" in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"in.jsonl"}


def test_in_a_pipe_lines_go_to_standard_output_and_the_rest_to_standard_error(
    cli: Cli, tmp_path: Path
) -> None:
    path = write(tmp_path / "in.jsonl", [*LINES[:20], "{torn"])
    with path.open("rb") as stdin:
        done = cli("score", "-", "-o", "-", stdin=stdin)
    assert done.returncode == 3
    lines = [json.loads(text) for text in done.stdout.splitlines()]
    assert [each["reward"] for each in lines] == [*[1.0, 0.0] * 20, None]
    assert "wrote 41 lines to standard output" in done.stderr
    assert "1 items have no reward; their lines say why" in done.stderr
    assert "mean reward" in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"in.jsonl"}


def test_a_reader_of_the_pipe_that_goes_away_is_quiet(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", LINES)
    command = f"{shlex.join(COMMAND)} score in.jsonl -o - -q | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert json.loads(done.stdout)["line"] == 1
    assert done.stderr == ""
