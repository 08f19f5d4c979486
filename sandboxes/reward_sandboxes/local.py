"""Embedded sandboxes: harnesses that are children of this process; neither root nor a daemon.

Covered and not covered: see ``harness``, which confines itself with what the kernel of this host
allows, says what that is, and refuses to run anything when it is too little.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import site
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reward_sandboxes.child import Child
from reward_sandboxes.commands import SEARCH_PATH, said_by
from reward_sandboxes.harness.config import Config
from reward_sandboxes.languages import Language, languages, version_in
from reward_sandboxes.launcher import Offer
from reward_sandboxes.precompiled import Precompiled
from reward_sandboxes.types import SandboxError

_HARNESS = Path(__file__).resolve().parent / "harness" / "__main__.py"
KIND = "any"
"""One kind of sandbox runs every language."""
_VERSION_S = 20.0
_PCH = "{pch}"
# The Debian package of an executable, where it has another name.
_PACKAGES = {
    "go": "golang-go",
    "java": "default-jre-headless",
    "javac": "default-jdk-headless",
    "node": "nodejs",
}


class LocalLauncher:
    """Starts harnesses as children; a ``launcher.Launcher``."""

    backend = "local"

    def __init__(
        self,
        *,
        confine: bool = True,
        cache: Path | None = None,
        user: int | None = None,
        group: int | None = None,
        python: str = sys.executable,
    ) -> None:
        """Nothing is looked for yet.

        Args:
            confine: whether the harness confines itself; see ``none``.
            cache: a folder for precompiled headers; None: the usual place for such things.
            user: id to start harnesses as, instead of this process's.
            group: id of the group that goes with it.
            python: the interpreter of harnesses and of Python programs. Programs may import what is
                installed beside this process's own.
        """
        self._confine = confine
        self._headers = cache or _cache_folder() / "headers"
        self._user = user
        self._group = group
        self._python = python
        self._offers: dict[str, Offer] = {}
        self._missing: dict[str, str] = {}
        self._precompiling: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Find out which languages there are; begin to precompile headers."""
        # Every sandbox is to show the folder, those too that start before anything is in it.
        with contextlib.suppress(OSError):
            self._headers.mkdir(parents=True, exist_ok=True)
        async with asyncio.TaskGroup() as group:
            for language in languages().values():
                group.create_task(self._look_for(language))
        # There before the first sandbox, which sees what is put there later.
        with contextlib.suppress(OSError):
            self._headers.mkdir(parents=True, exist_ok=True)
        if self._precompiling is None:
            self._precompiling = asyncio.create_task(self._precompile())

    def offers(self) -> Mapping[str, Offer]:
        """Return the languages of this host."""
        return self._offers

    def missing(self) -> Mapping[str, str]:
        """Return what each other language needs."""
        return self._missing

    async def start(self, kind: str) -> Child:
        """Start a harness.

        Raises:
            SandboxError: it cannot be started.
        """
        assert kind == KIND
        return await Child.start(self._command(), user=self._user, group=self._group)

    async def close(self) -> None:
        """Stop precompiling."""
        if self._precompiling is not None:
            self._precompiling.cancel()
            await asyncio.wait({self._precompiling})

    def _command(self) -> list[str]:
        config = {
            "confine": "auto" if self._confine else "none",
            "readable": self._config.readable,
            "python_path": self._config.python_path,
            "tools": sorted({name for one in languages().values() for name in one.needs}),
        }
        return [self._python, "-I", "-S", "-B", str(_HARNESS), json.dumps(config)]

    @property
    def _config(self) -> Config:
        """What programs may read, beside the system's own folders."""
        own = self._python == sys.executable
        packages = [path for path in site.getsitepackages() if own and Path(path).is_dir()]
        readable = [sys.base_prefix, *packages] if own else []
        return Config(readable=[*readable, str(self._headers)], python_path=packages)

    async def _look_for(self, language: Language) -> None:
        absent = [name for name in language.needs if not shutil.which(name, path=SEARCH_PATH)]
        if absent:
            packages = " ".join(_PACKAGES.get(name, name) for name in absent)
            self._missing[language.name] = (
                f"{language.name} needs {', '.join(absent)}"
                f" (on Debian or Ubuntu: apt-get install {packages})"
            )
            return
        version = sys.version.split()[0]
        try:
            if language.version:
                version = version_in(await said_by(language.version, longest_s=_VERSION_S))
        except SandboxError as error:
            self._missing[language.name] = f"{language.name} does not tell its version: {error}"
        else:
            self._offer(language, version, None)
            self._missing.pop(language.name, None)

    async def _precompile(self) -> None:
        precompiled = Precompiled(self._headers)
        for name, offer in list(self._offers.items()):
            language = languages()[name]
            if language.precompile:
                place = await precompiled.made(language, offer.version)
                self._offer(language, offer.version, place)

    def _offer(self, language: Language, version: str, headers: Path | None) -> None:
        """Offer ``language``, with the folder of its precompiled headers or without any."""
        places = [] if headers is None else self._places_of(headers)
        build = [
            filled
            for word in language.build
            for filled in ([word] if _PCH not in word else [word.replace(_PCH, p) for p in places])
        ]
        self._offers[language.name] = Offer(
            language=replace(language, build=build), kind=KIND, version=version
        )

    def _places_of(self, headers: Path) -> list[str]:
        """Return where compilers may find ``headers``: not every sandbox shows them elsewhere."""
        inside = headers.relative_to(self._headers)
        shown = Path(self._config.places[str(self._headers)]) / inside
        return list(dict.fromkeys(map(str, (shown, headers))))


def _cache_folder() -> Path:
    # Where harnesses are started as root they become somebody else, who cannot enter root's home.
    at_home = os.geteuid() != 0
    return (
        Path.home() / ".cache" / "reward-service" if at_home else Path("/var/cache/reward-service")
    )
