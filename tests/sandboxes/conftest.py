"""Tests marked ``docker`` need an engine and its images; ``.ci/run containers`` has both."""

from __future__ import annotations

import os

import pytest

from reward_sandboxes.docker import images
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.types import SandboxError

GVISOR = "runsc"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("docker")]
    # In continuous integration the engine has to be there: what is missing is a failure.
    if marked and "CI_ENGINE" not in os.environ and (why := _missing()):
        skip = pytest.mark.skip(reason=f"{why}; .ci/run containers has all that it takes")
        for item in marked:
            item.add_marker(skip)

    marked = [item for item in items if item.get_closest_marker("gvisor")]
    if marked and (why := _missing_runtime()):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=why))


def _missing_runtime() -> str:
    engine = Engine(Endpoint.named(""), 10)
    try:
        known = engine.ask(lambda client: client.info())["Runtimes"]
    except SandboxError as error:
        return f"no container can be tried: {error}"
    finally:
        engine.close()
    return "" if GVISOR in known else f"Docker has no runtime {GVISOR}"


def _missing() -> str:
    engine = Engine(Endpoint.named(""), 10)
    try:
        image = engine.ask(lambda client: client.images.get(images.tag("python")))
    except SandboxError as error:
        return f"no container can be tried: {error}"
    finally:
        engine.close()
    if image.labels.get(images.LABEL_SOURCES) != images.sources_hash("python"):
        return "the image of Python is of another version: reward-service sandbox build python"
    return ""
