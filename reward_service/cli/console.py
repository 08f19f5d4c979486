"""What the commands write: results to standard output, everything else to standard error."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Write a line for whoever watches."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(command: str, text: str) -> None:
    """Write the one line that says why ``command`` stops."""
    name = f"reward-service {command}".rstrip()
    note(f"{name}: {text}")
