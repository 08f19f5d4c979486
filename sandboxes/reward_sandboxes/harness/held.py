"""Modules kept as code until a job imports them, when their files are out of sight."""

from __future__ import annotations

import importlib.machinery
import marshal
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType


class Held:
    """An importer of modules whose code it has; one more entry of ``sys.meta_path``."""

    def __init__(self, names: Iterable[str]) -> None:
        """Read the modules ``names``, by full name, from where they can still be found.

        Raises:
            ImportError: one cannot be found.
        """
        self._held = {name: _read(name) for name in names if name not in sys.modules}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to load ``name``, if it is held."""
        if name not in self._held:
            return None
        _, place = self._held[name]
        spec = importlib.machinery.ModuleSpec(name, self, origin=place)  # type: ignore[arg-type]
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Let the interpreter make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        code, _ = self._held[module.__name__]
        exec(marshal.loads(code), vars(module))  # noqa: S102, S302 - our own code


def _read(name: str) -> tuple[bytes, str]:
    """Return the code of a module, and where it stands."""
    package = sys.modules[name.rpartition(".")[0]]
    spec = importlib.machinery.PathFinder.find_spec(name, package.__path__)
    if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
        raise ImportError(f"{name} cannot be held")
    return marshal.dumps(spec.loader.get_code(name)), spec.loader.path
