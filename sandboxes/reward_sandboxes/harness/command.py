"""Programs that are executed: compilers, what they make, and interpreters of other languages."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import os

from reward_sandboxes.harness.hello import which

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

_NO_PROGRAM = 127
_CANNOT_RUN = 126


def filled(words: Sequence[str], source: str, out: str) -> list[str]:
    """Return a language's command with its paths filled in."""
    return [word.replace("{source}", source).replace("{out}", out) for word in words]


def environment(language: Mapping[str, Any], home: str) -> dict[str, str]:
    """Return the environment of a program of ``language``."""
    path, lang = os.environ["PATH"], os.environ["LANG"]
    return {"PATH": path, "LANG": lang, "HOME": home, "TMPDIR": home, **language["environment"]}


def execute(words: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Become the program ``words``; one that cannot be run exits as a shell would have it."""
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):  # which this interpreter ignores
        _signal.signal(number, _signal.SIG_DFL)
    code = _CANNOT_RUN
    try:
        os.execve(which(words[0]) or words[0], list(words), dict(environment))  # noqa: S606 - no shell is wanted
    except (OSError, ValueError) as error:
        os.write(2, f"{words[0]}: {error}\n".encode("utf-8", "replace"))
        code = _NO_PROGRAM if isinstance(error, FileNotFoundError) else _CANNOT_RUN
    os._exit(code)
