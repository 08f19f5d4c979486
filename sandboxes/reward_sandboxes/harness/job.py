"""One job: what its owner says, the program, its runs.

Of a run it learns how the process ended and which bytes it left; nothing a program says is
believed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from reward_sandboxes.harness import mother, zygote
from reward_sandboxes.harness.builder import Builder
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cell import Cells, Task
from reward_sandboxes.harness.opening import Opening, read_opening
from reward_sandboxes.harness.owner import Owner
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
            _make_runs(owner, cells, opening, builder.build(opening, place))
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


def skip_to_end(owner: Owner) -> None:
    """Read and forget what the owner says until END."""
    while True:
        kind, _, n_body = owner.next()
        if kind is Kind.END:
            return
        owner.drop(n_body)


def _make_runs(owner: Owner, cells: Cells, opening: Opening, main: int | None) -> None:
    """Make the runs that are asked for, as long as there is CPU time left for them."""
    left_s = opening.total_cpu_s
    while main is not None and left_s > 0:
        kind, header, _ = owner.next()
        if kind is Kind.END:
            return
        if kind is not Kind.RUN:
            raise WireError(f"{kind.name} instead of RUN")
        left_s -= _make_run(owner, cells, opening, main, header)
    skip_to_end(owner)


def _make_run(
    owner: Owner, cells: Cells, opening: Opening, main: int, header: Mapping[str, Any]
) -> float:
    """Make one run and send its RESULT; return its CPU seconds."""
    stdin = os.memfd_create("stdin")
    owner.pour(header["stdin"], stdin)
    os.lseek(stdin, 0, os.SEEK_SET)
    files = {path: owner.take(size) for path, size in header["files"]}
    call, reply = header["call"], None
    if call is not None:
        if main != mother.SCRIPT:
            raise ValueError("only programs in Python can be called")
        main = mother.CALL
        call = (call["function"], owner.take(call["arguments"]))
        reply = os.memfd_create("reply")
    task = Task(
        main=main,
        limits=opening.limits,
        stdin=stdin,
        arguments=header["arguments"],
        call=call,
        files=files,
        extra=reply,
    )
    result = cells.run(task)
    bodies = [(result.stdout, result.n_stdout)]
    n_reply = os.fstat(reply).st_size if reply is not None else 0
    replied = reply is not None and 0 < n_reply <= opening.limits.output_bytes
    if reply is not None and replied:
        bodies.append((reply, n_reply))
    header = result.header(n_reply if replied else None)
    owner.send_files(Kind.RESULT, header, sum(size for _, size in bodies), bodies)
    result.close()
    os.close(stdin)
    if reply is not None:
        os.close(reply)
    return result.cpu_s
