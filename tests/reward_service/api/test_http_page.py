"""What docs/http.md shows is what the service answers."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fakes
import httpx
import pytest
from fastapi import FastAPI

from reward_service.api import create_app
from reward_service.api.openapi import document
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.sandbox_lane import SandboxLane
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane

PAGE = (Path(__file__).parents[3] / "docs" / "http.md").read_text("utf-8")
SHOWN = re.findall(r"```sh\n(curl .*?)\n```\n\n```json\n(.*?)\n```", PAGE, re.DOTALL)

# Times differ from run to run, and a verifier may find better words.
_FREE = {"queue_s", "exec_s", "reason", "cpu_s"}

PROGRAMS = {
    "print(sum(map(int, input().split())))\n": fakes.prints(
        lambda text: f"{sum(map(int, text.split()))}\n"
    )
}


@pytest.fixture
def app() -> FastAPI:
    return create_app(engine(), Settings())


def engine() -> Engine:
    # Every example but that of programs is decided without a worker: the cpu lane is never asked.
    programs = SandboxLane(fakes.FakeSandboxes(PROGRAMS))
    return Engine({Lane.CPU: fakes.ScriptedLane(), Lane.SANDBOX: programs})


@pytest.mark.parametrize(("command", "answer"), SHOWN)
def test_each_command_has_the_answer_that_is_shown(app: FastAPI, command: str, answer: str) -> None:
    if "ndjson" in command:
        shown = [json.loads(line) for line in answer.splitlines()]
        given = [json.loads(line) for line in run(app, command).text.splitlines()]
    else:
        shown, given = json.loads(answer), run(app, command).json()

    assert kept(given) == kept(shown)


def run(app: FastAPI, command: str) -> httpx.Response:

    _, _, url, *options = shlex.split(command)
    flags = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for flag, value in flags if flag == "-H")
    (body,) = [value for flag, value in flags if flag == "-d"]

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),  # starts the lanes
            httpx.AsyncClient(transport=transport, base_url="http://door") as client,
        ):
            return await client.post(httpx.URL(url).path, content=body, headers=headers)

    return asyncio.run(send())


def kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept(inner) for key, inner in value.items() if key not in _FREE}
    return [kept(inner) for inner in value] if isinstance(value, list) else value


def test_there_is_something_to_check() -> None:
    assert len(SHOWN) >= 5


def test_every_metric_is_listed() -> None:
    text = Telemetry().exposition(engine())[0].decode()
    ours = set(re.findall(r"^# HELP (reward_service_\w+)", text, re.MULTILINE))

    assert ours == set(re.findall(r"^\| `(reward_service_\w+)`", PAGE, re.MULTILINE))


def test_every_path_is_listed() -> None:
    listed = set(re.findall(r"^\| `(?:GET|POST) (/\w*)`", PAGE, re.MULTILINE))

    assert listed == set(document()["paths"])


def test_every_error_is_listed() -> None:
    listed = dict(re.findall(r"^\| (\d+) \| `(\w+)`", PAGE, re.MULTILINE))

    assert dict(errors()).items() <= listed.items()


def errors() -> Iterator[tuple[str, str]]:
    for methods in document()["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                for media_type, content in response["content"].items():
                    if media_type == "application/problem+json":
                        yield status, content["example"]["code"]
