"""The outermost process of a sandbox: finds out what confinement works here, starts it, waits.

The sandbox itself runs in its child, which is the first process of a namespace of its own: when
either ends, everything in the sandbox has ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from reward_sandboxes.harness import confinement, janitor, zygote
from reward_sandboxes.harness.config import AUTO, LANDLOCK, NAMESPACES, Config, read_config
from reward_sandboxes.harness.held import Held
from reward_sandboxes.harness.owner import Owner

_BAD_CONFIG = 2
_CANNOT_CONFINE = 3
_MAX_REASON_BYTES = 400
_NEEDED_BY_SOME = (
    *("reward_sandboxes.calls", "reward_sandboxes.plain"),
    *(
        f"reward_sandboxes.harness.{name}"
        for name in (
            *("candidate", "channel", "function", "prelude", "proxy", "pytest_suite", "report"),
            *("suite", "talk", "values"),
        )
    ),
)
"""What not every job imports."""


def main(arguments: Sequence[str], sources: str) -> NoReturn:
    """Run a sandbox until its owner closes stdin; ``sources`` is a hash of what runs in it."""
    try:
        config = read_config(arguments)
    except ValueError as error:
        os.write(2, f"cannot read the configuration: {error}\n".encode())
        sys.exit(_BAD_CONFIG)
    sys.meta_path.append(Held(_NEEDED_BY_SOME))
    # Programs that start an interpreter see where it is, and not the links that lead there.
    sys.executable = os.path.realpath(sys.executable)
    owner = Owner(*_take_standard_streams())
    level, refused = _best_level(config, owner)
    if level is None:
        os.write(2, f"cannot confine programs: {refused}\n".encode())
        sys.exit(_CANNOT_CONFINE)
    run = partial(_run, config, level, refused, sources, owner)
    confinement.leave_host(config, level)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        if level != NAMESPACES:
            janitor.keep(run, read_end, (owner.fd_in, owner.fd_out))
        run()
    os.close(owner.fd_in)
    os.close(owner.fd_out)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _run(
    config: Config, level: str, refused: dict[str, str], sources: str, owner: Owner
) -> NoReturn:
    zygote.serve(config, confinement.enter(config, level), refused, sources, owner)


def _take_standard_streams() -> tuple[int, int]:
    """Move the owner's pipes out of the way, so that nothing reads or writes them by chance."""
    fd_in, fd_out = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    # A handler would also run in processes that share this one's memory; none of ours needs one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return fd_in, fd_out


def _best_level(config: Config, owner: Owner) -> tuple[str | None, dict[str, str]]:
    """Return the first level that works here, and why those before it do not."""
    levels = (NAMESPACES, LANDLOCK) if config.confine == AUTO else (config.confine,)
    refused: dict[str, str] = {}
    for level in levels:
        reason = _tried(config, level, owner)
        if not reason:
            return level, refused
        refused[level] = reason
    return None, refused


def _tried(config: Config, level: str, owner: Owner) -> str:
    """Return why ``level`` does not work here; empty if it does, which a run of nothing showed."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        _rehearse(config, level, owner, write_end)
    os.close(write_end)
    with open(read_end, "rb") as file:
        said = file.read(_MAX_REASON_BYTES).decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return said or (f"a rehearsal ended with status {status}" if status else "")


def _rehearse(config: Config, level: str, owner: Owner, write_end: int) -> NoReturn:
    """Confine a process as the sandbox would be, and make a run in it."""
    try:
        confinement.leave_host(config, level)
        child = os.fork()
        if child == 0:
            zygote.rehearse(confinement.enter(config, level), owner)
            os._exit(0)
        _, status = os.waitpid(child, 0)
    except OSError as error:
        os.write(write_end, str(error).encode()[:_MAX_REASON_BYTES] or b"refused")
        os._exit(1)
    os._exit(0 if status == 0 else 1)
