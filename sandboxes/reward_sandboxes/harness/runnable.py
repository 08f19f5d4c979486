"""What the runs of a job start: Python code in this interpreter, or a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import CodeType
from typing import Any, NamedTuple, NoReturn

from reward_sandboxes.harness import program
from reward_sandboxes.harness.cell import EXTRA_FD
from reward_sandboxes.harness.hello import which

_NO_PROGRAM = 127
_CANNOT_RUN = 126


class Call(NamedTuple):
    """A call that a run is to make."""

    function: str
    arguments: bytes


class Script(NamedTuple):
    """Python code."""

    code: CodeType
    path: str
    files: Mapping[str, bytes]
    """What stands beside it in every run."""
    prelude: bool
    interpreted: bool = True

    def main(self, arguments: Sequence[str], call: Call | None) -> Callable[[], NoReturn]:
        """Return a run as a script, or a call whose reply goes to the extra descriptor."""
        if call is None:
            return partial(program.run_script, self.code, self.path, arguments)
        # Loaded here, for all the runs that will be forked.
        from reward_sandboxes.harness import function as _loaded  # noqa: F401

        function, given = call
        return partial(
            program.run_call,
            self.code,
            self.path,
            function,
            given,
            EXTRA_FD,
            prelude=self.prelude,
        )


class Command(NamedTuple):
    """A command that runs what a compiler made."""

    words: Sequence[str]
    environment: Mapping[str, str]
    files: Mapping[str, bytes]
    interpreted: bool = False

    def main(self, arguments: Sequence[str], call: Call | None) -> Callable[[], NoReturn]:
        """Return a run of it; there are no calls but in Python."""
        if call is not None:
            raise ValueError("only programs in Python can be called")
        return partial(execute, [*self.words, *arguments], self.environment)


Runnable = Script | Command


def filled(words: Sequence[str], source: str, out: str) -> list[str]:
    """Return a language's command with its paths filled in."""
    return [word.replace("{source}", source).replace("{out}", out) for word in words]


def environment(language: Mapping[str, Any], home: str) -> dict[str, str]:
    """Return the environment of a program of ``language``."""
    path, lang = os.environ["PATH"], os.environ["LANG"]
    return {"PATH": path, "LANG": lang, "HOME": home, "TMPDIR": home, **language["environment"]}


def execute(words: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Become the program ``words``; one that cannot be run exits as a shell would have it."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which this interpreter ignores
        signal.signal(number, signal.SIG_DFL)
    code = _CANNOT_RUN
    try:
        os.execve(which(words[0]) or words[0], list(words), dict(environment))  # noqa: S606
    except (OSError, ValueError) as error:
        os.write(2, f"{words[0]}: {error}\n".encode("utf-8", "replace"))
        code = _NO_PROGRAM if isinstance(error, FileNotFoundError) else _CANNOT_RUN
    os._exit(code)
