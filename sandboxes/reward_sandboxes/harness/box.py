"""Files that go into a sandbox and come out of it, by paths that cannot lead anywhere else."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_FILES = 2000
MAX_DEPTH = 20


class BadPathError(ValueError):
    """A path that leads out of the folder that it is relative to."""


def safe_path(path: str) -> str:
    """Return ``path`` if it is relative and stays inside.

    Raises:
        BadPathError: it does not.
    """
    parts = path.split("/")
    if not path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise BadPathError(f"not a path of a file beside a program: {path[:200]!r}")
    return path


def write_files(folder: str, files: Mapping[str, bytes], mode: int = 0o644) -> None:
    """Write ``files`` into ``folder``, in which nothing of a program's has run yet.

    Raises:
        BadPathError: a path leads out of it.
        OSError: they do not fit.
    """
    for path, data in files.items():
        place = f"{folder}/{safe_path(path)}"
        if "/" in path:
            os.makedirs(place.rpartition("/")[0], exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(place, flags, mode)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
        finally:
            os.close(fd)


def write_artefact(folder: str, files: Sequence[tuple[str, int, bytes]]) -> None:
    """Write what was built before into ``folder``."""
    for path, mode, data in files:
        write_files(folder, {path: data}, mode & 0o755 | 0o400)


def built_files(folder: str) -> list[tuple[str, int, int]]:
    """Return path, mode and size of every file that a compiler left.

    Links and special files are passed over, whoever made them.
    """
    found: list[tuple[str, int, int]] = []
    for path, entry in _walk(folder, "", MAX_DEPTH):
        if len(found) == MAX_FILES:
            break
        status = os.lstat(entry)
        found.append((path, stat.S_IMODE(status.st_mode), status.st_size))
    return found


def opened(folder: str, files: Iterable[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield a descriptor, open until the next, and the size of each of ``files``."""
    for path, _, size in files:
        fd = os.open(f"{folder}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            yield fd, size
        finally:
            os.close(fd)


def _walk(folder: str, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (relative path, path) of regular files, in the order of names."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False) and depth:
            yield from _walk(entry.path, f"{path}/", depth - 1)
        elif entry.is_file(follow_symlinks=False):
            yield path, entry.path
