"""The sandboxes that the programs are judged in."""

from __future__ import annotations

import json
import os
import shutil
import site
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docker import from_env

from reward_sandboxes.backend import BackendOptions, make_sandboxes
from reward_sandboxes.docker.leftovers import LABEL_OWNER
from reward_sandboxes.docker.owner import own_name
from reward_sandboxes.launcher import Offer
from reward_sandboxes.local import LocalLauncher
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.types import Sandboxes

SLOTS = 4
"""More than there may be cores: many programs only sleep until they are stopped."""
BUILD_S = 5.0
NOBODY = 57_000 + os.getpid() % 3000
"""A user who owns nothing and whom no system has; tests that run side by side have another each."""


def local(_folder: Path) -> Sandboxes:
    """As whoever runs the tests."""
    return PooledSandboxes(_Restricted(), slots=SLOTS)


def ordinary_user(folder: Path) -> Sandboxes:
    """As a user without rights, started by root."""
    if os.getuid() != 0:
        pytest.skip("already an ordinary user")
    launcher = _Restricted(
        cache=folder / "headers", user=NOBODY, group=NOBODY, python=_python_of_all()
    )
    return PooledSandboxes(launcher, slots=SLOTS)


def landlock(_folder: Path) -> Sandboxes:
    """Where there are no namespaces."""
    return PooledSandboxes(_Restricted(level="landlock", python=_python_of_all()), slots=SLOTS)


def docker(_folder: Path) -> Sandboxes:
    """In containers."""
    return make_sandboxes("docker", BackendOptions(slots=SLOTS))


def containers_left() -> list[str]:
    """Return the containers that this process has started and that are still there."""
    with closing(from_env()) as client:
        mine = {"label": f"{LABEL_OWNER}={own_name()}"}
        found = client.api.containers(all=True, filters=mine)
    return [f"container {one['Names']}" for one in found]


class _Restricted(LocalLauncher):
    def __init__(self, *, level: str = "auto", **options: Any) -> None:
        super().__init__(**options)
        self._level = level

    def offers(self) -> Mapping[str, Offer]:
        """Return the languages, with less time for compilers than honest programs may need."""
        return {
            name: replace(
                offer,
                language=replace(
                    offer.language,
                    build_limits=replace(offer.language.build_limits, cpu_s=BUILD_S),
                ),
            )
            for name, offer in super().offers().items()
        }

    def _command(self) -> list[str]:
        command = super()._command()
        options = {**json.loads(command.pop()), "confine": self._level, "uid": NOBODY}
        options["python_path"] = site.getsitepackages()
        return [*command, json.dumps(options)]


def _python_of_all() -> str:
    """Return an interpreter of this version that every user may run: this one, or the system's."""
    own = Path(sys.executable).resolve()
    if all(place.stat().st_mode & 1 for place in (own, *own.parents)):
        return sys.executable
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = shutil.which(name, path="/usr/local/bin:/usr/bin")
    if found is None:
        pytest.skip(f"there is no {name} that every user may run")
    return found


BACKENDS: Mapping[str, Callable[[Path], Sandboxes]] = {
    "local": local,
    "ordinary_user": ordinary_user,
    "landlock": landlock,
    "docker": docker,
}
