"""``reward-trainer evaluate`` from its arguments to its exit code."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from held_folder import holding

import reward_service.client
from reward_service.client import AsyncRewardClient, ServiceUnavailableError
from reward_trainer.errors import SamplerError
from reward_trainer.evaluation import endpoint
from reward_trainer.evaluation.command import add_arguments, run
from reward_trainer.samplers import vllm_sampler
from reward_trainer.tiny import make_tiny


class Service:
    """Takes the place of the client, and pays whoever says 42."""

    domains_there = ("math", "code")

    def __init__(self, url: str, *, token: str | None) -> None:
        self.url = url

    async def __aenter__(self) -> Service:
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Hold nothing."""

    async def domains(self) -> Any:
        if "away" in self.url:
            raise ServiceUnavailableError(self.url, 1, "refused")
        return {"domains": {name: {} for name in self.domains_there}}

    async def check(self, items: list[dict[str, Any]]) -> Any:
        return SimpleNamespace(items=[SimpleNamespace(problem=None) for _ in items])

    async def score(self, items: list[dict[str, Any]]) -> list[Any]:
        return [
            SimpleNamespace(
                reward=float(item["completion"] == "42"),
                verdict=SimpleNamespace(outcome="correct"),
                problem=None,
            )
            for item in items
        ]


def serve(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/models":
        return httpx.Response(200, json={"data": [{"id": "org/served"}]})
    body = json.loads(request.content)
    assert body["model"] == "org/served"
    choices = [{"message": {"content": text}, "finish_reason": "stop"} for text in ("42", "41")]
    return httpx.Response(200, json={"choices": choices[: body["n"]]})


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client(httpx.AsyncClient):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | {"transport": httpx.MockTransport(serve)})

    monkeypatch.setattr(endpoint.httpx, "AsyncClient", Client)
    assert reward_service.client.AsyncRewardClient is AsyncRewardClient
    monkeypatch.setattr(reward_service.client, "AsyncRewardClient", Service, raising=False)


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


@pytest.fixture
def items(tmp_path: Path) -> str:
    path = tmp_path / "aime.jsonl"
    rows = [{"problem": f"P{n}?", "answer": "42"} for n in range(3)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return f"aime24={path}"


def test_an_endpoint_is_evaluated(
    tmp_path: Path, items: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = command(
        *("--suite", "aime24", "--items", items, "--endpoint", "http://gpu:8000"),
        *("--out", str(out), "--samples", "2", "--beside", "prorl"),
    )
    assert code == 0
    said = capsys.readouterr()
    assert json.loads((out / "about.json").read_text())["model"] == "org/served"
    assert said.out.splitlines()[0].split()[:2] == ["percent", "served"]
    assert said.out.splitlines()[2].split()[:4] == ["aime24~", "50.00", "0.00", "(48.13)"]
    assert "  samples 2, not 16\n" in said.out
    assert "aime24: 50.00 %" in said.err
    assert json.loads((out / "results.json").read_text())["benchmarks"]["aime24"]["n_items"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["--suite", "aime"], 2, "no benchmark 'aime'"),
        (["--suite", "aime24", "--beside", "gpt"], 2, "no figures of 'gpt'"),
        (["--items", "aime24"], 2, "write NAME=PATH"),
        (["--items", "math=some.jsonl"], 2, "'math' is a set of benchmarks: name one of aime24"),
        (["--items", "my/own=some.jsonl"], 2, "cannot be a name"),
        (["--items", "mine=a", "--items", "mine=b"], 2, "--items mine is given twice"),
        (["--suite", "ifeval", "--items", "aime24=a"], 2, "--items aime24 is not evaluated"),
        (["--temperature", "-1"], 2, "--temperature must not be negative"),
        (["--top-p", "1.5"], 2, "--top-p must be above 0, and 1 at the most"),
        (["--temperature", "0"], 2, "say --samples 1"),
        (["--suite", "ifeval"], 1, "does not judge ifeval"),
        (["--service", "http://away"], 1, "name it with --service"),
        (["--suite", "aime24", "--items", "aime24=/no/such/file"], 1, "no such file"),
    ],
)
def test_what_cannot_be_is_answered_in_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    why: str,
) -> None:
    given = ["--endpoint", "http://gpu:8000", "--out", str(tmp_path / "out"), *arguments]
    assert command(*given) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line


@pytest.fixture
def sums(tmp_path: Path) -> str:
    path = tmp_path / "sums.jsonl"
    line = {"prompt": "40+2=", "spec": {"domain": "math", "gold": "42"}}
    path.write_text(f"{json.dumps(line)}\n", encoding="utf-8")
    return str(path)


