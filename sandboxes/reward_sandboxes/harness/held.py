"""The sandbox's own modules as code, for when their files are out of sight.

Compiling a source leaves holes in the memory of whoever does it, which every program would be
forked with. So this is done before the interpreter starts for the second time, and what is read
there is a file in memory.
"""

from __future__ import annotations

import importlib.machinery
import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, ModuleType

_Place = tuple[int, int, str]
"""Offset, size, and the path of the source."""


class Held:
    """An importer of modules whose code is held; one more entry of ``sys.meta_path``."""

    def __init__(self, fd: int, places: Mapping[str, _Place]) -> None:
        """Take what ``hold`` returned."""
        self._fd = fd
        self._places = places

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to load ``name``, if it is held."""
        if name not in self._places:
            return None
        origin = self._places[name][2]
        spec = importlib.machinery.ModuleSpec(name, self, origin=origin)  # type: ignore[arg-type]  # the methods it calls are there
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Let the interpreter make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        offset, size, _ = self._places[module.__name__]
        code: CodeType = marshal.loads(os.pread(self._fd, size, offset))  # noqa: S302 - our own
        exec(code, vars(module))  # noqa: S102 - our own code


def hold(package: str, names: Sequence[str]) -> tuple[int, dict[str, _Place]]:
    """Return a file with the code of modules, and where in it each is; it survives ``exec``.

    Args:
        package: the folder of the package that they are in.
        names: of the modules in it; of a folder all are held but what starts it.
    """
    fd = os.memfd_create("sources", 0)
    places: dict[str, _Place] = {}
    offset = 0
    for name, path in _modules(package, names):
        loader = importlib.machinery.SourceFileLoader(name, path)
        code = marshal.dumps(loader.get_code(name))
        rest = memoryview(code)
        while rest:
            rest = rest[os.write(fd, rest) :]
        places[name] = offset, len(code), path
        offset += len(code)
    return fd, places


def _modules(package: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return name and path of each module."""
    found: list[tuple[str, str]] = []
    for name in names:
        path = os.path.join(package, name)
        inside = sorted(os.listdir(path)) if os.path.isdir(path) else []
        for file in [f"{name}/{one}" for one in inside] or [name]:
            module, dot, kind = file.rpartition(".")
            if dot and kind == "py" and not module.endswith("__"):
                dotted = f"{os.path.basename(package)}.{module.replace('/', '.')}"
                found.append((dotted, os.path.join(package, file)))
    return found


def let_in(fd: int, places: Mapping[str, _Place]) -> None:
    """Let what is held be imported from now on, before any other place is asked."""
    sys.meta_path.insert(0, Held(fd, places))
