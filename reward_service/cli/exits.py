"""What the exit code of a command says. Scripts may rely on it."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    """Everything done, every item scored."""
    FAILED = 1
    """The machine, the disk, the service or we failed; what was done is kept."""
    USAGE = 2
    """The command line asks for what cannot be done; nothing was touched."""
    SOME_FAILED = 3
    """Done, but some items have no reward, or some golds do not verify themselves."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or SIGTERM; the same command goes on."""
