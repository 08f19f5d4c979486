"""Reading test code as a tree, without running it.

The code comes with the data, and may be anything: what is longer than ``MAX_READ_CHARS`` is not
read here, for reading costs microseconds a character; it is run as it stands, in a sandbox.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterable, Iterator

from reward_verifiers.errors import BadSpecError

MAX_READ_CHARS = 50_000
MAX_NAMES = 1000
"""Names that are looked for in code that is too long to read."""

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__builtins__"}

_FILE = "<test code>"

_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*)[ \t]*\(")


def parsed(code: str, where: str) -> ast.Module:
    """Return the tree of ``code``.

    Raises:
        BadSpecError: it is no Python.
    """
    _ignore_warnings()
    try:
        return ast.parse(code, _FILE)
    except (SyntaxError, ValueError) as error:
        raise BadSpecError(f"{where} is no Python: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise BadSpecError(f"{where} is nested too deeply") from error


def _ignore_warnings() -> None:
    r"""Have Python say nothing of ``"\d"`` in code that is read here, which is not ours to mend.

    ``warnings.catch_warnings`` would change what other threads hear. This changes nothing but what
    is said of ``_FILE``, for good; and again where somebody has put back what was before.
    """
    module = warnings.filters[0][3] if warnings.filters else None
    if getattr(module, "pattern", None) != _FILE:
        warnings.filterwarnings("ignore", module=_FILE)


def is_class_name(name: str) -> bool:
    """Whether ``name`` is written as Python's classes are; LCS is not."""
    bare = name.rpartition(".")[2].lstrip("_")
    return bare[:1].isupper() and not bare.isupper()


def free_names(trees: Iterable[ast.AST]) -> list[str]:
    """Return the names that code uses and nothing in it binds, builtins apart, in order."""
    used: dict[str, None] = {}
    bound: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.setdefault(node.id)
            bound.update(_bound_by(node))
    return [name for name in used if name not in bound and name not in BUILTINS]


def bound_names(tree: ast.AST) -> set[str]:
    """Return every name that code binds, wherever in it."""
    return {name for node in ast.walk(tree) for name in _bound_by(node)}


def called_names(code: str) -> list[str]:
    """Return the names that code too long to read seems to call, builtins apart, in order."""
    found = dict.fromkeys(match[1] for match in _CALLED.finditer(code))
    return [name for name in found if name not in BUILTINS][:MAX_NAMES]


def words(code: str) -> list[str]:
    """Return every word of ``code`` that could be a name."""
    return _WORD.findall(code)


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
