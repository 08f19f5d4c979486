"""``reward-service sandbox``: what it lists, builds, tests, removes and serves."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
from argparse import ArgumentParser
from pathlib import Path

import pytest
from command_line import COMMAND

from reward_sandboxes.languages import languages
from reward_sandboxes.remote import RemoteSandboxes
from reward_sandboxes.types import Built, Job, Program, Run
from reward_service.cli import Exit, main
from reward_service.cli.language_names import chosen_languages
from reward_service.cli.sandbox_build import images_of


@pytest.fixture
def away(tmp_path: Path) -> str:
    """The address of a Docker that is not there."""
    return f"unix://{tmp_path}/none.sock"


def test_every_language_is_listed_with_what_it_needs(
    away: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", "list", "--json", "--docker-host", away]) == Exit.OK

    listed = json.loads(capsys.readouterr().out)
    assert [each["language"] for each in listed] == [*languages()]
    for each in listed:
        assert each["docker"]["version"] is None
        assert "nothing answers; is Docker running?" in each["docker"]["missing"]
        assert (each["local"]["version"] is None) == (each["local"]["missing"] is not None)
    python = next(each for each in listed if each["language"] == "python")
    assert python["local"]["version"].startswith("3.")


def test_the_table_says_once_what_is_missing_everywhere(
    away: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", "list", "--docker-host", away]) == Exit.OK

    text = capsys.readouterr().out
    assert text.startswith("language ")
    assert text.count("nothing answers") == 1
    assert f"missing in docker: Docker at {away}: nothing answers" in text


@pytest.mark.parametrize("words", [["build", "python"], ["clean"], ["test", "--backend", "docker"]])
def test_docker_that_is_away_is_one_line(
    words: list[str], away: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", *words, "--docker-host", away]) == Exit.FAILED

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "nothing answers; is Docker running?" in captured.err


def test_languages_are_named_by_any_of_their_fences() -> None:
    parser = ArgumentParser()
    names = [each.name for each in chosen_languages(["C++", "js", "cpp"], parser)]
    assert names == ["cpp", "javascript"]
    assert [*chosen_languages([], parser)] == [*languages().values()]


def test_languages_that_share_an_image_are_built_once() -> None:
    assert images_of(["typescript", "c", "javascript", "cpp20"], ArgumentParser()) == [
        "javascript",
        "cpp",
    ]


def test_a_manager_runs_programs_until_it_is_told_to_stop() -> None:
    command = [*COMMAND, "sandbox", "serve", "--backend", "local", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as manager:
        try:
            assert manager.stdout is not None
            assert manager.stderr is not None
            port = int(re.findall(r"tcp://127\.0\.0\.1:(\d+)", manager.stdout.readline())[0])
            assert any(line.startswith("ready: local, level") for line in manager.stderr)
            answers = asyncio.run(asyncio.wait_for(sums(port), 60))
        finally:
            manager.send_signal(signal.SIGTERM)
        assert manager.wait(30) == Exit.OK
    assert answers == [b"42\n", b"3\n"]


async def sums(port: int) -> list[bytes]:
    program = Program(language="python", source="print(sum(map(int, input().split())))")
    job = Job(program=program, runs=[Run(stdin=b"20 22"), Run(stdin=b"1 2")])
    sandboxes = RemoteSandboxes("127.0.0.1", port)
    await sandboxes.start()
    answers = [answer async for answer in sandboxes.run(job)]
    await sandboxes.close()
    return [answer.stdout for answer in answers if not isinstance(answer, Built)]
