"""What the command line says to words: help that teaches, mistakes in one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reward_service import __version__
from reward_service.cli import Exit, main

COMMANDS = ("serve", "score", "check-data", "domains", "doctor", "sandbox")
SANDBOX_COMMANDS = ("list", "build", "test", "clean", "serve")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_examples_and_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == Exit.OK
    text = capsys.readouterr().out
    assert f"  reward-service {command}" in text.split("examples:")[1]
    assert "exit codes:" in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("command", SANDBOX_COMMANDS)
def test_every_help_of_sandboxes_has_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", command, "--help"]) == Exit.OK
    text = capsys.readouterr().out
    assert f"  reward-service sandbox {command}" in text.split("examples:")[1]
    assert max(map(len, text.splitlines())) <= 100


def test_the_main_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == Exit.OK
    text = capsys.readouterr().out
    for command in COMMANDS:
        assert f"\n    {command} " in text


def test_no_words_at_all_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == Exit.USAGE
    assert "examples:" in capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == Exit.OK
    assert capsys.readouterr().out == f"reward-service {__version__}\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["scor", "x"], "unknown command 'scor'; did you mean score?"),
        (["zzz"], "unknown command 'zzz'; there are: serve, score"),
        (
            ["score", "x", "-o", "y.jsonl", "--wokers", "3"],
            "score: unknown option --wokers; did you mean --workers?",
        ),
        (["serve", "--prot=1"], "serve: unknown option --prot; did you mean --port?"),
        (["score", "x", "-o", "y.jsonl", "z"], "score: unexpected argument 'z'"),
        (["sandbox"], "sandbox: the following arguments are required: COMMAND"),
        (["sandbox", "buld"], "sandbox: argument COMMAND: invalid choice: 'buld' (choose from"),
        (["sandbox", "build", "pyton"], "build: unknown language 'pyton'; did you mean python?"),
        (["sandbox", "test", "cobol"], "test: unknown language 'cobol'; there are: bash, c, cpp"),
        (["sandbox", "test", "--backend", "x"], "REWARD_SERVICE_SANDBOX: expected local, docker"),
        (["sandbox", "serve", "--build", "zig"], "serve: unknown language 'zig'"),
        (["--verbos"], "unknown option --verbos; did you mean --version?"),
        (["score", "x"], "score: the following arguments are required: -o/--output"),
        (["score"], "score: the following arguments are required: file, -o/--output"),
        (
            ["score", "x", "-o", "y.jsonl", "--workers", "many"],
            "argument --workers: expected a whole number of at least 1, got 'many'",
        ),
        (
            ["score", "x", "-o", "y.jsonl", "--judge-cpu-s", "0"],
            "argument --judge-cpu-s: expected a number above 0, got '0'",
        ),
        (
            ["score", "x", "-o", "y.jsonl", "--spec-defaults", "{"],
            "argument --spec-defaults: not JSON",
        ),
        (
            ["score", "x", "-o", "y.jsonl", "--shaping", "wrong"],
            "argument --shaping: expected outcome=number pairs",
        ),
        (
            ["score", "x", "-o", "y.jsonl", "--shaping", "rong=1"],
            "--shaping: no outcome 'rong'; there are: correct, wrong",
        ),
        (["score", "x", "-o", "y.jsonl", "--force", "--retry-problems"], "exclude each other"),
        (["score", "nowhere.jsonl", "-o", "y.jsonl"], "nowhere.jsonl: No such file or directory"),
        (["score", "x", "-o", "y.csv"], "y.csv: the output is JSON lines; name it .jsonl"),
        (["score", "x", "-o", "y.parquet"], "is JSON lines; name it .jsonl or .jsonl.gz, or -"),
        (["score", "x", "-o", "-", "--group-by", "id"], "--group-by reads the output again"),
        (["score", "x", "-o", "-", "--retry-problems"], "--retry-problems reads the output again"),
        (["score", "x", "-o", "y.jsonl", "--format", "foo"], "--format: unknown format 'foo'"),
        (["check-data", "x", "--format", "foo"], "--format: unknown format 'foo'; there are: a"),
        (
            ["score", "x", "-o", "y.jsonl", "--spec-defaults", '{"tolerence": 1}'],
            "--spec-defaults: math: tolerence: unknown field (did you mean tolerance?)",
        ),
        (["score", "x", "-o", "y.jsonl", "--report", "a/b/c"], "--report: a/b is no folder"),
        (["check-data", "nowhere.jsonl"], "check-data: nowhere.jsonl: No such file"),
        (["domains", "maths"], "domains: unknown domain 'maths'; did you mean math?"),
        (["serve", "--port", "http"], "REWARD_SERVICE_PORT"),
        (["serve", "--port", "99999"], "REWARD_SERVICE_PORT: must be at most 65535, not '99999'"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("reward-service")
    assert complaint in captured.err


def test_nothing_from_outside_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-data", "no\x1b[31m\nwhere\udcff.jsonl"]) == Exit.USAGE
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "no\\x1b[31m where\\udcff.jsonl: No such file" in err


def test_a_setting_with_a_wrong_name_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REWARD_SERVICE_CPU_WORKER", "3")
    assert main(["score", "x", "-o", "y.jsonl"]) == Exit.USAGE
    assert "unknown setting REWARD_SERVICE_CPU_WORKER" in capsys.readouterr().err


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from reward_service.cli import main; main(['--help']); "
        "heavy = {'pydantic', 'fastapi', 'sympy', 'httpx', 'rich', 'pyarrow', 'asyncio'}; "
        "sys.exit(','.join(heavy & sys.modules.keys()) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    script = f"{sys.executable} -m reward_service.cli domains --json | head -c 1 >/dev/null"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
