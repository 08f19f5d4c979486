"""What test code does with the names of the program: only call them, or more?

Where it only calls, the program can stay in a process of its own and answer calls. Where it does
more (makes objects of its classes, reads its attributes, replaces parts of it, captures what it
prints), nothing but a shared process will do, and the verdict says so.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

# Fixtures and helpers that reach into the process of what they test.
_REACHING = frozenset(
    {
        *("monkeypatch", "mocker", "capsys", "capsysbinary", "capfd", "capfdbinary", "caplog"),
        *("recwarn", "redirect_stdout", "redirect_stderr", "patch"),
    }
)
_REACHING_MODULES = frozenset(
    {"inspect", "importlib", "gc", "tracemalloc", "unittest.mock", "mock"}
)

# Where the name of a function may stand without anything being asked of it but to be called.
_HANDED_ON = (
    *(ast.keyword, ast.List, ast.Tuple, ast.Dict, ast.Return, ast.Assign, ast.AnnAssign),
    *(ast.Starred, ast.IfExp, ast.NamedExpr),
)


def more_than_calls(trees: Collection[ast.AST], names: Collection[str]) -> str | None:
    """Return what test code asks of the program's ``names`` beside calls; None: nothing."""
    own = {name for tree in trees for name in _defined(tree)}
    called: set[str] = set()
    loaded: set[str] = set()
    for parent, node in _pairs(trees):
        reason = _reaching(node)
        if reason is None and isinstance(node, ast.Name) and node.id in names:
            reason = _more(parent, node, own)
            loaded.add(node.id)
            if isinstance(parent, ast.Call) and node is parent.func:
                called.add(node.id)
        if reason is not None:
            return reason
    constants = sorted(name for name in loaded - called if name.rpartition(".")[2].isupper())
    return f"{constants[0]!r} looks like a constant" if constants else None


def _more(parent: ast.AST, node: ast.Name, own: Collection[str]) -> str | None:
    """Return what more than a call is asked of the program's name ``node``."""
    if not isinstance(node.ctx, ast.Load):
        return f"it replaces {node.id!r}"
    if _is_new_solution(parent, node):
        return None
    if is_class_name(node.id):
        return f"{node.id!r} looks like a class"
    if isinstance(parent, ast.Call):
        passes_code = node is parent.func and _passes_code(parent, own)
        return f"it passes code to {node.id!r}" if passes_code else None
    if not isinstance(parent, _HANDED_ON):
        return f"it does more with {node.id!r} than call it"
    return None


def is_class_name(name: str) -> bool:
    """Whether ``name`` is written as Python's classes are; LCS is not."""
    bare = name.rpartition(".")[2].lstrip("_")
    return bare[:1].isupper() and not bare.isupper()


def _is_new_solution(parent: ast.AST, node: ast.Name) -> bool:
    """Whether it is ``Solution()``, whose methods are as good as functions."""
    match parent:
        case ast.Call(func=func, args=[], keywords=[]):
            return func is node and node.id.rpartition(".")[2] == "Solution"
    return False


def _pairs(trees: Collection[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield every node with its parent."""
    for tree in trees:
        for parent in ast.walk(tree):
            for node in ast.iter_child_nodes(parent):
                yield parent, node


def _reaching(node: ast.AST) -> str | None:
    match node:
        case ast.arg(arg=name) | ast.Name(id=name) if name in _REACHING:
            return f"it uses {name!r}"
        case ast.Attribute(attr=name) if name in _REACHING:
            return f"it uses {name!r}"
        case ast.alias(name=name) if name in _REACHING_MODULES or name in _REACHING:
            return f"it uses {name!r}"
        case ast.ImportFrom(module=str(name)) if name in _REACHING_MODULES:
            return f"it uses {name!r}"
    return None


def _defined(tree: ast.AST) -> Iterator[str]:
    """Yield the functions and classes that test code defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _passes_code(call: ast.Call, own: Collection[str]) -> bool:
    """Whether an argument is no plain data: code, or an object of a class of the test's own."""
    given = [*call.args, *(word.value for word in call.keywords)]
    return any(
        isinstance(argument, ast.Lambda | ast.GeneratorExp)
        or (isinstance(argument, ast.Name) and argument.id in own)
        or (
            isinstance(argument, ast.Call)
            and isinstance(argument.func, ast.Name)
            and argument.func.id in own
            and is_class_name(argument.func.id)
        )
        for argument in given
    )
