"""Containers of gVisor: programs in them meet a kernel of their own, and each run is a user."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from sandboxes.attacks.arena import open_arena
from sandboxes.attacks.corpus import Attack, attacks
from sandboxes.attacks.honest import HONEST
from sandboxes.attacks.host import listening

from reward_sandboxes.backend import BackendOptions, make_sandboxes

pytestmark = [pytest.mark.docker, pytest.mark.gvisor, pytest.mark.slow]

OPTIONS = BackendOptions(slots=2, docker_runtime="runsc")
CATEGORIES = {"contamination", "exit_codes", "network", "privilege", "protocol", "reading_tests"}
# What these look for is there in gVisor, and means nothing.
HARMLESS = {
    "opens_devices": "devices of its own kernel, which has nothing behind them",
    "survives_out_of_memory": "a number that nobody reads: the host knows the whole sandbox alone",
    "unlinked_working_directory": "/tmp is never the program's, whose folder is below it",
}


async def troubles() -> list[str]:
    chosen = [replace(attack, targets=attack.targets[:1]) for attack in attacks() if fits(attack)]
    with tempfile.TemporaryDirectory() as folder:
        async with listening(Path(folder)) as host:
            async with open_arena(make_sandboxes("docker", OPTIONS), host) as arena:
                await arena.face(chosen)
                await arena.honour([one for one in HONEST if one.language == "python"])
            return [*arena.troubles, *host.visits, *host.written()]


def fits(attack: Attack) -> bool:
    python = attack.language == "python"
    return python and attack.category in CATEGORIES and attack.name not in HARMLESS


def test_hostile_programs_earn_nothing_and_honest_ones_what_they_should() -> None:
    found = asyncio.run(troubles())
    assert not found, "\n".join(found)


def test_what_does_not_hold_is_named() -> None:
    async def status() -> tuple[str, dict[str, bool | str]]:
        sandboxes = make_sandboxes("docker", replace(OPTIONS, slots=1))
        await sandboxes.start()
        try:
            return sandboxes.status().level, dict(sandboxes.status().protections)
        finally:
            await sandboxes.close()

    level, protections = asyncio.run(status())
    assert level == "users"
    missing = {name for name, held in protections.items() if held is not True}
    assert missing == {"disk", "processes", "process_count", "clocks", "namespaces", "landlock"}
