"""What test code asks of what the program returned: only what plain data can do, or more?

What crosses between two processes is plain data. So where test code reads an attribute of a result
that no plain data has, calls it, awaits it, compares it with an object or asks for its class, the
program has to be in its process. The tests alone say so, never what the program returns.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable

from reward_verifiers.code.results import SOLUTION, Results, given, last_name
from reward_verifiers.code.syntax import is_class_name, parsed
from reward_verifiers.errors import BadSpecError

_PLAIN = (str, bytes, list, dict, set, frozenset, tuple, int, float, complex, bool)
# Whether a ratio is a Fraction's is the question, and a plain number answers it wrongly.
_METHODS = tuple(
    {name for name in dir(kind) if name[0] != "_"} - {"numerator", "denominator"} for kind in _PLAIN
)
_ANY_METHOD = frozenset().union(*_METHODS)
_NO_CALL = frozenset({"real", "imag"})

# A plain value is of these, or of these abstractly; NoneType and the like are written type(None).
_PLAIN_TYPES = frozenset(
    {
        *(kind.__name__ for kind in _PLAIN),
        *("NoneType", "None", "object", "type", "Number", "Real", "Integral", "Iterable", "Sized"),
        *("Sequence", "Mapping", "Collection", "List", "Dict", "Set", "Tuple"),
    }
)
# Equal to the plain value that stands for them.
_EQUAL_TO_PLAIN = frozenset({"Counter", "OrderedDict"})
_UNEQUAL_TO_PLAIN = frozenset({"deque", "range", "date", "datetime", "timedelta", "time"})

# Asking these of a result asks for more than its value.
_ASKING = frozenset(
    {
        *("next", "anext", "aiter", "getattr", "setattr", "hasattr", "delattr", "callable"),
        *("vars", "dir", "id", "issubclass", "asdict", "astuple", "fields", "is_dataclass"),
        *("islice", "takewhile", "dropwhile", "gather", "run_until_complete", "getsizeof"),
        *("Thread", "Process", "Timer", "wraps", "signature"),
    }
)
_IDENTITY = frozenset({"assertIs", "assertIsNot"})
_OF_TYPE = frozenset({"isinstance", "assertIsInstance", "assertNotIsInstance"})
_COMPARING = frozenset({"assertEqual", "assertNotEqual", "assertEquals", "assertIn", "assertNotIn"})
_MAX_LITERAL_CHARS = 1000
_LITERALS = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.JoinedStr)


def more_than_data(trees: Iterable[ast.AST], names: Collection[str]) -> str | None:
    """Return what test code asks of what the program's ``names`` return that no plain data can do.

    Returns:
        None where plain data is enough.
    """
    results = Results(trees, names)
    reader = _Reader(results, names)
    for node, parent, origin in results.marked():
        reason = reader.asked(node, parent, origin)
        if reason is not None:
            return reason
    return reader.together()


class _Reader:
    """Reads what is done with each result, and what that comes to together."""

    def __init__(self, results: Results, names: Collection[str]) -> None:
        self._results = results
        self._names = names
        self._methods: dict[tuple[int, str], set[str]] = defaultdict(set)
        """The methods that are called of a variable."""
        self._of_solution: set[str] = set()
        self._handed_on: dict[str, str] = {}
        """Functions of the program whose results are given to others of its, and to which."""
        self._shown: set[str] = set()
        """Functions of the program whose results are somewhere compared with plain data."""

    def asked(self, node: ast.AST, parent: ast.AST, origin: str) -> str | None:
        """Return what more than data is asked of the result ``node`` where it stands."""
        match parent:
            case ast.Attribute():
                return self._of_attribute(node, parent, origin)
            case ast.Call(func=func) if node is func:
                return None if self._is_method(node) else f"it calls what {origin!r} returns"
            case ast.Call():
                return self._of_argument(node, parent, origin)
            case ast.keyword():
                call = self._results.parent(parent)
                return self._of_argument(node, call, origin) if call else None
            case ast.Await() | ast.AsyncFor() | ast.withitem():
                return f"it awaits or enters what {origin!r} returns"
            case ast.FunctionDef(decorator_list=decorators) if node in decorators:
                return f"it decorates with what {origin!r} returns"
            case ast.For(iter=iterated) if node is iterated and _breaks(parent):
                return f"it goes through what {origin!r} returns in part"
            case ast.FormattedValue() if _may_be_class(origin):
                return f"{origin!r} looks like a class, for it asks for its text"
            case ast.Compare():
                return self._of_comparison(node, parent, origin)
        return None

    def together(self) -> str | None:
        """Return what more than data is asked by all that was read together."""
        if len(self._of_solution) > 1:
            return f"it calls {len(self._of_solution)} methods of 'Solution'"
        for (_, name), methods in self._methods.items():
            if not any(methods <= known for known in _METHODS):
                return f"no plain data has all the methods that are called of {name!r}"
        for origin, function in self._handed_on.items():
            if origin not in self._shown:
                return f"it passes what {origin!r} returns to {function!r}"
        return None

    def _is_method(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and self._results.origin(node.value) is not None

    def _of_attribute(self, node: ast.AST, parent: ast.Attribute, origin: str) -> str | None:
        outer = self._results.parent(parent)
        called = isinstance(outer, ast.Call) and outer.func is parent
        if origin == SOLUTION:
            self._of_solution.add(parent.attr)
            return None if called else f"it reads {parent.attr!r} of a 'Solution'"
        if parent.attr not in _ANY_METHOD or not (called or parent.attr in _NO_CALL):
            return f"it reads {parent.attr!r} of what {origin!r} returns"
        if _may_be_class(origin):
            return f"{origin!r} looks like a class, for it reads {parent.attr!r} of what it returns"
        name = node.id if isinstance(node, ast.Name) else ""
        if name:
            self._methods[id(self._results.scope(node)), name].add(parent.attr)
        elif isinstance(node, ast.Call) and last_name(node.func) == last_name(ast.Name(id=origin)):
            self._methods[id(self._results.scope(node)), origin].add(parent.attr)
        return None

    def _of_argument(self, node: ast.AST, call: ast.AST, origin: str) -> str | None:
        if not isinstance(call, ast.Call) or origin == SOLUTION:
            return None
        name = last_name(call.func)
        others = [one for one in given(call) if one is not node]
        if name in ("zip", *_ASKING, *_OF_TYPE, *_IDENTITY, *_COMPARING):
            self._shown |= {origin} if name in _COMPARING else set()
            return _asked_by(name, others, origin)
        if name == "type" and not others:
            return self._of_type(call, origin)
        if name in ("str", "repr"):
            return self._of_text(call, origin)
        if isinstance(call.func, ast.Name) and call.func.id in self._names:
            self._handed_on.setdefault(origin, call.func.id)
        return None

    def _of_type(self, call: ast.Call, origin: str) -> str | None:
        outer = self._results.parent(call)
        if isinstance(outer, ast.Attribute) and outer.attr == "__name__":
            return None
        sides = [*_sides(outer)] if isinstance(outer, ast.Compare) else _given_to(outer)
        plain = bool(sides) and all(one is call or _is_plain_type(one) for one in sides)
        return None if plain else f"it asks for the class of what {origin!r} returns"

    def _of_text(self, call: ast.Call, origin: str) -> str | None:
        if _may_be_class(origin):
            return f"{origin!r} looks like a class, for it asks for its text"
        outer = self._results.parent(call)
        for side in _sides(outer) if isinstance(outer, ast.Compare) else ():
            if isinstance(side, ast.Constant) and not _written_as_plain(side.value):
                return f"it asks for the text of what {origin!r} returns"
        return None

    def _of_comparison(self, node: ast.AST, compare: ast.Compare, origin: str) -> str | None:
        if origin == SOLUTION:
            return None
        others = [side for side in _sides(compare) if side is not node]
        if any(isinstance(op, ast.Is | ast.IsNot) for op in compare.ops):
            if any(map(_is_one_of_a_kind, others)) or _is_type_call(node):
                return None
            return f"it asks whether what {origin!r} returns is one with another object"
        if any(map(_is_object, others)):
            return f"it compares what {origin!r} returns with an object"
        origins = set(map(self._results.origin, others))
        if _may_be_class(origin) and origins != {None}:
            return f"{origin!r} looks like a class, for it compares results"
        if None in origins:
            self._shown.add(origin)
        return None


def _asked_by(name: str, others: Collection[ast.expr], origin: str) -> str | None:
    """Return what ``name``, called with a result and ``others``, asks of it beside its value."""
    if name in _ASKING:
        return f"it asks {name!r} of what {origin!r} returns"
    if name in _OF_TYPE and not all(map(_is_plain_type, others)):
        return f"it asks for the class of what {origin!r} returns"
    if name in _IDENTITY and not any(map(_is_one_of_a_kind, others)):
        return f"it asks whether what {origin!r} returns is one with another object"
    if name in _COMPARING and any(map(_is_object, others)):
        return f"it compares what {origin!r} returns with an object"
    if name == "zip" and any(last_name(getattr(one, "func", one)) == "range" for one in others):
        return f"it goes through what {origin!r} returns in part"
    return None


def _given_to(node: ast.AST | None) -> list[ast.expr]:
    """Return the arguments where ``node`` is a call, else nothing."""
    return given(node) if isinstance(node, ast.Call) else []


def _sides(compare: ast.Compare) -> list[ast.expr]:
    return [compare.left, *compare.comparators]


def _may_be_class(origin: str) -> bool:
    """Whether a name of capitals alone may be a class's: its letters are all it shows of that."""
    return origin.rpartition(".")[2].lstrip("_").isupper()


