"""No sandbox at all: programs run with all the rights of this process. For who knows why."""

from __future__ import annotations

from reward_sandboxes.local import LocalLauncher
from reward_sandboxes.types import SandboxError


class BareLauncher(LocalLauncher):
    """Starts harnesses that confine nothing."""

    backend = "none"

    def __init__(self, *, unsafe: bool = False) -> None:
        """Only with ``unsafe``.

        Raises:
            SandboxError: without; the message says what it would mean.
        """
        if not unsafe:
            raise SandboxError(
                "without a sandbox, every program can read, change and delete what this process"
                " can, use its network, and see the tests; allow that with --unsafe, on a machine"
                " that holds nothing"
            )
        super().__init__(confine=False)
