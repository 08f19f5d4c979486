"""What a sandbox is told when it is started: one JSON object, the only argument."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

AUTO = "auto"
OWN_KERNEL = "own-kernel"
NAMESPACES = "namespaces"
LANDLOCK = "landlock"
USERS = "users"
NONE = "none"
_LEVELS = (AUTO, OWN_KERNEL, NAMESPACES, LANDLOCK, USERS, NONE)
_FIELDS = ("confine", "uid", "readable", "python_path", "tools")
_OWN = ("/tmp/", "/var/tmp/", "/box/", "/dev/", "/proc/")  # noqa: S108 - of the view
_MOVED = "/shown"


class Config:
    """How one sandbox confines itself."""

    def __init__(
        self,
        *,
        confine: str = AUTO,
        uid: int | None = None,
        readable: Sequence[str] = (),
        python_path: Sequence[str] = (),
        tools: Sequence[str] = (),
    ) -> None:
        """Take it as it is.

        Args:
            confine: ``auto`` for the best that this host allows, ``own-kernel`` for that or else
                ``users``, one level by name, or ``none``.
            uid: the user to become when started as root; None: nobody.
            readable: what programs may read beside the system's own folders, by absolute path.
            python_path: folders of installed packages that programs may import.
            tools: executables to look for, and to say where they are.
        """
        self.confine = confine
        self.uid = uid
        self.readable = readable
        self.python_path = python_path
        self.tools = tools

    @property
    def shown(self) -> list[str]:
        """All that programs may read, by absolute path."""
        return [*self.readable, *self.python_path]

    @property
    def places(self) -> dict[str, str]:
        """Where a view of its own shows each path of ``shown``: as a rule where it is.

        What the program's own folders would hide is shown elsewhere.
        """
        return {
            path: f"{_MOVED}/{index}" if hidden(path) else path
            for index, path in enumerate(self.shown)
        }

    def fields(self) -> Mapping[str, Any]:
        """Return what makes another one like this."""
        return vars(self)


def hidden(path: str) -> bool:
    """Whether ``path`` is in a folder that is the program's own in a view of its own."""
    return path.startswith(_OWN)


def read_config(arguments: Sequence[str]) -> Config:
    """Return what ``arguments`` say.

    Raises:
        ValueError: they say something else; the message says what.
    """
    import json  # not for the process that programs are forked from, which is told in other words

    if len(arguments) > 1:
        raise ValueError("expected one argument, a JSON object")
    given = json.loads(arguments[0]) if arguments else {}
    if not isinstance(given, dict) or not given.keys() <= set(_FIELDS):
        raise ValueError(f"expected an object with some of {', '.join(_FIELDS)}")
    config = Config(**given)
    if config.confine not in _LEVELS:
        raise ValueError(f"confine is one of {', '.join(_LEVELS)}")
    if not all(isinstance(path, str) and path.startswith("/") for path in config.shown):
        raise ValueError("readable and python_path are lists of absolute paths")
    return config