def _breaks(loop: ast.For) -> bool:
    return any(isinstance(node, ast.Break) for node in ast.walk(loop))


def _is_type_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "type"


def _is_plain_type(node: ast.AST) -> bool:
    match node:
        case ast.Tuple(elts=inside) | ast.List(elts=inside) | ast.Set(elts=inside):
            return all(map(_is_plain_type, inside))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_plain_type(left) and _is_plain_type(right)
        case ast.Constant():
            return True  # None in a union, a message
        case ast.Call(func=ast.Name(id="type"), args=[argument]):
            return isinstance(argument, _LITERALS)
    return last_name(node) in _PLAIN_TYPES


def _is_one_of_a_kind(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (
        node.value is None or isinstance(node.value, bool) or node.value is ...
    )


def _is_object(node: ast.AST) -> bool:
    """Whether it makes an object that equals no plain data."""
    if not isinstance(node, ast.Call):
        return False
    name = last_name(node.func)
    return name in _UNEQUAL_TO_PLAIN or (is_class_name(name) and name not in _EQUAL_TO_PLAIN)


def _written_as_plain(text: object) -> bool:
    """Whether ``text`` is how Python writes some plain value."""
    if not isinstance(text, str):
        return True
    try:
        body = parsed(text[:_MAX_LITERAL_CHARS], "a text").body
        if not body or not isinstance(body[0], ast.Expr):
            return False
        return repr(ast.literal_eval(body[0].value)) == text
    except (BadSpecError, ValueError, TypeError, RecursionError):
        return False
