"""What a sandbox says of itself before its first job."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from reward_sandboxes.harness.cage import Cage
    from reward_sandboxes.harness.config import Config


def hello(config: Config, cage: Cage, refused: Mapping[str, str], sources: str) -> dict[str, Any]:
    """Return the header of HELLO.

    Args:
        config: names the tools to look for.
        cage: what runs are confined by.
        refused: why each better level than this one does not work here.
        sources: a hash of what runs inside.
    """
    found = {tool: which(tool) for tool in config.tools}
    return {
        "level": cage.level,
        "protections": {**cage.protections, **refused},
        "python": ".".join(map(str, sys.version_info[:3])),
        "harness": sources,
        "tools": {tool: path for tool, path in found.items() if path},
    }


def which(name: str) -> str | None:
    """Return where the executable ``name`` is, or None; a path is looked for as it is."""
    if "/" in name:
        return name if os.access(name, os.X_OK) else None
    for folder in os.environ["PATH"].split(":"):
        place = f"{folder}/{name}"
        if os.access(place, os.X_OK) and not os.path.isdir(place):
            return place
    return None
