"""Hostile programs against real sandboxes: nothing is paid, nobody is harmed, nothing is left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sandboxes.attacks.arena import nothing_left, open_arena
from sandboxes.attacks.backends import BACKENDS
from sandboxes.attacks.corpus import Attack, attacks
from sandboxes.attacks.honest import HONEST, Honest
from sandboxes.attacks.host import listening

pytestmark = pytest.mark.slow


# Judged outside of every sandbox, so that one kind of sandboxes shows as much as all of them.
_OF_THE_VERIFIER = {"encodings", "exit_codes", "monkeypatching", "splice"}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.docker if name == "docker" else ())
        for name in BACKENDS
    ]
)
def backend(request: pytest.FixtureRequest) -> str:
    """Return the name of one kind of sandboxes after the other."""
    return str(request.param)


def chosen(backend: str) -> list[Attack]:
    """Return what is judged: everything, or what attacks sandboxes, against one type of tests."""
    if backend == "local":
        return attacks()
    return [
        replace(attack, targets=attack.targets[:1])
        for attack in attacks()
        if attack.category not in _OF_THE_VERIFIER
    ]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that every user of the host may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        yield Path(name)


def test_no_hostile_program_earns_harms_or_leaves_anything(backend: str, folder: Path) -> None:
    assert asyncio.run(troubles_with(backend, folder, chosen(backend), ())) == []


def test_honest_programs_earn_what_they_should(backend: str, folder: Path) -> None:
    assert asyncio.run(troubles_with(backend, folder, (), HONEST)) == []


async def troubles_with(
    backend: str, folder: Path, hostile: Sequence[Attack], honest: Sequence[Honest]
) -> list[str]:
    """Judge all programs in sandboxes of ``backend``; return what should not have happened."""
    async with listening(folder) as host:
        with nothing_left() as left:
            async with open_arena(BACKENDS[backend](folder), host) as arena:
                await arena.face(hostile)
                await arena.honour(honest)
        return [*arena.troubles, *host.visits, *left, *host.written()]
