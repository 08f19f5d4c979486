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

_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*)[ \t]*\(")


def parsed(code: str, where: str) -> ast.Module:
    """Return the tree of ``code``.

    Raises:
        BadSpecError: it is no Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of "\\d" in a text, which is whoever's wrote the test
            return ast.parse(code)
    except (SyntaxError, ValueError) as error:
        raise BadSpecError(f"{where} is no Python: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise BadSpecError(f"{where} is nested too deeply") from error


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
