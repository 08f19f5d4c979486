"""The hostile programs, read from ``programs/<category>.txt``.

A file is a sentence on its category, then the programs. A program is ``@@ name``, some fields, a
line of ``---`` and its source:

``for``         the types of tests that it is written against
``through``     what has gone wrong if it earns anything
``language``    python without it
``kind``        ``program`` (without it): the source as it stands; ``breach``, ``find``, ``mark``:
                functions that ``drivers.py`` calls; ``completion``: all that the model wrote;
                ``generated``: a Python expression of the source
``task``        sum (without it), secret, hostfile, parity or words: what tests it (``tasks.py``)
``limits``      as ``time_s=1``, where it needs other ones
``comparison``  float, where outputs are compared so
``escapes``     yes: backslash escapes in the source stand for characters

``@NAME@`` in a source stands for something of the host that it tries to reach (``host.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandboxes.attacks.drivers import driven

PROGRAMS = Path(__file__).with_name("programs")
TARGETS = ("stdio", "functional", "asserts", "check", "pytest", "checker")


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile program."""

    category: str
    name: str
    targets: tuple[str, ...]
    through: str
    source: str
    language: str = "python"
    kind: str = "program"
    task: str = "sum"
    limits: dict[str, float] = field(default_factory=dict)
    comparison: str = "tokens"

    def program(self, target: str, host: Mapping[str, str]) -> str:
        """Return its source against tests of the type ``target``, on ``host``."""
        if self.kind == "generated":
            return str(eval(self.source))
        source = re.sub(r"@([A-Z]+_[A-Z]+|ABSTRACT)@", lambda name: host[name[1]], self.source)
        return driven(self.kind, target, source)

    def completion(self, target: str, host: Mapping[str, str]) -> str:
        """Return what the model wrote."""
        if self.kind == "completion":
            return self.source
        program = self.program(target, host)
        fence = "~~~" if "```" in program else "```"
        return f"Here it is.\n\n{fence}{self.language}\n{program}\n{fence}\n"


def attacks() -> list[Attack]:
    """Return every program, by category and in the order of the files."""
    return [
        _attack(path.stem, part)
        for path in sorted(PROGRAMS.glob("*.txt"))
        for part in path.read_text(encoding="ascii").split("\n@@ ")[1:]
    ]


def _attack(category: str, text: str) -> Attack:
    head, _, source = text.partition("\n---\n")
    name, *lines = head.split("\n")
    fields = dict(line.split(": ", 1) for line in lines)
    source = source.rstrip("\n")
    if fields.pop("escapes", "") == "yes":
        source = source.encode("ascii").decode("unicode_escape")
    targets = tuple(fields.pop("for").split())
    assert set(targets) <= set(TARGETS), name
    limits = dict(pair.split("=") for pair in fields.pop("limits", "").split())
    return Attack(
        category=category,
        name=name,
        targets=targets,
        source=source,
        limits={key: float(value) for key, value in limits.items()},
        through=fields.pop("through"),
        task=fields.pop("task", "secret" if fields.get("kind") == "find" else "sum"),
        **fields,
    )
