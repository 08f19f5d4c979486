"""Containers of dead services are found, and those of living ones left alone."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from docker.errors import APIError, NotFound

from reward_sandboxes.docker.leftovers import (
    LABEL_LAUNCHER,
    LABEL_LIFETIME,
    LABEL_OWNER,
    remove_leftovers,
)
from reward_sandboxes.docker.owner import is_dead, own_name


class Client:
    """A Docker with these containers."""

    def __init__(self, *containers: dict[str, Any], error: Exception | None = None) -> None:
        self.api = self
        self._containers = containers
        self._error = error

    def containers(self, **_: object) -> list[dict[str, Any]]:
        # Their age counts from now: tests are collected long before they run.
        return [{**one, "Created": time.time() - one["age"]} for one in self._containers]

    def remove_container(self, identity: str, **_: object) -> None:
        if self._error:
            raise self._error


def container(
    owner: str,
    *,
    launcher: str = "another",
    state: str = "running",
    age: float = 10.0,
    lifetime: str = "7200.0",
) -> dict[str, Any]:
    labels = {LABEL_OWNER: owner, LABEL_LAUNCHER: launcher, LABEL_LIFETIME: lifetime}
    return {
        "Id": "1" * 64,
        "Names": ["/sandbox"],
        "Labels": labels,
        "State": state,
        "age": age,
    }


def ended_process() -> str:
    code = "from reward_sandboxes.docker.owner import own_name; print(own_name())"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_process_that_ended_is_dead_and_a_living_one_is_not() -> None:
    assert is_dead(ended_process())
    assert not is_dead(own_name())


@pytest.mark.parametrize("name", ["", "x", "boot/pid:[1]/12/34", "/1/2", "//"])
def test_of_a_process_elsewhere_nothing_is_said(name: str) -> None:
    assert not is_dead(name)


STRANGER = "another-boot/pid:[1]/1/1"
OLD = container(STRANGER, age=8000)


@pytest.mark.parametrize(
    ("found", "removed"),
    [
        (container(STRANGER), False),
        (container(STRANGER, age=8000), True),
        (container(STRANGER, state="created"), False),
        (container(STRANGER, state="exited", age=200), True),
        (container(own_name()), False),
        (container(own_name(), launcher="mine"), True),
        (container(own_name(), launcher="mine", state="created"), False),
    ],
)
def test_what_is_a_leftover(found: dict[str, Any], removed: bool) -> None:
    assert remove_leftovers(Client(found), mine="mine") == (["sandbox"] if removed else [])


def test_containers_of_a_dead_service_are_removed() -> None:
    dead = ended_process()
    assert remove_leftovers(Client(container(dead), container(dead, state="created"))) == [
        "sandbox",
        "sandbox",
    ]


def test_what_a_launcher_uses_is_left_alone() -> None:
    used = Client(container(own_name(), launcher="mine"))
    assert remove_leftovers(used, mine="mine", alive={"sandbox"}) == []


def test_everything_is_removed_when_that_is_asked_for() -> None:
    living = Client(container(STRANGER))
    assert remove_leftovers(living, alive={"sandbox"}, all_of_them=True) == ["sandbox"]


def test_what_somebody_else_removes_meanwhile_is_no_error() -> None:
    assert remove_leftovers(Client(OLD, error=NotFound("gone"))) == []


def test_what_cannot_be_removed_is_an_error() -> None:
    with pytest.raises(APIError):
        remove_leftovers(Client(OLD, error=APIError("no")))
