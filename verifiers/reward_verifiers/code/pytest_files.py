"""Test files for pytest (KodCode): every test function, with each set of parameters, is a test.

Files that only import functions of the program and call them run beside it, in a process that
never loads it. Any others share its process, and then nothing keeps the program from forging
their report: the verdict says ``shared_process``, and why.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from reward_sandboxes.types import Suite, SuiteKind
from reward_verifiers.code.dialogue import Plan, hold
from reward_verifiers.code.files import encoded
from reward_verifiers.code.reaching import seems_to_reach
from reward_verifiers.code.syntax import (
    MAX_READ_CHARS,
    called_names,
    free_names,
    is_class_name,
    parsed,
    words,
)
from reward_verifiers.code.use import more_than_calls
from reward_verifiers.code_spec import CodeSpec, PytestTests
from reward_verifiers.errors import BadSpecError
from reward_verifiers.memo import Memo
from reward_verifiers.trial import Trial


def check_spec(spec: CodeSpec) -> None:
    """Raise ``BadSpecError`` where the test files cannot be read."""
    _plan_of(spec)


def trial(source: str, spec: CodeSpec) -> Trial:
    """Judge the program by the test files."""
    return (yield from hold(source, spec, _plan_of(spec), None))


def _plan_of(spec: CodeSpec) -> Plan:
    assert isinstance(spec.tests, PytestTests)
    return _PLANS((spec.tests.module, *sorted(spec.tests.files.items())))


def _plan(key: tuple[str, *tuple[tuple[str, str], ...]]) -> Plan:
    module, *pairs = key
    files = dict(pairs)
    code = {path: text for path, text in files.items() if path.endswith(".py")}
    if not any(_holds_tests(path) for path in code):
        raise BadSpecError("tests.files: no file is named test_*.py or *_test.py")
    if sum(map(len, code.values())) > MAX_READ_CHARS:
        whole = "\n".join(code.values())
        names, why = called_names(whole), seems_to_reach(whole) or _class_in(whole, module)
    else:
        trees = [parsed(text, f"tests.files.{path}") for path, text in code.items()]
        names, why = _use(trees, module)
    suite = Suite(
        kind=SuiteKind.PYTEST,
        entry_points=tuple(names),
        files=encoded(files),
        module=module,
    )
    return Plan(suite, why)


def _class_in(code: str, module: str) -> str | None:
    """Return that code too long to read imports a class of the program, by the look of it."""
    imports = re.finditer(rf"(?m)^[ \t]*from[ ]+{module}[ ]+import[ ]+(\([^()]*\)|.*)", code)
    names = [name for found in imports for name in words(found[1])]
    classes = [name for name in names if is_class_name(name) or name.isupper()]
    return f"{classes[0]!r} looks like a class" if classes else None


def _holds_tests(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


def _use(trees: Sequence[ast.Module], module: str) -> tuple[list[str], str | None]:
    """Return the names of the program that test files import, and what more than calls they do."""
    names: dict[str, None] = {}
    why: str | None = None
    for tree in trees:
        imported = _imported(tree, module)
        names.update(dict.fromkeys(imported.values()))
        reached = _Reached(tree, module)
        names.update(dict.fromkeys(reached.names))
        local = {*imported, *map(reached.name_of, reached.names)}
        why = why or reached.more or more_than_calls([reached.tree], local)
    if not names:
        why = why or f"nothing imports a function of {module!r} by its name"
    return list(names), why


def _imported(tree: ast.Module, module: str) -> dict[str, str]:
    """Return the program's names by what they are called in a test file."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    found.update({name: name for name in free_names([tree])})
                else:
                    found[alias.asname or alias.name] = alias.name
    return found


class _Reached:
    """The names reached as attributes of the imported module, and the tree with them as names."""

    def __init__(self, tree: ast.Module, module: str) -> None:
        self._module = module
        self._aliases = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.name == module
        }
        self.names: dict[str, None] = {}
        self.more: str | None = None
        """What is done with the module beside reading its functions."""
        self.tree = tree
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            self._stand_in_within(node)
            pending.extend(ast.iter_child_nodes(node))

    def name_of(self, attribute: str) -> str:
        """Return the name that stands for an attribute; no identifier of the code's is one."""
        return f"{self._module}.{attribute}"

    def _stand_in_within(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = map(self._stand_in, value)
            else:
                setattr(node, field, self._stand_in(value))

    def _stand_in(self, value: Any) -> Any:
        """Return ``value``, or the name that stands for it where it is such an attribute."""
        match value:
            case ast.Attribute(value=ast.Name(id=owner), attr=name, ctx=context):
                if owner in self._aliases:
                    self.names.setdefault(name)
                    return ast.Name(id=self.name_of(name), ctx=context)
            case ast.Name(id=name) if name in self._aliases:
                self.more = f"it does more with the module {self._module!r} than call its functions"
            case ast.Constant(value=text) if _names_module(text, self._module):
                self.more = f"it names {self._module!r} in a text"
        return value


def _names_module(value: object, module: str) -> bool:
    return isinstance(value, str) and (value == module or value.startswith(f"{module}."))


_PLANS: Memo[tuple[str, *tuple[tuple[str, str], ...]], Plan] = Memo(_plan)
