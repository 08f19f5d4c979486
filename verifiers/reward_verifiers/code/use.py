"""What test code does with the names of the program: only call them, or more?

Where it only calls, the program can stay in a process of its own and answer calls. Where it does
more (makes objects of its classes, reads its attributes, replaces parts of it, captures what it
prints, asks of what it returns what no plain data can do), nothing but a shared process will do,
and the verdict says so.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from reward_verifiers.code.demands import more_than_data
from reward_verifiers.code.reaching import reaches
from reward_verifiers.code.syntax import is_class_name

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
        if not isinstance(node, ast.Name) or node.id not in names:
            continue
        loaded.add(node.id)
        if isinstance(parent, ast.Call) and node is parent.func:
            called.add(node.id)
        reason = _more(parent, node, own)
        if reason is not None:
            return reason
    constants = sorted(name for name in loaded - called if name.rpartition(".")[2].isupper())
    if constants:
        return f"{constants[0]!r} looks like a constant"
    return reaches([node for tree in trees for node in ast.walk(tree)]) or more_than_data(
        trees, names
    )


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
