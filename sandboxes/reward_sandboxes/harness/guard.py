"""The outermost process of a sandbox: finds out what confinement works here, starts it, waits.

The sandbox itself runs in its child, which is the first process of a namespace of its own: when
either ends, everything in the sandbox has ended.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import os
import sys

from reward_sandboxes.harness import confinement, zygote
from reward_sandboxes.harness.config import (
    AUTO,
    LANDLOCK,
    NAMESPACES,
    OWN_KERNEL,
    USERS,
    Config,
)
from reward_sandboxes.kernel import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

_CANNOT_CONFINE = 3
_TRIED = {AUTO: (NAMESPACES, LANDLOCK), OWN_KERNEL: (NAMESPACES, LANDLOCK, USERS)}
_MAX_REASON_BYTES = 400


def main(fields: Mapping[str, Any], sources: str) -> NoReturn:
    """Run a sandbox until its owner closes stdin.

    Args:
        fields: of its configuration.
        sources: a hash of what runs in it.
    """
    config = Config(**fields)
    # Programs that start an interpreter see where it is, and not the links that lead there.
    sys.executable = os.path.realpath(sys.executable)
    owner = _take_standard_streams()
    level, refused = _best_level(config)
    if level is None:
        os.write(2, f"cannot confine programs: {refused}\n".encode())
        sys.exit(_CANNOT_CONFINE)

    huge_pages = _may_have_huge_pages()

    def run() -> NoReturn:
        cage = confinement.enter(config, level)
        if huge_pages:
            text.move_to_huge_pages()
        cords = zygote.start(config, cage, owner)
        from reward_sandboxes.harness import clerk

        clerk.serve(config, cage, refused, sources, owner, cords)

    confinement.leave_host(config, level)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        if level not in (NAMESPACES, USERS):
            from reward_sandboxes.harness import janitor

            janitor.keep(run, read_end, owner)
        run()
    for fd in owner:
        os.close(fd)
    ended = 0
    while ended != child:  # or an orphan, of which nobody else takes notice
        ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _may_have_huge_pages() -> bool:
    """Whether this interpreter's code can be moved, tried where it does no harm if it cannot."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if text.move_to_huge_pages() else 1)
        except OSError:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return status == 0


def _take_standard_streams() -> tuple[int, int]:
    """Move the owner's pipes out of the way, so that nothing reads or writes them by chance."""
    fd_in, fd_out = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    # A handler would also run in processes that share this one's memory; none of ours needs one.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    return fd_in, fd_out


def _best_level(config: Config) -> tuple[str | None, dict[str, str]]:
    """Return the first level that works here, and why those before it do not."""
    levels = _TRIED.get(config.confine, (config.confine,))
    refused: dict[str, str] = {}
    for level in levels:
        reason = _tried(config, level)
        if not reason:
            return level, refused
        refused[level] = reason
    return None, refused


def _tried(config: Config, level: str) -> str:
    """Return why ``level`` does not work here; empty if it does, which a run of nothing showed."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        _rehearse(config, level, write_end)
    os.close(write_end)
    with open(read_end, "rb") as file:
        said = file.read(_MAX_REASON_BYTES).decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return said or (f"a rehearsal ended with status {status}" if status else "")


def _rehearse(config: Config, level: str, write_end: int) -> NoReturn:
    """Confine a process as the sandbox would be, and make a run in it."""
    try:
        confinement.leave_host(config, level)
        child = os.fork()
        if child == 0:
            zygote.rehearse(confinement.enter(config, level))
            os._exit(0)
        _, status = os.waitpid(child, 0)
    except OSError as error:
        os.write(write_end, str(error).encode()[:_MAX_REASON_BYTES] or b"refused")
        os._exit(1)
    os._exit(0 if status == 0 else 1)
