"""How a backend starts sandboxes: all that tells local, docker and none apart.

Slots, pool, cache, retries and dialogues are the same for every backend; a backend says which
languages it has, in which kind of sandbox each runs, and starts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from reward_sandboxes.languages import Language


class Link(Protocol):
    """One started sandbox: the harness in it, reached over its stdin and stdout."""

    async def read(self) -> bytes:
        """Return what the harness wrote next, as much as there is; empty once it ended.

        At most about a mebibyte at a time. Not called again before it returned; may be cancelled,
        and then loses nothing. A broken connection reads as an end, never as an exception.
        """
        ...

    def write(self, data: bytes) -> None:
        """Send ``data`` as soon as the harness takes it; what is sent to a dead one is lost."""
        ...

    def kill(self) -> None:
        """End the sandbox and every process in it, soon; never blocks, may be called twice."""
        ...

    async def wait(self) -> str:
        """Wait until the sandbox has ended and left nothing behind; say why it ended.

        The text is for an operator: the end of what the harness wrote to stderr, the exit status.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A language as a backend runs it."""

    language: Language
    """With the backend's own placeholders filled in (``{pch}``)."""
    kind: str
    """The kind of sandbox that its programs run in: one for all languages, or one per image."""
    version: str
    """As the compiler or interpreter tells it; part of the key of what it compiled."""


class Launcher(Protocol):
    """Starts sandboxes of one backend."""

    backend: str
    """local, docker or none."""

    async def prepare(self) -> None:
        """Find out what there is, before the first ``start``; called again after it raised.

        Raises:
            SandboxError: no sandbox can be made; the message says what is missing and how to get
                it.
        """
        ...

    def offers(self) -> Mapping[str, Offer]:
        """Return the languages that can be run now, by name; cheap, and may change over time."""
        ...

    def missing(self) -> Mapping[str, str]:
        """Return what each other language needs, by its name."""
        ...

    async def start(self, kind: str) -> Link:
        """Start a sandbox of ``kind``; its HELLO is for the caller to wait for.

        When cancelled, nothing is left behind.

        Raises:
            SandboxError: it cannot be started.
        """
        ...

    async def close(self) -> None:
        """Let go of what is held apart from the sandboxes; all of them have ended by now."""
        ...
