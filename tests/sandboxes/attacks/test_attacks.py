"""Hostile programs against real sandboxes: nothing is paid, nobody is harmed, nothing is left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sandboxes.attacks.arena import nothing_left, open_arena
from sandboxes.attacks.backends import BACKENDS, containers_left
from sandboxes.attacks.corpus import Attack, attacks
from sandboxes.attacks.honest import HONEST, Honest
from sandboxes.attacks.host import listening

pytestmark = pytest.mark.slow


# Of each kind of sandboxes, what another one has not shown already. What programs do to a verifier
# does not depend on sandboxes, and an ordinary user's confine as root's do.
_CONFINEMENT = {"contamination", "network", "privilege", "reading_tests"}
_CATEGORIES = {
    "ordinary_user": _CONFINEMENT,
    "landlock": {*_CONFINEMENT, "protocol", "resources"},
    "docker": {*_CONFINEMENT, "compilers", "protocol", "resources"},
}


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
    """Return what is judged: everything, or some of it against one type of tests."""
    if backend not in _CATEGORIES:
        return [_shortened(attack) for attack in attacks()]
    return [
        replace(attack, targets=attack.targets[:1])
        for attack in attacks()
        if attack.category in _CATEGORIES[backend] or attack.task == "hostfile"
    ]


def _shortened(attack: Attack) -> Attack:
    # These cost seconds each, and what they take does not depend on the type of tests.
    return replace(attack, targets=attack.targets[:2]) if attack.category == "resources" else attack


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that every user of the host may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        yield Path(name)


def test_no_hostile_program_earns_harms_or_leaves_anything(backend: str, folder: Path) -> None:
    troubles = asyncio.run(troubles_with(backend, folder, chosen(backend), ()))
    assert not troubles, "\n".join(troubles)


def test_honest_programs_earn_what_they_should(backend: str, folder: Path) -> None:
    troubles = asyncio.run(troubles_with(backend, folder, (), HONEST))
    assert not troubles, "\n".join(troubles)


async def troubles_with(
    backend: str, folder: Path, hostile: Sequence[Attack], honest: Sequence[Honest]
) -> list[str]:
    """Judge all programs in sandboxes of ``backend``; return what should not have happened."""
    async with listening(folder) as host:
        with nothing_left() as left:
            async with open_arena(BACKENDS[backend](folder), host) as arena:
                await arena.face(hostile)
                await arena.honour(honest)
        if backend == "docker":
            left += await asyncio.to_thread(containers_left)
        return [*arena.troubles, *host.visits, *left, *host.written()]
