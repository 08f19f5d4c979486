"""Compiles a program, here or apart in a cage, and says how that went.

Compilers are programs nobody trusts as little as what they compile: a source can make them use any
amount of memory, time and disk, and name files that it wants to see.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from functools import partial
from types import CodeType
from typing import Any

from reward_sandboxes.harness import program
from reward_sandboxes.harness.box import built_files, opened, write_artefact, write_files
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cell import Cells, Result, Task
from reward_sandboxes.harness.limits import RunLimits, address_space
from reward_sandboxes.harness.note import Note
from reward_sandboxes.harness.opening import Opening
from reward_sandboxes.harness.owner import Owner
from reward_sandboxes.harness.runnable import (
    Command,
    Runnable,
    Script,
    environment,
    execute,
    filled,
)
from reward_sandboxes.wire import Kind

COMPILING, PASSED = b"compiling", b""
"""What is noted for the zygote, should Python's compiler end this process."""
_MESSAGE_BYTES = 8192


class Builder:
    """Builds the program of one job."""

    def __init__(self, cage: Cage, owner: Owner, cells: Cells, note: Note) -> None:
        """``note`` is shared with the zygote, and out of reach once the program is compiled."""
        self._cage = cage
        self._owner = owner
        self._cells = cells
        self._note = note

    def build(self, opening: Opening) -> Runnable | None:
        """Compile and send BUILT; None if the program does not compile.

        Raises:
            OSError: the sandbox is broken.
        """
        language = opening.language
        if not language["run"]:
            return self.script(opening)
        self._note.close()
        box, scratch = self._cage.box, self._cage.scratch
        source = f"{scratch}/{language['source']}"
        if opening.artefact is not None:
            write_artefact(box, opening.artefact)
            self.say(built(ok=True))
        elif language["build"]:
            if not self._compile_apart(opening, source):
                return None
        else:
            write_files(box, {language["source"]: opening.source})
            source = f"{box}/{language['source']}"
            self.say(built(ok=True))
        self._cage.seal_box()
        words = filled(language["run"], source, box)
        return Command(words, environment(language, scratch), opening.files)

    def script(self, opening: Opening) -> Script | None:
        """Compile Python in this process and send BUILT; None if it does not compile."""
        name = opening.language["source"]
        # A program that comes alone stands in the box, and need not be written for every run.
        alone = not opening.files
        path = f"{self._cage.box if alone else self._cage.scratch}/{name}"
        self._note.write(COMPILING)
        code, header = compiled(opening.source, path, opening.build_limits)
        self._note.write(PASSED)
        self._note.close()
        self.say(header)
        if code is None:
            return None
        files = {name: opening.source, **opening.files}
        if alone:
            write_files(self._cage.box, files)
            files = {}
        self._cage.seal_box()
        program.preload(opening.source, opening.files, prelude=opening.prelude)
        return Script(code, path, files, opening.prelude)

    def nothing(self) -> None:
        """Send BUILT where there is nothing to compile."""
        self._note.close()
        self._cage.seal_box()
        self.say(built(ok=True))

    def say(self, header: Mapping[str, Any]) -> None:
        """Send BUILT without an artefact."""
        self._owner.send(Kind.BUILT, header)

    def _compile_apart(self, opening: Opening, source: str) -> bool:
        """Run the compiler and send BUILT; whether it made something."""
        language, scratch, box = opening.language, self._cage.scratch, self._cage.box
        words = filled(language["build"], source, box)
        stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        task = Task(
            main=partial(execute, words, environment(language, scratch)),
            limits=opening.build_limits,
            stdin=stdin,
            files=[{language["source"]: opening.source}, opening.files],
            interpreted=False,
            building=True,
        )
        result = self._cells.run(task, self._owner.fd_in)
        os.close(stdin)
        done = result.reason == "exited" and result.exit_code == 0
        artefact = built_files(box) if done else []
        header = built(
            ok=bool(artefact),
            reason=result.reason,
            message=_message(result),
            cpu_s=result.cpu_s,
            artefact=artefact,
        )
        size = sum(size for _, _, size in artefact)
        self._owner.send_files(Kind.BUILT, header, size, opened(box, artefact))
        result.close()
        return bool(artefact)


def compiled(source: bytes, path: str, limits: RunLimits) -> tuple[CodeType | None, dict[str, Any]]:
    """Return the code of a Python program, or None, and the header of BUILT.

    A compiler that is out of time or out of its stack ends this process.
    """
    before = _cpu_s()
    usual = {
        which: resource.getrlimit(which) for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU)
    }
    most = {
        resource.RLIMIT_AS: address_space() + limits.memory_bytes,
        resource.RLIMIT_CPU: int(before + limits.cpu_s) + 1,
    }
    for which, soft in most.items():
        resource.setrlimit(which, (soft, usual[which][1]))
    code, reason, message = None, "exited", ""
    try:
        code = program.compiled(source, path)
    except MemoryError:
        reason, message = "memory", "MemoryError: the compiler is out of memory"
    except (SyntaxError, ValueError, RecursionError, OverflowError) as error:
        message = f"{type(error).__name__}: {error}"
    for which, pair in usual.items():
        resource.setrlimit(which, pair)
    spent = _cpu_s() - before
    return code, built(ok=code is not None, reason=reason, message=message, cpu_s=spent)


def built(
    *,
    ok: bool,
    reason: str = "exited",
    message: str = "",
    cpu_s: float = 0.0,
    artefact: list[tuple[str, int, int]] | None = None,
) -> dict[str, Any]:
    """Return the header of BUILT."""
    return {
        "ok": ok,
        "reason": reason,
        "message": message[-_MESSAGE_BYTES:],
        "cpu_s": round(cpu_s, 6),
        "artefact": artefact or [],
    }


def _message(result: Result) -> str:
    """Return what the compiler said."""
    said = result.stderr or os.pread(result.stdout, _MESSAGE_BYTES, 0)
    return said.decode("utf-8", "replace")


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
