"""``doctor``: what holds, what does not, and how to get it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

import fakes
import pytest

from reward_service import doctor
from reward_service.config import Settings
from reward_service.doctor import SELF_TESTS, Finding, Grade, examine, server_packages
from reward_service.engine import Engine
from reward_service.errors import WorkerDiedError
from reward_service.lanes import LaneStatus
from reward_verifiers.registry import DOMAINS, Lane, read_spec, verifier

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

PYPROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


class JailedLane(fakes.ScriptedLane):
    """A lane of which one protection does not hold."""

    def status(self) -> LaneStatus:
        jail = {"seccomp": True, "landlock": "not in this kernel"}
        return LaneStatus(ready=True, details={"workers": 2, "jail": jail})


@asynccontextmanager
async def opened(_settings: Settings) -> AsyncIterator[Engine]:
    yield Engine({Lane.CPU: JailedLane()}, verifiers=lambda _name: fakes.LITERAL)


@asynccontextmanager
async def not_opened(_settings: Settings) -> AsyncIterator[Engine]:
    raise WorkerDiedError("the cpu lane does not start: no memory")
    yield


@pytest.fixture
def math_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fakes judge math."""
    monkeypatch.setattr("reward_service.doctor.DOMAINS", {"math": DOMAINS["math"]})


def findings(found: list[Finding], part: str) -> dict[str, Finding]:
    return {finding.name: finding for finding in found if finding.part == part}


@pytest.mark.usefixtures("math_alone")
def test_a_protection_that_does_not_hold_is_a_warning_with_a_way_to_get_it() -> None:
    found = asyncio.run(examine(Settings(), opened))
    jail = findings(found, "jail")
    assert jail["seccomp"].grade is Grade.OK
    assert (jail["landlock"].grade, jail["landlock"].detail) == (
        Grade.WARNING,
        "not in this kernel",
    )
    assert "Linux 5.13" in jail["landlock"].fix


@pytest.mark.usefixtures("math_alone")
def test_wrong_verdicts_fail_the_self_test() -> None:
    found = asyncio.run(examine(Settings(), opened))  # its verifiers are fakes
    test = findings(found, "self-test")["math"]
    assert test.grade is Grade.FAILED
    assert test.detail.startswith("expected correct, got wrong")


def test_a_lane_that_does_not_start_is_a_finding() -> None:
    found = asyncio.run(examine(Settings(), not_opened))
    assert findings(found, "lane")["all"] == Finding(
        part="lane", name="all", grade=Grade.FAILED, detail="the cpu lane does not start: no memory"
    )


def test_a_missing_package_is_named_with_the_command_that_gets_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    required = ["no-such-package>=1; extra == 'server'", "nor-this-one; extra == 'server'"]
    monkeypatch.setattr("reward_service.doctor.metadata.requires", lambda _name: required)
    monkeypatch.setattr("reward_service.doctor._SPARED", {"nor-this-one": "speed"})
    found = asyncio.run(examine(Settings(), opened))
    packages = findings(found, "package")
    assert packages["no-such-package"].grade is Grade.FAILED
    assert "pip install 'reward-service[server]'" in packages["no-such-package"].fix
    assert packages["nor-this-one"].grade is Grade.WARNING
    assert findings(found, "lane")["cpu"].grade is Grade.FAILED


def test_what_a_server_needs_is_what_its_extra_says() -> None:
    assert server_packages(
        [
            "pydantic>=2.12",
            "uvloop>=0.21; (sys_platform == 'linux') and extra == 'server'",
            "colorama; sys_platform == 'win32' and extra == 'server'",
            'math-verify[antlr4]==0.9.0; extra == "server"',
            "pint>=0.25; extra == 'dev'",
        ]
    ) == ["math-verify", "pydantic", "uvloop"]


def test_the_project_s_own_extra_is_followed() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    server = [f"{each} ; extra == 'server'" for each in project["optional-dependencies"]["server"]]
    named = set(server_packages([*project["dependencies"], *server]))
    assert {"pydantic", "fastapi", "sympy", *doctor._SPARED} <= named
    assert "pint" not in named
    assert named == set(server_packages(metadata.requires("reward-service") or []))


def test_every_domain_has_a_self_test_that_its_verifier_passes() -> None:
    assert SELF_TESTS.keys() == DOMAINS.keys()
    for name, (raw, right, wrong) in SELF_TESTS.items():
        spec, functions = read_spec(raw), verifier(name)
        if functions.judge is None:
            continue  # needs sandboxes; ``test_this_machine_can_judge`` has them
        assert functions.verify(right, spec).outcome == "correct"
        assert functions.verify(wrong, spec).outcome == "wrong"


@pytest.mark.slow
def test_this_machine_can_judge(cli: Cli) -> None:
    done = cli("doctor", "--json", "--workers", "1")
    value = json.loads(done.stdout)
    failed = [each for each in value["findings"] if each["grade"] == "failed"]
    assert (done.returncode, value["ok"], failed) == (0, True, [])
    parts = {each["part"] for each in value["findings"]}
    named = {"machine", "package", "lane", "jail", "sandbox", "language", "self-test"}
    assert parts == named
