"""Runs a Python program as an interpreter of its own would, in a process forked from a warm one.

``run_script`` is ``python main.py``; ``run_call`` is a call of one function in it. The process
belongs to the program: nothing here protects anything from it, and nothing in it is worth reaching.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it is there in every interpreter
import _sitebuiltins
import builtins
import gc
import importlib.machinery
import os
import sys
from os import _exit  # which a program may replace in its module

from reward_sandboxes.harness import streams
from reward_sandboxes.harness.attempt import attempt, show
from reward_sandboxes.harness.preload import preload
from reward_sandboxes.harness.source import code_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import CodeType, ModuleType
    from typing import Any, NoReturn

_Module = type(sys)
_Function = type(lambda: None)
_INERT = frozenset((_Module, type(None), bool, int, float, str, bytes, type(len)))
"""Kinds of values that do nothing when they go, and hold nothing that does."""
_OWN_NAMES = frozenset(("__loader__", "__annotations__"))
"""Names of a module that are there without the program's doing."""

__all__ = ["compiled", "leave", "load", "preload", "run_call", "run_script", "settle", "to_the_end"]

MODULE = "solution"
"""The name of a program that is called rather than run."""

_RECURSION_LIMIT = 1000  # what an interpreter starts with
_EXIT_UNFLUSHED = 120  # an interpreter's exit code when it could not flush stdout
_ROOM = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# Where this package is installed among others, the program may import those.
_HOME = "" if _ROOM.endswith(("site-packages", "dist-packages")) else _ROOM
# Modules that every interpreter has loaded before a program begins: none of them finds a file of
# such a name beside the program either.
_FIRST = frozenset(sys.builtin_module_names) | {
    *("abc", "codecs", "encodings", "genericpath", "importlib", "io", "os", "posixpath", "site"),
    *("stat", "zipimport", "_collections_abc", "_sitebuiltins", "__main__"),
}


def compiled(source: str | bytes, path: str) -> CodeType:
    """Return the code of the program ``source``, which stands at ``path``.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: it does not compile.
    """
    code = code_of(source, path)
    for name, value in _SITE_BUILTINS.items():
        vars(builtins).setdefault(name, value)
    return code


def prepare(path: str, folder: str, beside: Iterable[str]) -> None:
    """Look like a fresh interpreter, which is about to run the program at ``path`` in ``folder``.

    Called before the processes are forked that do so: each memory page that they need not write
    to need not be copied. Files of the names ``beside`` stand beside the program.
    """
    made, _ = attempt(streams.made)
    if made is None:
        return  # a descriptor is closed; a run sees to it itself
    _be_in(folder)
    give_way(beside)
    sys.argv[:] = [path]
    # Not through ``signal``, whose enumerations touch a dozen pages of memory, each a copy.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    streams.take(made)
    sys.modules["__main__"] = _module("__main__", path)
    _ready[MODULE] = _module(MODULE, path)
    _ready["folder"] = folder


def run_script(code: CodeType, path: str, arguments: Sequence[str]) -> NoReturn:
    """Run a program as ``python path arguments...`` in the current folder, and exit as it does."""

    def run() -> None:
        settle(path, arguments)
        module = sys.modules["__main__"]
        _, error = attempt(exec, code, vars(module))
        _end(module, error)

    to_the_end(run)


def run_call(
    code: CodeType, path: str, function: str, arguments: bytes, reply_fd: int, *, prelude: bool
) -> NoReturn:
    """Load a program as a module, call ``function`` and write what that came to to ``reply_fd``.

    Exits with 0 if a reply was written, be it that the program raised, and else with 1.

    Args:
        code: of the program.
        path: where it stands.
        function: a free function or a method of a class ``Solution``.
        arguments: ``plain.dumps`` of the list of positional arguments.
        reply_fd: takes the ``calls.Reply``.
        prelude: whether the usual imports are at hand.
    """
    # Only programs that are called need these, and every run of the others would inherit them.
    from reward_sandboxes import calls, plain
    from reward_sandboxes.harness.function import answer, raised

    home = os.getpid()

    def run() -> None:
        settle(path, ())
        namespace, error = load(code, path, prelude=prelude)
        if error is None:
            reply = answer(namespace, lambda: calls.Request(function, plain.loads(arguments), {}))
        else:
            reply = calls.written(raised(error))
        if os.getpid() == home:  # and not a child that the program forked and let return
            _write(reply_fd, reply)
        leave()

    to_the_end(run)


def load(
    code: CodeType, path: str, *, prelude: bool
) -> tuple[Mapping[str, Any], BaseException | None]:
    """Run a program as a module that is called; return its names and what it raised, if anything.

    What it raised is also shown on stderr.
    """
    if prelude:
        from reward_sandboxes.harness import prelude as at_hand

        at_hand.install()
        sys.setrecursionlimit(at_hand.RECURSION_LIMIT)
    module = sys.modules[MODULE] = _ready.pop(MODULE, None) or _module(MODULE, path)
    _, error = attempt(exec, code, vars(module))
    if error is not None:
        show(error)
    return vars(module), error


