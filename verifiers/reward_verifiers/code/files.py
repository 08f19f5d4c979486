"""Files of a spec, as sandboxes take them."""

from __future__ import annotations

from collections.abc import Mapping


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    """Return the bytes of each file by its path."""
    return {path: text.encode("utf-8") for path, text in files.items()}
