"""What keeps one run of a program apart from everything else; made new for every run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Cage(Protocol):
    """The confinement of one sandbox, seen from the job that runs programs in it.

    A job opens it once; then for every run ``open``, ``fork``, in the child ``lock``, and after the
    child has been waited for, ``close``.
    """

    level: str
    protections: Mapping[str, bool | str]
    box: str
    """What compilers write and runs may only read."""
    scratch: str
    """The folder of files of one run."""

    def begin(self, box_mb: int) -> None:
        """Make an empty box that may be written to, for this process and those it forks.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def seal_box(self) -> None:
        """Let nothing in the box be changed any more."""
        ...

    def open(self, disk_mb: int) -> None:
        """Make an empty scratch folder for the next run.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def fork(self) -> int:
        """Fork a process for the next run, out of reach of this one; return 0 in it, else its id.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def lock(self, *, building: bool) -> None:
        """In the child: give up everything that no program may have, for good.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def pids(self) -> list[int]:
        """Return the processes of the run, as this process numbers them."""
        ...

    def kill(self) -> None:
        """Kill every process of the run; the one that was forked has still to be waited for."""
        ...

    def disk_is_full(self) -> bool:
        """Whether nothing more fits in the scratch folder."""
        ...

    def close(self) -> float:
        """End what is left of the run and wipe it; return the CPU seconds of what had to be ended.

        Raises:
            OSError: something is left.
        """
        ...

    def end(self) -> None:
        """Wipe what the job left."""
        ...

    def leftovers(self) -> str:
        """Say what is here that should not be, seen from a job or the zygote; empty if nothing."""
        ...
