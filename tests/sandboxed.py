"""Whether this host can run programs in embedded sandboxes, for tests that need one."""

from __future__ import annotations

import asyncio
from functools import cache

from reward_sandboxes.backend import BackendOptions, make_sandboxes
from reward_sandboxes.types import SandboxError


@cache
def why_no_programs() -> str:
    """Return why no program can be run here; empty if one can."""

    async def start() -> str:
        sandboxes = make_sandboxes("local", BackendOptions(slots=1))
        try:
            await sandboxes.start()
        except SandboxError as error:
            return f"no program can be run here: {error}"
        finally:
            await sandboxes.close()
        return ""

    return asyncio.run(start())
