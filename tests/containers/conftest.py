"""One stack for all tests, which leave it as they found it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from containers.stack import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "CI_ENGINE" not in os.environ:
        skip = pytest.mark.skip(reason="needs a Docker Engine of its own: .ci/run containers")
        for item in items:
            if "containers" in item.path.parts:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def running() -> Iterator[Stack]:
    stack = Stack()
    stack.down()
    stack.up()
    yield stack
    stack.down()


@pytest.fixture
def stack(running: Stack) -> Stack:
    """Return the stack with every domain ready, whatever the test before did to it."""
    running.up("--scale", "api=1")
    return running
