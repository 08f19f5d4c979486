"""Which expressions of test code hold what the program returned, and what is done with them.

Read from the syntax tree alone, and without regard to scopes or order: what may hold a result is
taken for one. Nothing here recurses, and everything takes time linear in the code.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

SOLUTION = "Solution()"
"""The origin of what holds a new ``Solution``, which is no result, but its methods return some."""

_MAX_ROUNDS = 12  # names handed on backwards through more functions than that are not followed

# What these return is, or holds, what they are given.
_PASSING = frozenset(
    {
        *("list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "iter", "enumerate"),
        *("zip", "map", "filter", "max", "min", "sum", "next", "copy", "deepcopy", "islice"),
        *("chain", "from_iterable", "starmap", "partial", "reduce", "array", "asarray", "getattr"),
    }
)
# The fields of an expression whose value holds that of what stands in them.
_HOLDING: Mapping[type[ast.AST], tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys((ast.Subscript, ast.Starred, ast.Await, ast.DictComp), ("value",)),
        **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp), ("elt",)),
        **dict.fromkeys((ast.List, ast.Tuple, ast.Set), ("elts",)),
        **dict.fromkeys((ast.BoolOp, ast.Dict), ("values",)),
        ast.UnaryOp: ("operand",),
        ast.BinOp: ("left", "right"),
        ast.IfExp: ("body", "orelse"),
    }
)
# The fields of what is bound, and of what it is bound to.
_BINDING: Mapping[type[ast.AST], tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys((ast.AnnAssign, ast.AugAssign, ast.NamedExpr), ("target", "value")),
        **dict.fromkeys((ast.For, ast.AsyncFor, ast.comprehension), ("target", "iter")),
        ast.withitem: ("optional_vars", "context_expr"),
    }
)
_VALUES = (ast.Name, ast.Attribute, ast.Call, ast.NamedExpr, *_HOLDING)
_BINDERS = (ast.Assign, ast.Return, ast.Yield, ast.Call, *_BINDING)
_NAMED = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Results:
    """The expressions of some trees that hold what came of calling the program's ``names``."""

    def __init__(self, trees: Iterable[ast.AST], names: Collection[str]) -> None:
        self._names = names
        self.nodes: list[ast.AST] = [node for tree in trees for node in ast.walk(tree)]
        self._parents = {
            id(child): node for node in self.nodes for child in ast.iter_child_nodes(node)
        }
        self._values = [node for node in reversed(self.nodes) if isinstance(node, _VALUES)]
        self._binders = [node for node in self.nodes if isinstance(node, _BINDERS)]
        self._arguments = {node.arg for node in self.nodes if isinstance(node, ast.arg)}
        self._own = {node.name: node for node in self.nodes if isinstance(node, _NAMED)}
        self._held: dict[str, str] = {}
        """By name of a variable, or of an attribute of ``self``: where it comes from."""
        self._makers: dict[str, str] = {}
        """By name of a function of the test code: where what it returns comes from."""
        self._origins: dict[int, str] = {}
        for _ in range(_MAX_ROUNDS):
            known = len(self._held) + len(self._makers)
            self._mark()
            self._bind()
            if len(self._held) + len(self._makers) == known:
                break

    def origin(self, node: ast.AST | None) -> str | None:
        """Return the function of the program that ``node`` comes from; None: it comes from none."""
        return self._origins.get(id(node))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return what ``node`` stands in."""
        return self._parents.get(id(node))

    def scope(self, node: ast.AST) -> ast.AST | None:
        """Return the function of the test code that ``node`` stands in."""
        outer = self.parent(node)
        while outer is not None and not isinstance(outer, _FUNCTIONS):
            outer = self.parent(outer)
        return outer

    def marked(self) -> Iterator[tuple[ast.AST, ast.AST, str]]:
        """Yield everything that holds a result, with its parent and its origin."""
        for node in self.nodes:
            origin, parent = self.origin(node), self.parent(node)
            if origin is not None and parent is not None:
                yield node, parent, origin

    def _mark(self) -> None:
        self._origins = {}
        for node in self._values:  # which has every child before its parent
            origin = self._origin_of(node)
            if origin is not None:
                self._origins[id(node)] = origin

    def _origin_of(self, node: ast.AST) -> str | None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                return None if name in self._names else self._held.get(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return self._held.get(f"self.{name}")
            case ast.Call():
                return self._origin_of_call(node)
            case ast.NamedExpr(value=inner):
                return self.origin(inner)
        return self._first(_within(node))

    def _origin_of_call(self, node: ast.Call) -> str | None:
        match node.func:
            case ast.Name(id=name) if name in self._names:
                is_new = name.rpartition(".")[2] == "Solution" and not (node.args or node.keywords)
                return SOLUTION if is_new else name
            case ast.Name(id=name) if name in self._makers:
                return self._makers[name]
            case ast.Attribute(value=inner, attr=name) if self.origin(inner) is not None:
                origin = self.origin(inner)
                return f"Solution.{name}" if origin == SOLUTION else origin
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                if name in self._makers:
                    return self._makers[name]
        handed = [one for one in given(node) if isinstance(one, ast.Name) and one.id in self._names]
        if handed:
            return handed[0].id
        return self._first(given(node)) if last_name(node.func) in _PASSING else None

    def _first(self, nodes: Iterable[ast.AST]) -> str | None:
        origins = map(self.origin, nodes)
        return next((one for one in origins if one is not None and one != SOLUTION), None)

    def _bind(self) -> None:
        for node in self._binders:
            for target, value in _bindings(node):
                self._hold(target, value)
            match node:
                case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                    self._give(self.scope(node), value)
                case ast.Call(func=ast.Name(id=name)) if name in self._own:
                    self._hand_over(node, self._own[name].args)

    def _hold(self, target: ast.AST, value: ast.AST) -> None:
        names = list(_targets(target))
        origin = self.origin(value)
        if origin is not None:
            for name in names:
                self._held.setdefault(name, origin)
        made = self.origin(value.body) if isinstance(value, ast.Lambda) else None
        if isinstance(value, ast.Name) and value.id in self._names:
            made = value.id
        if made is not None:
            for name in names:
                self._makers.setdefault(name, made)

    def _give(self, function: ast.AST | None, value: ast.expr) -> None:
        origin = self.origin(value)
        if origin is None or not isinstance(function, _NAMED):
            return
        self._makers.setdefault(function.name, origin)
        if function.name in self._arguments:  # a fixture
            self._held.setdefault(function.name, origin)

    def _hand_over(self, call: ast.Call, parameters: ast.arguments) -> None:
        named = [*parameters.posonlyargs, *parameters.args]
        pairs = [(one.arg, value) for one, value in zip(named, call.args, strict=False)]
        pairs += [(word.arg, word.value) for word in call.keywords if word.arg]
        for name, value in pairs:
            origin = self.origin(value)
            if origin is not None:
                self._held.setdefault(name, origin)


def given(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of ``call``, keywords last."""
    return [*call.args, *(word.value for word in call.keywords)]


def last_name(node: ast.AST) -> str:
    """Return the last name of a dotted one, or nothing."""
    match node:
        case ast.Name(id=name):
            return name.rpartition(".")[2]
        case ast.Attribute(attr=name):
            return name
    return ""


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions whose values that of ``node`` holds."""
    for field in _HOLDING.get(type(node), ()):
        inside = getattr(node, field)
        yield from inside if isinstance(inside, list) else [inside]


def _bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield what ``node`` binds, each with what it is bound to."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif type(node) in _BINDING:
        target, value = (getattr(node, field) for field in _BINDING[type(node)])
        if target is not None and value is not None:
            yield target, value


def _targets(target: ast.AST) -> Iterator[str]:
    for node in ast.walk(target):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                yield f"self.{name}"
