"""A folder to run in, and lines to score."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from offline_runs import Runs


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


@pytest.fixture
def items() -> Callable[..., list[dict[str, Any]]]:
    """Make lines: every third completion is wrong."""

    def make(n: int, **more: Any) -> list[dict[str, Any]]:
        return [
            {
                "id": f"p{at}",
                "spec": {"domain": "math", "gold": "7"},
                "completion": f"answer {at}: {'8' if at % 3 == 0 else '7'}",
                **more,
            }
            for at in range(n)
        ]

    return make
