"""Headers that a compiler has read before: made once per compiler, in the background, and kept.

Beside them may lie whatever else makes compiling quicker. What is made here comes from the host's
own headers and the host's own compiler alone; sandboxes may read it, and nobody but its owner may
write it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import stat
import tempfile
import time
from itertools import chain
from pathlib import Path

from reward_sandboxes.commands import said_by
from reward_sandboxes.languages import Language
from reward_sandboxes.types import SandboxError

log = logging.getLogger(__name__)

_PLACEHOLDER = "{pch}"
_LONGEST_S = 120.0
_MAKING = "making-"
_LEFT_S = 3600.0


class Precompiled:
    """Folders of precompiled headers, one per compiler and command, in one folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when something is put there."""
        self._folder = folder

    async def made(self, language: Language, version: str) -> Path | None:
        """Return the folder of what ``language`` precompiles; None, and a log line: there is none.

        Compiling works without it, only more slowly.
        """
        place = self._folder / _key(language, version)
        try:
            if not place.is_dir():
                await self._make(language, place)
            _refuse_shared(place)
        except (OSError, SandboxError) as error:
            log.warning(
                "no precompiled header", extra={"language": language.name, "why": str(error)}
            )
            return None
        return place

    async def _make(self, language: Language, place: Path) -> None:
        making = self._begun(language)
        try:
            for command in language.precompile:
                words = [word.replace(_PLACEHOLDER, str(making)) for word in command]
                await said_by(["nice", *words], longest_s=_LONGEST_S)
            _keep(making, place)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _begun(self, language: Language) -> Path:
        """Return a new folder with the folders in it that ``language`` writes to."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        for left in self._folder.glob(f"{_MAKING}*"):  # by a service that was killed meanwhile
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=self._folder))
        making.chmod(0o755)
        for word in chain.from_iterable(language.precompile):
            if word.startswith(_PLACEHOLDER):
                file = Path(word.replace(_PLACEHOLDER, str(making)))
                file.parent.mkdir(parents=True, exist_ok=True)
        return making


def _keep(making: Path, place: Path) -> None:
    # Another process may have been quicker; then its folder is as good as this.
    if not place.is_dir():
        making.rename(place)


def _key(language: Language, version: str) -> str:
    made_from = json.dumps([language.name, version, list(map(list, language.precompile))])
    return f"{language.name}-{hashlib.sha256(made_from.encode()).hexdigest()[:16]}"


def _refuse_shared(place: Path) -> None:
    """Refuse a folder in which somebody else could have put a header of his own.

    Raises:
        SandboxError: it is one.
    """
    for folder in (place, place.parent):
        found = folder.lstat()
        mine = found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not mine or not stat.S_ISDIR(found.st_mode):
            raise SandboxError(f"others may write to {folder}")
