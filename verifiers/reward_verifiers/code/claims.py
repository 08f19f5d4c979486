"""Asserts about one call of the program, understood without running them.

``assert f([1, 2]) == 3`` says: call ``f`` with plain arguments, and hold what it returns to 3. So
the call can be made where the program is, and the comparison here, as Python would make it of
plain data. What is not understood is left to a sandbox of its own.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reward_sandboxes import plain
from reward_sandboxes.types import Call
from reward_verifiers.code.syntax import BUILTINS, is_class_name

# What holds a value is asked of the value that the call returned.
_Read = Callable[[Any], Any]

_MAX_SAME_HASH = 500
_MAX_DIGITS = 400

_FAILS = (TypeError, ValueError, LookupError, ArithmeticError, RecursionError)
"""What comparing plain data may raise, as the assert would have."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One assert."""

    call: Call | None
    """None: it calls nothing, and holds."""
    holds: Callable[[Any], bool]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Callee:
    """Which calls in an assert are calls of the program."""

    candidates: Mapping[str, str] = field(default_factory=dict)
    """Functions of the program by the name that the assert has for each."""
    bound: Collection[str] = ()
    """Names that test code binds itself."""
    any_free: bool
    """Whether every name that is neither bound nor a builtin is a function of the program."""

    def function(self, node: ast.expr) -> str | None:
        """Return the function that ``node``, which is called, stands for; None: not the program's.

        ``Solution().f`` is the method ``f`` of a new ``Solution``.
        """
        match node:
            case ast.Name(id=name) if name in self.candidates:
                return self.candidates[name]
            case ast.Name(id=name) if self.any_free:
                known = name in self.bound or name in BUILTINS or is_class_name(name)
                return None if known else name
            case ast.Attribute(
                value=ast.Call(func=ast.Name(id="Solution"), args=[], keywords=[]), attr=name
            ) if self.any_free and "Solution" not in self.bound:
                return f"Solution.{name}"
        return None


class _ComplexError(Exception):
    """The assert says more than is understood here."""


def read_claim(node: ast.stmt, callee: Callee) -> Claim | None:
    """Return what an assert says; None where it is no assert, or not a simple one."""
    if not isinstance(node, ast.Assert):
        return None
    reader = _Reader(callee)
    try:
        read, text = reader.read(node.test), ast.unparse(node.test)
    except (_ComplexError, plain.PlainError, RecursionError):
        return None
    claim = Claim(reader.call, _held(read), text[:500])
    return claim if claim.call is not None or claim.holds(None) else None


def _held(read: _Read) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        try:
            return bool(read(value))
        except _FAILS:
            return False

    return holds


class _Reader:
    """Reads one assert's expression; the one call of the program in it becomes ``call``."""

    def __init__(self, callee: Callee) -> None:
        self._callee = callee
        self.call: Call | None = None

    def read(self, node: ast.expr) -> _Read:
        """Return how the value of ``node`` follows from what the call returned."""
        if _may_be_literal(node):
            return _always(_literal(node))
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return _applied(operator.not_, self.read(inner))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return _applied(operator.neg, self.read(inner))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return _applied(_minus, self.read(left), self.read(right))
            case ast.Subscript(value=inner, slice=ast.Constant(value=int() | str() as key)):
                return _applied(operator.getitem, self.read(inner), _always(key))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _applied(self._operator(op, right), self.read(left), self.read(right))
            case ast.Call():
                return self._called(node)
        raise _ComplexError

    def _operator(self, op: ast.cmpop, right: ast.expr) -> Callable[[Any, Any], Any]:
        if isinstance(op, ast.Is | ast.IsNot) and not (
            isinstance(right, ast.Constant)
            and (right.value is None or isinstance(right.value, bool))
        ):
            raise _ComplexError  # which of two equal values are one object is no claim about data
        return _OPERATORS[type(op)]

    def _called(self, node: ast.Call) -> _Read:
        function = self._callee.function(node.func)
        if function is not None:
            return self._call_of(function, node)
        keywords = {word.arg or "**": _literal(word.value) for word in node.keywords}
        match node.func:
            case ast.Name(id=str(name)) if name in _WRAPPERS and name not in self._callee.bound:
                wrapper, most, allowed = _WRAPPERS[name]
            case ast.Attribute(value=ast.Name(id="math"), attr="isclose"):
                wrapper, most, allowed = math.isclose, 2, _ISCLOSE
            case _:
                raise _ComplexError
        if not (1 <= len(node.args) <= most and allowed.issuperset(keywords)):
            raise _ComplexError
        return _applied(wrapper, *map(self.read, node.args), **keywords)

    def _call_of(self, function: str, node: ast.Call) -> _Read:
        if self.call is not None or node.keywords:
            raise _ComplexError
        arguments = [_literal(argument) for argument in node.args]
        self.call = Call(function=function, arguments=plain.dumps(arguments))
        return lambda value: value


def _may_be_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id="set" | "float"), args=[] | [ast.Constant()], keywords=[]):
            return True
        case ast.Attribute(value=ast.Name(id="math"), attr="inf" | "nan" | "pi" | "e"):
            return True
    return False


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal; evaluates nothing but signs and complex numbers."""
    match node:
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(text))]):
            if text.strip().lower().lstrip("+-") in ("inf", "nan", "infinity"):
                return float(text)
            raise _ComplexError
        case ast.Attribute(value=ast.Name(id="math"), attr=name):
            return getattr(math, name)
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, ArithmeticError) as error:
        raise _ComplexError from error
    if not plain.is_plain(value):
        raise _ComplexError
    return value


def _always(value: Any) -> _Read:
    return lambda _returned: value


def _applied(function: Callable[..., Any], *inner: _Read, **keywords: Any) -> _Read:
    return lambda returned: function(*(read(returned) for read in inner), **keywords)


def _minus(left: Any, right: Any) -> Any:
    for value in (left, right):
        if type(value) not in (int, float, bool, complex):
            raise TypeError("only numbers are subtracted here")
    return left - right


def _round(value: Any, ndigits: int | None = None) -> Any:
    if ndigits is not None and not -_MAX_DIGITS <= ndigits <= _MAX_DIGITS:
        raise ValueError("too many digits to round to")
    return round(value, ndigits)


def _set(values: Any) -> set[Any]:
    """Return a set of ``values``, if making it takes linear time."""
    distinct = list({plain.dumps(value): value for value in values}.values())
    hashes = sorted(map(hash, distinct))
    if any(map(operator.eq, hashes, hashes[_MAX_SAME_HASH:])):
        raise ValueError("too many values share a hash")
    return set(distinct)


_NONE: frozenset[str] = frozenset()
_ISCLOSE = frozenset({"rel_tol", "abs_tol"})

# How many arguments each takes at most, and which keywords.
_WRAPPERS: Mapping[str, tuple[Callable[..., Any], int, frozenset[str]]] = MappingProxyType(
    {
        "set": (_set, 1, _NONE),
        "frozenset": (_set, 1, _NONE),
        "sorted": (sorted, 1, frozenset({"reverse"})),
        "list": (list, 1, _NONE),
        "tuple": (tuple, 1, _NONE),
        "len": (len, 1, _NONE),
        "abs": (abs, 1, _NONE),
        "round": (_round, 2, frozenset({"ndigits"})),
        "sum": (sum, 1, _NONE),
        "min": (min, 1, _NONE),
        "max": (max, 1, _NONE),
    }
)

_OPERATORS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Is: operator.is_,
        ast.IsNot: operator.is_not,
        ast.In: lambda value, values: value in values,
        ast.NotIn: lambda value, values: value not in values,
    }
)
