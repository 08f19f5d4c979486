"""One call of a program's function, and what it came to. Runs in the program's own process."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any

from reward_sandboxes import calls
from reward_sandboxes.harness.attempt import attempt
from reward_sandboxes.harness.values import plainly
from reward_sandboxes.plain import PlainError

_ERRORS = {
    kind: name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__name__ == name
}
_IMMUTABLE = frozenset({type(None), bool, int, float, complex, str, bytes})


class _NoFunctionError(Exception):
    """The program has no such function."""


def answer(namespace: Mapping[str, Any], read: Callable[[], calls.Request]) -> bytes:
    """Make the call that ``read`` returns and return the ``calls.Reply`` as bytes.

    ``read`` is called again where arguments may have been changed, to compare them.
    """
    request = read()
    value, error = attempt(_called, namespace, request)
    if isinstance(error, _NoFunctionError):
        return calls.written(calls.NoFunction(str(error)))
    if error is not None:
        return calls.written(raised(error))
    return _returned(value, _left(request, read))


def raised(error: BaseException) -> calls.Raised:
    """Return what ``error`` is to somebody who knows the builtin exceptions alone."""
    bases = (kind for kind in type(error).__mro__ if kind in _ERRORS)
    kind = next(bases, BaseException)
    # A KeyError shows its key as source code has it, and would do so again when it is made anew.
    lone_key = kind is KeyError and len(error.args) == 1
    message, _ = attempt(lambda: str(error.args[0] if lone_key else error))
    return calls.Raised(_ERRORS[kind], message if type(message) is str else "")


def _called(namespace: Mapping[str, Any], request: calls.Request) -> Any:
    return _found(namespace, request.function)(*request.arguments, **request.keywords)


def _found(namespace: Mapping[str, Any], name: str) -> Callable[..., Any]:
    """Return the free function ``name``, else the method of a new ``Solution``.

    ``"Class.method"`` is that method of a new instance of that class.
    """
    owner, _, method = name.rpartition(".")
    free = namespace.get(name)
    if not owner and callable(free):
        return free  # type: ignore[no-any-return]  # the program's own, of any type
    kind = namespace.get(owner or "Solution")
    if isinstance(kind, type) and callable(getattr(kind, method, None)):
        return getattr(kind(), method)  # type: ignore[no-any-return]  # the program's own, of any type
    raise _NoFunctionError(f"the program has no function {name!r}")


def _returned(value: Any, arguments: tuple[Any, ...] | None) -> bytes:
    # Nearly everything is plain as it is, and then need not be gone through twice.
    reply, error = attempt(calls.written, calls.Returned(value, arguments))
    if error is None:
        return reply  # type: ignore[no-any-return]  # the program's own, of any type
    value, error = attempt(plainly, value)
    if isinstance(error, PlainError):
        return calls.written(calls.NotPlain(str(error)))
    if error is not None:  # a generator that raises on the way
        return calls.written(raised(error))
    return calls.written(calls.Returned(value, arguments))


def _left(request: calls.Request, read: Callable[[], calls.Request]) -> tuple[Any, ...] | None:
    """Return the arguments as the call left them, keywords last, or None if they are as before.

    Arguments that are no plain data any more are not told: it is the value that counts then.
    """
    after = [*request.arguments, *request.keywords.values()]
    if all(type(one) in _IMMUTABLE for one in after):
        return None
    before = read()
    same, error = attempt(lambda: after == [*before.arguments, *before.keywords.values()])
    if error is None and same is True:
        return None
    left, error = attempt(lambda: tuple(plainly(one) for one in after))
    return left if error is None else None
