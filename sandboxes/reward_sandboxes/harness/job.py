"""One job: what its owner says, the program, its runs.

Of a run it learns how the process ended and which bytes it left; nothing a program says is
believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_sandboxes.harness import zygote
from reward_sandboxes.harness.builder import Builder
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cell import Cells
from reward_sandboxes.harness.opening import Opening, read_opening
from reward_sandboxes.harness.owner import Owner
from reward_sandboxes.harness.runs import Runs, skip_to_end
from reward_sandboxes.harness.talk import converse
from reward_sandboxes.harness.ward import Ward
from reward_sandboxes.wire import Kind, Role, WireError

_USUAL = re.compile(
    rb"^[ \t]*(?:from|import)\b[^\n]*\b"
    rb"(?:typing|collections|functools|re|dataclasses|enum|json|random|fractions|decimal|string)\b",
    re.MULTILINE,
)
"""Imports of what takes long to load, or of what itself imports that."""
_HEAD_BYTES = 1 << 14


def serve(cage: Cage, owner: Owner, wards: Sequence[Ward]) -> bool:
    """Do the job that comes next on the owner's pipe; whether it left nothing.

    Raises:
        OwnerGoneError: the owner closed its end.
        OSError, KeyError, TypeError, ValueError: the sandbox is broken, or what it was told.
    """
    kind, header, _ = owner.next()
    if kind is not Kind.OPEN:
        raise WireError(f"{kind.name} instead of OPEN")
    opening = read_opening(owner, header)
    ward = wards[_kind(opening)]
    place = cage.begin(opening.box_mb)
    cells = Cells(cage, ward, owner.fd_in)
    builder = Builder(cage, owner, cells, ward)
    try:
        if opening.role is Role.RUNS:
            main = builder.build(opening, place)
            if main is None:
                skip_to_end(owner)
            else:
                Runs(owner, cells, opening, main).make()
        elif not converse(owner, cells, opening, builder, place):
            skip_to_end(owner)
        ward.end()
    finally:
        cage.end()
    why = cage.leftovers()
    owner.send(Kind.DONE, {"clean": not why, "why": why})
    return not why


def _kind(opening: Opening) -> int:
    """Return of which kind the program is; a wrong guess costs time alone."""
    if opening.role is not Role.RUNS or opening.prelude:
        return zygote.CALLED
    if opening.language["run"] or not _USUAL.search(opening.source[:_HEAD_BYTES]):
        return zygote.PLAIN
    return zygote.USUAL
