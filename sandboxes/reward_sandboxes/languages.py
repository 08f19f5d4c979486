"""The languages, read from their folders in ``images/``: one folder, one language.

A folder holds ``language.toml`` (this module says what may stand in it), the Dockerfile of its
image and whatever that copies. To add a language, add a folder; nothing else changes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reward_sandboxes.java_names import JavaNames, java_names
from reward_sandboxes.types import Limits, Program

_HERE = Path(__file__).resolve().parent
IMAGES = next(
    (place for place in (_HERE / "images", _HERE.parent / "images") if place.is_dir()),
    _HERE / "images",
)
"""Inside the package once installed, beside it in a checkout."""

_LEAN = "{lean}"
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Smoke:
    """A program that shows that the language works here."""

    source: str
    stdin: str
    stdout: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """How programs of one language are compiled and run.

    In commands, ``{source}`` is the source file and ``{out}`` the folder that the compiler writes
    to and that runs may only read; both are absolute paths inside the sandbox. ``{pch}`` is the
    folder of what ``precompile`` made, where a backend has made it. What depends on the program
    (``{memory_mb}``, ``{lean}``, and Java's ``{class}`` and ``{main}``) is filled in by ``fitted``.
    """

    name: str
    summary: str
    """For a person: the language, its version or standard, its flags."""
    fences: Sequence[str]
    """The tags of fenced code blocks, and the names in specs, that mean this language."""
    also_fences: Sequence[str] = ()
    """Tags of blocks that count as well: those of the same language in another standard."""
    source: str
    """The file name of the source."""
    run: Sequence[str] = ()
    """The command of a run; empty: the harness runs the source itself (Python)."""
    build: Sequence[str] = ()
    """The command of the compiler; empty: there is nothing to compile."""
    precompile: Sequence[Sequence[str]] = ()
    """Commands that fill ``{pch}`` once, so that compiling is quicker; the flags of compilers have
    to be those of ``build``, without ``lean`` and with it."""
    lean: Sequence[str] = ()
    """Flags that stand in ``build`` as ``{lean}``, for most sources: they leave headers out that
    few have a use for."""
    seldom: str = ""
    """A regular expression that finds something in every source with a use for those."""
    needs: Sequence[str] = ()
    """Executables without which it cannot be run."""
    version: Sequence[str] = ()
    """A command whose first line of output tells the version."""
    image: str = ""
    """The folder whose image it runs in, where that is not its own."""
    reserves_memory: bool = False
    """Whether its runtime reserves far more address space than it uses (JVM, Go, Node), so that
    the memory it has resident is limited and not its address space."""
    environment: Mapping[str, str] = field(default_factory=dict)
    build_limits: Limits = field(default_factory=lambda: Limits(cpu_s=20.0, disk_mb=256))
    processes: int = 64
    """Processes and threads that a run may have at least: some runtimes need many."""
    extra_memory_mb: int = 0
    """What the runtime itself needs, on top of a program's limit."""
    extra_cpu_s: float = 0.0
    """What starting the runtime costs, on top of a program's limit."""
    smoke: Smoke


def counts_as(tag: str, language: Language) -> bool:
    """Whether a code block of ``tag``, in lower case, may be a program of ``language``."""
    return by_fence().get(tag) is language or tag in language.also_fences


def fitted(language: Language, program: Program, memory_mb: int) -> Language:
    """Return ``language`` as it compiles and runs ``program`` with ``memory_mb`` of memory."""
    source = program.source
    names = java_names(source) if "{class}" in language.source else JavaNames("", "")
    values = {"{class}": names.file, "{main}": names.main, "{memory_mb}": str(memory_mb)}
    return replace(
        language,
        source=_filled(language.source, values),
        build=[_filled(word, values) for word in _with_lean(language, program)],
        run=[_filled(word, values) for word in language.run],
        environment={name: _filled(value, values) for name, value in language.environment.items()},
    )


def _with_lean(language: Language, program: Program) -> Sequence[str]:
    """Return the command of the compiler, with ``lean`` where ``program`` has no use for more."""
    if _LEAN not in language.build:
        return language.build
    # Files beside the program may ask for anything; nobody has many.
    misses = not program.files and not re.search(language.seldom, program.source)
    lean = language.lean if misses else ()
    return [each for word in language.build for each in (lean if word == _LEAN else [word])]


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def version_in(text: str) -> str:
    """Return the version in the first line of what ``Language.version`` wrote."""
    line = text.strip().partition("\n")[0][:200]
    found = _VERSION.search(line)
    return found[0] if found else line[:40]


def read_language(folder: Path) -> Language:
    """Return the language of ``folder``.

    Raises:
        ValueError: its ``language.toml`` cannot be read; the message names the file and the field.
    """
    path = folder / "language.toml"
    try:
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        fields["smoke"] = Smoke(**fields["smoke"])
        if "build_limits" in fields:
            fields["build_limits"] = Limits(**fields["build_limits"])
        return Language(name=folder.name, **fields)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


@cache
def languages() -> Mapping[str, Language]:
    """Return every language by name, in the order of names."""
    folders = sorted(path.parent for path in IMAGES.glob("*/language.toml"))
    return MappingProxyType({folder.name: read_language(folder) for folder in folders})


@cache
def by_fence() -> Mapping[str, Language]:
    """Return every language by its name and by each of its fences, in lower case."""
    table: dict[str, Language] = {}
    for language in languages().values():
        for name in (language.name, *language.fences):
            other = table.setdefault(name.lower(), language)
            if other is not language:
                raise ValueError(f"{name!r} means both {other.name} and {language.name}")
    return MappingProxyType(table)
