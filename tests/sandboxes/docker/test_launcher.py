"""What a launcher does where no engine is needed to see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from reward_sandboxes.docker.launcher import DockerLauncher
from reward_sandboxes.docker.options import DockerOptions
from reward_sandboxes.types import SandboxError


class NoClient:
    """An engine that hands out no client: whoever needs one of it fails the test."""

    async def call(self, ask: Callable[[Any], Any]) -> Any:
        return ask(None)


def test_an_image_that_was_gone_at_the_last_look_says_how_to_build_it() -> None:
    launcher = DockerLauncher(DockerOptions())
    launcher._engine = NoClient()  # type: ignore[assignment]  # all that is asked of it

    with pytest.raises(SandboxError, match="is gone; build it: reward-service sandbox build cpp"):
        asyncio.run(launcher.start("cpp"))

    assert (launcher._users, launcher._names) == (set(), set())
