"""The data files of this package, read as text."""

from __future__ import annotations

import gzip
from importlib.resources import files


def shipped_lines(name: str) -> list[str]:
    """Return the lines of ``data/<name>``, which may be compressed."""
    content = files("reward_verifiers.ifeval.text").joinpath("data", *name.split("/")).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    return content.decode("utf-8").removesuffix("\n").split("\n")
