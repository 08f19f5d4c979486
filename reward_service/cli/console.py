"""What the commands write: results to standard output, everything else to standard error."""

from __future__ import annotations

import sys

_MAX_CHARS = 1000


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
    note(one_line(f"{name}: {text}"))


def one_line(text: str) -> str:
    """Return ``text`` fit to be shown: one line of bounded length, no control characters.

    File names, ids and reasons come from outside; none of them may steer a terminal.
    """
    text = " ".join(text.split())
    if len(text) > _MAX_CHARS:
        text = f"{text[: _MAX_CHARS - 3]}..."
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
