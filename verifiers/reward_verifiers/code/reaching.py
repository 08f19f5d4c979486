"""What in test code reaches into the process of what it tests, or out of its own.

Such are the fixtures that replace things or capture what is printed, files that the program is to
find, threads, and code that is made of what the program says: a program that says what test code
evaluates can forge the report, so that has to be told as well.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from reward_verifiers.code.results import given, last_name
from reward_verifiers.code.syntax import is_class_name

# Fixtures and helpers.
_NAMES = frozenset(
    {
        *("monkeypatch", "mocker", "capsys", "capsysbinary", "capfd", "capfdbinary", "caplog"),
        *("recwarn", "redirect_stdout", "redirect_stderr", "patch", "warns", "deprecated_call"),
        *("tmp_path", "tmpdir", "tmp_path_factory", "tmpdir_factory", "testdir", "pytester"),
        *("assertLogs", "assertNoLogs", "assertWarns", "assertWarnsRegex", "event_loop"),
    }
)
_MODULES = frozenset(
    {
        *("inspect", "importlib", "gc", "tracemalloc", "unittest.mock", "mock", "builtins"),
        *("asyncio", "anyio", "trio", "threading", "concurrent", "multiprocessing", "subprocess"),
        *("runpy", "pickle", "marshal", "tempfile", "logging", "signal", "weakref"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("sys.stdin", "sys.stdout", "sys.stderr", "sys.argv", "sys.modules"),
        *("sys.setrecursionlimit", "os.environ", "os.chdir", "os.system", "os.popen"),
    }
)
_EVALUATING = frozenset({"eval", "exec", "compile", "globals", "locals", "__import__"})
_EVALUATES = re.compile(r"(?<![\w.])(eval|exec|compile|__import__)[ \t]*\(")
# What they make equals no plain data that stands for it.
_MAKERS = frozenset({"datetime", "decimal", "fractions", "uuid", "ipaddress"})

_RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
# What waits for an exception has these, beside the exception.
_OF_RAISES = frozenset({"value", "exception", "type", "typename", "match"})
# These do not cross between processes as what they are: they are made of more than a message, or
# would end more than a test.
_NO_ERRORS = frozenset(
    {
        *("UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError", "BaseException"),
        *("KeyboardInterrupt", "GeneratorExit", "ExceptionGroup", "BaseExceptionGroup"),
    }
)
_ERRORS = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and name not in _NO_ERRORS
}


def reaches(nodes: Sequence[ast.AST]) -> str | None:
    """Return what of test code, all of whose nodes these are, reaches too far; None: nothing."""
    imported = _imported(nodes)
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    for name, module in imported.items():
        if name in used and _is_of(module, _MODULES):
            return f"it uses {module!r}"
    caught = _caught(nodes)
    random = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and last_name(node.value) == "random"
    }
    if random == {"seed"}:  # with nothing drawn, it is the program whose numbers it fixes
        return "it uses 'random.seed'"
    for node in nodes:
        reason = _reason(node, imported, caught)
        if reason is not None:
            return reason
    return None


def seems_to_reach(code: str) -> str | None:
    """Return what ``reaches`` would of code that is too long to read, as far as words show it."""
    found = _EVALUATES.search(code)
    return f"it uses {found[1]!r}" if found else None


def _reason(node: ast.AST, imported: Mapping[str, str], caught: Collection[str]) -> str | None:
    match node:
        case ast.arg(arg=name) | ast.Name(id=name) | ast.Attribute(attr=name) if name in _NAMES:
            return f"it uses {name!r}"
        case ast.Name(id=name, ctx=ast.Load()) if name in _EVALUATING:
            return f"it uses {name!r}"
        case ast.Attribute():
            return _of_attribute(node, caught)
        case ast.AsyncFunctionDef() | ast.Await():
            return "it awaits"
        case ast.ExceptHandler(type=ast.expr() as kind):
            return _unknown_error(kind)
        case ast.Call():
            return _of_call(node, imported)
    return None


def _of_attribute(node: ast.Attribute, caught: Collection[str]) -> str | None:
    match node.value:
        case ast.Name(id=owner) if f"{owner}.{node.attr}" in _ATTRIBUTES:
            return f"it uses '{owner}.{node.attr}'"
        case ast.Name(id=name) if name in caught and node.attr not in _OF_RAISES:
            return f"it reads {node.attr!r} of an exception"
        case ast.Attribute(value=ast.Name(id=name), attr="value" | "exception") if name in caught:
            return f"it reads {node.attr!r} of an exception"
    return None


def _of_call(call: ast.Call, imported: Mapping[str, str]) -> str | None:
    name = last_name(call.func)
    if name in _RAISES and call.args:
        return _unknown_error(call.args[0])
    if name == "open" and any(_writes(argument) for argument in given(call)[1:]):
        return "it writes files"
    root: ast.expr = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    module = imported.get(root.id, "") if isinstance(root, ast.Name) else ""
    return f"it makes objects of {module!r}" if _is_of(module, _MAKERS) else None


def _imported(nodes: Iterable[ast.AST]) -> Mapping[str, str]:
    """Return the modules that names are imported from, whole or in part."""
    found: dict[str, str] = {}
    for node in nodes:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    found[bound] = alias.name if alias.asname else bound
                    if _is_of(alias.name, _MODULES):
                        found[bound] = alias.name
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    whole = f"{module}.{alias.name}"
                    inner = whole if whole in _MODULES else module
                    found[alias.asname or alias.name] = inner
    return MappingProxyType(found)


def _is_of(module: str, modules: Collection[str]) -> bool:
    return module in modules or module.partition(".")[0] in modules


def _caught(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names of exceptions, and of what holds one that was waited for."""
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.withitem(context_expr=ast.Call(func=func), optional_vars=ast.Name(id=name)):
                if last_name(func) in _RAISES:
                    found.add(name)
    return found


def _unknown_error(kind: ast.expr) -> str | None:
    """Return that ``kind`` is an exception that does not cross between processes, if it is."""
    if isinstance(kind, ast.Tuple):
        return next(filter(None, map(_unknown_error, kind.elts)), None)
    name = last_name(kind)
    looks_known = name in _ERRORS or not (is_class_name(name) or name.lower() == "error")
    return None if looks_known else f"it waits for {name!r}"


def _writes(mode: ast.expr) -> bool:
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "r" not in mode.value
