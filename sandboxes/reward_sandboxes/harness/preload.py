"""Imports what a program will import, before the processes that run it are forked.

So ``import numpy`` costs once for a program and not once for each of its tests. Only modules of the
interpreter's own library and its installed packages are imported, whose code is trusted as much as
the interpreter: never a file beside the program, nor a line of the program itself.
"""

from __future__ import annotations

import _ast
import gc
import importlib
import os
import sys
import warnings

from reward_sandboxes.harness.attempt import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_MODULES = 40
MAX_SOURCE_BYTES = 1 << 18
"""A longer program is not read; it imports for itself."""

# Modules that do something when they are imported: write to stdout, open a window or a browser,
# change the terminal or the interpreter. And ours.
_NOT_BEFOREHAND = frozenset(
    {
        *("__main__", "__hello__", "__phello__", "antigravity", "this", "idlelib", "lib2to3"),
        *("readline", "rlcompleter", "site", "sitecustomize", "usercustomize", "test", "tkinter"),
        *("turtle", "turtledemo", "ensurepip", "pip", "reward_sandboxes"),
    }
)


_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of statements that hold statements, or what holds them."""


def preload(source: str | bytes, beside: Iterable[str] = (), *, prelude: bool = False) -> None:
    """Import the trusted modules that ``source`` imports, be it in a function.

    Args:
        source: the program; one that does not compile imports nothing.
        beside: paths of the files beside the program, which hide modules of the same name.
        prelude: whether the usual imports are to be at hand.
    """
    if prelude:
        from reward_sandboxes.harness import prelude as at_hand

        at_hand.install()
    text = source if isinstance(source, bytes) else source.encode("utf-8", "replace")
    if b"import" not in text or len(text) > MAX_SOURCE_BYTES:
        return
    hidden = {path.partition("/")[0].removesuffix(".py") for path in beside}
    names = [
        (module, member)
        for module, member in _imports(text)
        if module.partition(".")[0] not in _NOT_BEFOREHAND | hidden
    ]
    path = sys.path[:]
    try:
        sys.path[:] = [place for place in path if not _beside_the_program(place)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for module, member in names[:MAX_MODULES]:
                _import(module, member)
    finally:
        sys.path[:] = path
    gc.freeze()  # no process forked from here need go through, and so copy, what is loaded


def _import(module: str, member: str) -> None:
    # What a package raises when it cannot be imported is the program's to see, when it tries.
    loaded, error = attempt(importlib.import_module, module)
    if error is None and member and not hasattr(loaded, member):
        attempt(importlib.import_module, f"{module}.{member}")


def _imports(source: bytes) -> Iterator[tuple[str, str]]:
    """Yield (module, member or "") of the imports of ``source``, those at its top level first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree, _ = attempt(compile, source, "<program>", "exec", _ast.PyCF_ONLY_AST)
    blocks = [tree.body] if tree else []
    while blocks:
        for node in blocks.pop(0):
            if isinstance(node, _ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, _ast.ImportFrom) and node.module and not node.level:
                yield from ((node.module, alias.name) for alias in node.names)
            else:
                blocks += [inner for part in _BLOCKS if (inner := getattr(node, part, None))]


def _beside_the_program(place: str) -> bool:
    return not place or os.path.realpath(place) == os.getcwd()
