"""What keeps one run of a program apart from everything else; made new for every run."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Cage(Protocol):
    """The confinement of one sandbox. Two processes have it, which have different parts in it.

    The clerk ``begin``s a job; then for every run it calls ``open``, when the run has ended
    ``reap``, and then ``close``; at last ``end``. The mother ``enter``s what has begun; then for
    every run it calls ``fork``, in the child ``lock``, and when that has ended ``clear``.
    Descriptors that the one returns are for the other.
    """

    level: str
    protections: Mapping[str, bool | str]
    box: str
    """What compilers write and runs may only read."""
    scratch: str
    """The folder of files of one run."""
    staff: set[int]
    """The ids of the sandbox's own processes but the clerk: zygotes and mothers."""
    mother: int
    """The one of them that forks this job's runs."""
    ahead: bool
    """Whether a run may be opened before the one before it is closed. All that is asked of the cage
    is then of the older one."""

    def begin(self, box_mb: int) -> int | None:
        """Make an empty box that may be written to; return a descriptor for ``enter``.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def enter(self, place: int | None, box: str, scratch: str) -> None:
        """Be where the clerk is, whose box and scratch folder these are.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def seal_box(self) -> None:
        """Let nothing in the box be changed any more."""
        ...

    def open(self, disk_mb: int, *, building: bool) -> Sequence[int]:
        """Make an empty scratch folder for the next run; return descriptors for ``fork``.

        The caller closes none of them.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def give(self, fds: Sequence[int]) -> None:
        """Let the next run open again by name what it is given, and no other process."""
        ...

    def fork(self, apart: Sequence[int]) -> int:
        """Fork a process for the next run, out of reach of this one; return 0 in it, else its id.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def lock(self, apart: Sequence[int]) -> None:
        """In the child: be in the run's scratch folder, and give up what no program may have.

        Raises:
            OSError: the kernel refused.
        """
        ...

    def clear(self) -> float:
        """End what the child left running; return the CPU seconds of what had to be ended."""
        ...

    def pids(self) -> list[int]:
        """Return the processes of the run, as the clerk numbers them."""
        ...

    def kill(self) -> None:
        """Kill every process of the run."""
        ...

    def disk_is_full(self) -> bool:
        """Whether nothing more fits in the scratch folder."""
        ...

    def reap(self) -> float:
        """End what the run left running; return the CPU seconds of what had to be ended."""
        ...

    def close(self) -> None:
        """Wipe what the run left behind; nothing of it runs any more.

        Raises:
            OSError: something is left.
        """
        ...

    def end(self) -> None:
        """Wipe what the job left."""
        ...

    def leftovers(self) -> str:
        """Say what is here that should not be between two jobs; empty if nothing."""
        ...
