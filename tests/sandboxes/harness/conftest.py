from __future__ import annotations

from collections.abc import Iterator

import pytest
from sandboxes.harness.talking import Harness, as_ordinary_user, started, system_python

LEVELS = {
    "namespaces": lambda: {"confine": "namespaces"},
    "user": lambda: {"confine": "namespaces", **as_ordinary_user()},
    "landlock": lambda: {"confine": "landlock", "python": system_python()},
}


@pytest.fixture(scope="module", params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    """Return one way to confine programs after the other."""
    return str(request.param)


@pytest.fixture(scope="module")
def shared(level: str) -> Iterator[Harness]:
    """Start a harness that all tests of a module use, one job after the other."""
    with started(**LEVELS[level]()) as harness:
        yield harness


@pytest.fixture(scope="module")
def nested() -> Iterator[Harness]:
    """Start one with namespaces, as whoever runs the tests."""
    with started(confine="namespaces") as harness:
        yield harness
