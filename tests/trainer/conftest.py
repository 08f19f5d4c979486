"""The trainer needs torch, and the service does not; ``test_torch.py`` says when it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from own_service import OwnService, own_service
from tiny_runs import make_world

collect_ignore = [
    str(path)
    for path in Path(__file__).parent.rglob("test_*.py")
    if path.name != "test_torch.py" and find_spec("torch") is None
]


@pytest.fixture(scope="session")
def service() -> Iterator[OwnService]:
    """The real service, for all tests that do not kill it."""
    with own_service() as running:
        yield running


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that adds now and then, and what it is asked."""
    return make_world(tmp_path_factory.mktemp("world"))
