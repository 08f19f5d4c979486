"""What a sandbox says of itself before its first job."""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.config import Config

_PACKAGE = Path(__file__).resolve().parents[1]
_INSIDE = ("wire.py", "plain.py", "calls.py", "kernel/*.py", "harness/*.py")


def source_hash() -> str:
    """Return a hash of the sources that run inside; to be asked before they are out of sight."""
    digest = hashlib.sha256()
    for pattern in _INSIDE:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def hello(config: Config, cage: Cage, refused: Mapping[str, str], sources: str) -> dict[str, Any]:
    """Return the header of HELLO."""
    found = {tool: shutil.which(tool) for tool in config.tools}
    protections = dict(cage.protections)
    for level, reason in refused.items():
        protections[level] = reason
    return {
        "level": cage.level,
        "protections": protections,
        "python": platform.python_version(),
        "harness": sources,
        "tools": {tool: path for tool, path in found.items() if path},
    }