def settle(path: str, arguments: Sequence[str]) -> None:
    """Make this process look like a fresh interpreter in the current folder."""
    if "folder" not in _ready:
        folder = os.getcwd()
        _be_in(folder)
        give_way(os.listdir(folder))
        sys.argv[:] = [path]
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        streams.take(streams.made())
        sys.modules["__main__"] = _module("__main__", path)
    if arguments:
        sys.argv += arguments
    gc.enable()
    sys.setrecursionlimit(_RECURSION_LIMIT + _depth())


def leave() -> NoReturn:
    """Flush what the program wrote, and exit with 0."""
    streams.flush()
    _exit(0)


def to_the_end(run: Callable[[], None]) -> NoReturn:
    """Call what never returns; should it, or should it raise, exit with 1 all the same.

    What called this belongs to a process that this one was forked from.
    """
    _, error = attempt(run)
    if error is not None:
        show(error)
    _exit(1)


def _module(name: str, path: str) -> ModuleType:
    module: ModuleType = _Module(name)
    loader = importlib.machinery.SourceFileLoader(name, path)
    vars(module).update(
        __file__=path, __builtins__=builtins, __annotations__={}, __loader__=loader, __cached__=None
    )
    return module


def _be_in(folder: str) -> None:
    ours = ("", folder, _HOME)
    sys.path[:] = [folder, *[place for place in sys.path if place not in ours]]


def give_way(beside: Iterable[str]) -> None:
    """Forget modules loaded before the program that a file beside the program hides.

    Args:
        beside: names and paths of what is there.
    """
    names = {path.partition("/")[0].removesuffix(".py") for path in beside}
    hidden = {name for name in names if name in sys.modules and name not in _FIRST}
    if hidden:
        for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
            del sys.modules[name]


def _depth() -> int:
    """Return how many frames of ours, and the call of ``exec``, are below a program's first."""
    frame, depth = sys._getframe(), 1  # noqa: SLF001 - its documented name
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    return depth


def _end(module: ModuleType, error: BaseException | None) -> NoReturn:
    """Exit as an interpreter does whose program has ended with ``error``."""
    if error is None and attempt(_leaves_nothing, vars(module))[0] is True and streams.flush():
        _exit(0)
    code = _exit_code(error)
    threading: Any = sys.modules.get("threading")
    if threading is not None:
        attempt(lambda: threading._shutdown())  # noqa: SLF001 - awaits threads, as an interpreter
    atexit: Any = sys.modules.get("atexit")
    if atexit is not None:
        attempt(lambda: atexit._run_exitfuncs())  # noqa: SLF001 - the only way to run them
    flushed = streams.flush()
    # Files that were not closed are flushed when they go, so the program's names go as well.
    attempt(_forget, vars(module))
    flushed = streams.flush() and flushed
    if isinstance(error, KeyboardInterrupt):
        attempt(_interrupt)
    _exit(code if flushed else _EXIT_UNFLUSHED)


def _leaves_nothing(namespace: Mapping[str, Any]) -> bool:
    """Whether an interpreter has only its streams to flush when it ends.

    So it is with most programs. Then all that ``_end`` does besides need not be done, each memory
    page of which would be copied.
    """
    if "threading" in sys.modules or "atexit" in sys.modules:
        return False
    for name, value in namespace.items():
        kind = type(value)
        if kind is _Function:
            if value.__closure__ or value.__defaults__ or value.__kwdefaults__ or vars(value):
                return False
        elif kind not in _INERT and name not in _OWN_NAMES:
            return False
    return True


def _exit_code(error: BaseException | None) -> int:
    if error is None:
        return 0
    if not isinstance(error, SystemExit):
        show(error)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    code, _ = attempt(lambda: error.code)
    if code is None:
        return 0
    if isinstance(code, int):
        number = int.__index__(code)
        return number & 0xFF if number.bit_length() < 64 else 0xFF
    attempt(lambda: print(code, file=sys.stderr))  # noqa: T201 - what an interpreter does
    return 1


def _forget(namespace: dict[str, Any]) -> None:
    own = [name for name in namespace if name != "__builtins__"]
    for name in sorted(own, key=lambda name: not name.startswith("_")):
        namespace[name] = None


def _interrupt() -> None:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    os.kill(os.getpid(), _signal.SIGINT)


def _write(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


_ready: dict[str, Any] = {}
"""What ``prepare`` has made ready; each run is forked with it."""

_SITE_BUILTINS: Mapping[str, Callable[..., Any]] = {
    "exit": _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)"),
    "quit": _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)"),
    "help": _sitebuiltins._Helper(),  # noqa: SLF001 - site itself takes it from there
}
