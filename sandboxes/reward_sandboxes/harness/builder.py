"""Has a program compiled, by the mother or apart in a cage, and says how that went.

Compilers are programs nobody trusts as little as what they compile: a source can make them use any
amount of memory, time and disk, and name files that it wants to see.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

from reward_sandboxes.harness import mother
from reward_sandboxes.harness.box import built_files, opened, write_artefact, write_files
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cell import Cells, Result, Task
from reward_sandboxes.harness.command import environment, filled
from reward_sandboxes.harness.opening import Opening
from reward_sandboxes.harness.owner import Owner
from reward_sandboxes.harness.ward import Built, Ward
from reward_sandboxes.wire import Kind

_MESSAGE_BYTES = 8192
_PART_KILLED = (
    *(b"Killed signal terminated program", b"terminated with signal 9"),  # gcc, its linker
    *(b"signal: killed", b"signal: 9 (SIGKILL)"),  # go, rustc
)
_SHELLS_KILLED = 128 + signal.SIGKILL
"""The exit code of a shell whose command was killed."""


class Builder:
    """Builds the program of one job, which begins with that."""

    def __init__(self, cage: Cage, owner: Owner, cells: Cells, ward: Ward) -> None:
        """Do nothing yet."""
        self._cage = cage
        self._owner = owner
        self._cells = cells
        self._ward = ward

    def build(self, opening: Opening, place: int | None) -> int | None:
        """Compile and send BUILT; return what runs do, or None if the program does not compile.

        Raises:
            OSError: the sandbox is broken.
        """
        language = opening.language
        if not language["run"]:
            return self.script(opening, place, mother.SCRIPT)
        box, scratch = self._cage.box, self._cage.scratch
        compiles = opening.artefact is None and bool(language["build"])
        # What a compiler reads goes after it; what is interpreted stays for the runs.
        source = f"{scratch if compiles or opening.artefact else box}/{language['source']}"
        surroundings = environment(language, scratch)
        self._open(
            opening,
            place,
            main=mother.COMMAND,
            files=opening.files,
            run=(filled(language["run"], source, box), surroundings),
            build=(filled(language["build"], source, box), surroundings),
        )
        if compiles:
            if not self._compile_apart(opening):
                return None
        else:
            if opening.artefact is None:
                write_files(box, {language["source"]: opening.source})
            else:
                write_artefact(box, opening.artefact)
            self._say(built(ok=True))
        self._cage.seal_box()
        return mother.COMMAND

    def script(self, opening: Opening, place: int | None, main: int) -> int | None:
        """Have Python compiled and send BUILT; return ``main``, or None if it does not compile."""
        name = opening.language["source"]
        # A program that comes alone stands in the box, and need not be written for every run.
        alone = not opening.files
        files = {name: opening.source, **opening.files}
        if alone:
            write_files(self._cage.box, files)
        limits = opening.build_limits
        self._open(
            opening,
            place,
            main=main,
            path=f"{self._cage.box if alone else self._cage.scratch}/{name}",
            files={} if alone else files,
            script={
                "source": opening.source,
                "cpu_s": limits.cpu_s,
                "memory_bytes": limits.memory_bytes,
                "prelude": opening.prelude,
                "beside": list(opening.files),
            },
        )
        done = self._ward.built()
        if isinstance(done, Built):
            self._say(built(done.ok, done.reason, done.message, done.cpu_s))
            self._cage.seal_box()
            return main if done.ok else None
        reason = "time" if done == signal.SIGXCPU else "signalled"
        header = built(False, reason, "the compiler was ended")
        self._say({**header, "killed": done == signal.SIGKILL})
        return None

    def tests(self, opening: Opening, place: int | None) -> int:
        """Send BUILT where there is nothing to compile."""
        self._open(opening, place, main=mother.SUITE, files=opening.files, suite=opening.suite)
        self._cage.seal_box()
        self._say(built(ok=True))
        return mother.SUITE

    def _open(self, opening: Opening, place: int | None, **job: Any) -> None:
        """Tell the mother of the job."""
        limits = [
            (opening.limits.settings(), job["main"] != mother.COMMAND),
            (opening.build_limits.settings(), False),
        ]
        usual = {"box": self._cage.box, "scratch": self._cage.scratch, "script": None}
        self._ward.open({**usual, "limits": limits, **job}, place)
        if place is not None:
            os.close(place)

    def _say(self, header: Mapping[str, Any]) -> None:
        """Send BUILT without an artefact."""
        self._owner.send(Kind.BUILT, header)

    def _compile_apart(self, opening: Opening) -> bool:
        """Run the compiler and send BUILT; whether it made something."""
        box = self._cage.box
        stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        task = Task(
            main=mother.BUILD,
            limits=opening.build_limits,
            stdin=stdin,
            files={opening.language["source"]: opening.source, **opening.files},
        )
        result = self._cells.run(task)
        os.close(stdin)
        done = result.reason == "exited" and result.exit_code == 0
        artefact = built_files(box) if done else []
        header = built(bool(artefact), result.reason, _message(result), result.cpu_s, artefact)
        header |= {"killed": _was_killed(result), "starved": result.starved}
        size = sum(size for _, _, size in artefact)
        self._owner.send_files(Kind.BUILT, header, size, opened(box, artefact))
        result.close()
        return bool(artefact)


def built(
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
        "killed": False,
        "starved": False,
    }


def _was_killed(result: Result) -> bool:
    """Whether the compiler, or one that it runs, was killed otherwise than for its limits."""
    if result.reason == "signalled":
        return result.signal == signal.SIGKILL
    return result.reason == "exited" and (
        result.exit_code == _SHELLS_KILLED or any(word in result.stderr for word in _PART_KILLED)
    )


def _message(result: Result) -> str:
    """Return what the compiler said."""
    said = result.stderr or os.pread(result.stdout, _MESSAGE_BYTES, 0)
    return said.decode("utf-8", "replace")