def test_a_set_of_ones_own_is_a_row_without_a_figure_of_the_paper(
    tmp_path: Path, sums: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--endpoint", "http://gpu:8000", "--samples", "2", "--out", str(tmp_path / "out")]
    assert command(*given, "--items", f"mine={sums}") == 0
    said = capsys.readouterr()
    head, _, row, *_ = said.out.splitlines()
    assert head.split()[:4] == ["percent", "served", "s.e.", "items"]
    assert row.split()[:4] == ["mine", "50.00", "-", "1"]
    assert "paper" not in said.out
    assert "mine: 1 item of a set of your own" in said.err
    found = json.loads((tmp_path / "out" / "results.json").read_text())["benchmarks"]
    assert (list(found), found["mine"]["own"]) == (["mine"], True)


def test_a_set_of_ones_own_comes_beside_benchmarks(
    tmp_path: Path, items: str, sums: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--endpoint", "http://gpu:8000", "--samples", "2", "--beside", "prorl"]
    given += ["--items", items, "--items", f"mine={sums}"]
    assert command(*given, "--out", str(tmp_path / "both")) == 0
    without = capsys.readouterr().out
    rows = [line.split()[:4] for line in without.splitlines()[2:4]]
    assert rows == [["aime24~", "50.00", "0.00", "(48.13)"], ["mine", "50.00", "-", "-"]]
    assert command(*given, "--suite", "aime24", "--out", str(tmp_path / "named")) == 0
    assert capsys.readouterr().out == without


def test_puzzles_of_ones_own_have_no_figure_of_the_papers_puzzles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "puzzles.jsonl"
    spec = {"domain": "reasoning_gym", "dataset": "acre", "entry": {}}
    path.write_text(f"{json.dumps({'prompt': '?', 'spec': spec})}\n", encoding="utf-8")
    given = ["--endpoint", "http://gpu:8000", "--samples", "2", "--out", str(tmp_path / "out")]
    assert command(*given, "--items", f"mine={path}") == 0
    out = capsys.readouterr().out
    assert "mine/induction" in out
    assert "reasoning_gym" not in out


def test_a_folder_that_another_process_works_in_is_refused_and_left_alone(
    tmp_path: Path, items: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    given = ["--endpoint", "http://gpu:8000", "--suite", "aime24", "--items", items]
    with holding(out) as process:
        assert command(*given, "--out", str(out)) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert f"{out} is in use by process {process.pid} on " in line
        assert line.endswith("; wait for its end, or give --out another name")
        assert [path.name for path in out.iterdir()] == [".lock"]
        process.kill()
    assert command(*given, "--samples", "2", "--out", str(out)) == 0
    with holding(out) as process:  # it was let go
        process.kill()


def test_items_are_read_before_a_model_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--model", "/no/such/model", "--suite", "aime24", "--out", str(tmp_path / "out")]
    assert command(*given, "--items", "aime24=hub:owner/name#main") == 1
    assert "a configuration follows a colon, not #" in capsys.readouterr().err


def test_a_model_without_a_chat_template_is_refused_before_it_is_loaded(
    tmp_path: Path, items: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = make_tiny(tmp_path / "bare", hidden=32, layers=1)
    for part in (*model.glob("*.jinja"), *model.glob("*.safetensors")):
        part.unlink()
    given = ["--model", str(model), "--suite", "aime24", "--items", items]
    assert command(*given, "--out", str(tmp_path / "out")) == 1
    assert "has no chat template: take a model" in capsys.readouterr().err


def test_what_vllm_says_goes_to_a_file_beside_the_results(
    tmp_path: Path,
    items: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(model: str, *, log: Path, **_: object) -> None:
        raise SamplerError(f"{model} failed; its log is {log}")

    monkeypatch.setattr(vllm_sampler, "VllmSampler", failing)
    model = make_tiny(tmp_path / "model", hidden=32, layers=1)
    given = ["--model", str(model), "--suite", "aime24", "--items", items, "--max-tokens", "9"]
    assert command(*given, "--out", str(tmp_path / "out")) == 1
    assert f"its log is {tmp_path / 'out' / 'engine.log'}\n" in capsys.readouterr().err


def test_a_model_or_an_endpoint_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--out", "out") == 2
    assert "--model" in capsys.readouterr().err


def test_a_service_that_is_no_address_is_answered_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reward_service.client, "AsyncRewardClient", AsyncRewardClient)
    assert command("--endpoint", "http://gpu:8000", "--service", "gpu:8000", "--out", "out") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is no http:// or https:// URL" in line


def test_a_folder_without_a_model_is_told_at_once(
    tmp_path: Path, items: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--model", str(tmp_path / "none"), "--suite", "aime24", "--items", items]
    assert command(*given, "--out", str(tmp_path / "out")) == 1
    assert f"there is no folder {tmp_path / 'none'}" in capsys.readouterr().err


def test_a_model_that_cannot_write_as_much_as_is_asked_for_is_refused(
    tmp_path: Path, items: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = make_tiny(tmp_path / "short", hidden=32, layers=1)
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 512}))
    given = ["--model", str(model), "--suite", "aime24", "--items", items]
    assert command(*given, "--out", str(tmp_path / "out")) == 1
    assert "takes 512 tokens, prompt and completion together" in capsys.readouterr().err
