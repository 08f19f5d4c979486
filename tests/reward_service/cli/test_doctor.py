"""``doctor``: what holds, what does not, and how to get it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import fakes
import pytest

from reward_service.config import Settings
from reward_service.doctor import SELF_TESTS, Finding, Grade, examine
from reward_service.engine import Engine
from reward_service.errors import WorkerDiedError
from reward_service.lanes import LaneStatus
from reward_verifiers.registry import DOMAINS, Lane, read_spec, verifier

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


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
    monkeypatch.setattr("reward_service.doctor._NEEDED", ("no-such-package",))
    monkeypatch.setattr("reward_service.doctor._OPTIONAL", {"nor-this-one": "speed"})
    found = asyncio.run(examine(Settings(), opened))
    packages = findings(found, "package")
    assert packages["no-such-package"].grade is Grade.FAILED
    assert "pip install 'reward-service[server]'" in packages["no-such-package"].fix
    assert packages["nor-this-one"].grade is Grade.WARNING
    assert findings(found, "lane")["cpu"].grade is Grade.FAILED


def test_every_domain_has_a_self_test_that_its_verifier_passes() -> None:
    assert SELF_TESTS.keys() == DOMAINS.keys()
    for name, (raw, right, wrong) in SELF_TESTS.items():
        spec, functions = read_spec(raw), verifier(name)
        assert functions.verify(right, spec).outcome == "correct"
        assert functions.verify(wrong, spec).outcome == "wrong"


@pytest.mark.slow
def test_this_machine_can_judge(cli: Cli) -> None:
    done = cli("doctor", "--json", "--workers", "1")
    value = json.loads(done.stdout)
    failed = [each for each in value["findings"] if each["grade"] == "failed"]
    assert (done.returncode, value["ok"], failed) == (0, True, [])
    parts = {each["part"] for each in value["findings"]}
    assert parts == {"machine", "package", "lane", "jail", "self-test"}
