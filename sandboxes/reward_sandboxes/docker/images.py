"""The images of sandboxes: what they are made from, what they are called, whether they are current.

An image is a language's Dockerfile and the harness that runs inside. Its label tells both by a
hash, so that an image of other sources is never used.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from reward_sandboxes.languages import IMAGES, Language, languages

LABEL_SOURCES = "reward-service.sources"
LABEL_VERSIONS = "reward-service.versions"
"""JSON: version by language, as the image itself tells it."""
HARNESS = "/opt/harness/reward_sandboxes/harness/__main__.py"
"""Where the images have it."""
PRECOMPILED = "/opt/pch"
"""Where the images have precompiled headers, a folder per language."""
_CONFIG = {"readable": [PRECOMPILED], "python_path": ["/usr/lib/python3/dist-packages"]}
ENTRYPOINT = ("/usr/bin/python3", "-I", "-S", "-B", HARNESS, json.dumps(_CONFIG))
"""The command of every image."""

_PACKAGE = Path(__file__).resolve().parents[1]
_INSIDE = ("__init__.py", "wire.py", "plain.py", "calls.py", "kernel", "harness")


def entrypoint(confine: str) -> list[str]:
    """Return the command of a container that confines itself as ``confine`` says."""
    return [*ENTRYPOINT[:-1], json.dumps({**_CONFIG, "confine": confine})]


def folder(language: Language) -> str:
    """Return the folder whose image ``language`` runs in."""
    return language.image or language.name


def folders() -> Mapping[str, Sequence[Language]]:
    """Return the languages of every image, by its folder."""
    table: dict[str, list[Language]] = {}
    for language in languages().values():
        table.setdefault(folder(language), []).append(language)
    return table


def tag(image: str) -> str:
    """Return the name of the image of folder ``image``."""
    return f"reward-sandbox-{image}:latest"


@cache
def sources_hash(image: str) -> str:
    """Return the hash of everything that the image of folder ``image`` is made from."""
    digest = hashlib.sha256()
    for name, data in _sources(image):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:32]


def context(image: str) -> bytes:
    """Return the build context of folder ``image``."""
    return archive(_sources(image))


def archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return ``files`` as a tar archive, the same for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _sources(image: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path in the context, contents), always in the same order."""
    for path in sorted((IMAGES / image).rglob("*")):
        # What language.toml says goes to the harness with every job, and is in no image.
        if path.is_file() and path.name != "language.toml":
            yield path.relative_to(IMAGES / image).as_posix(), path.read_bytes()
    for name in _INSIDE:
        place = _PACKAGE / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield f"reward_sandboxes/{path.relative_to(_PACKAGE).as_posix()}", path.read_bytes()
