"""Tests of programs in the shapes that datasets have them, turned into the ``tests`` of a spec.

There are three shapes: inputs and outputs side by side, with ``fn_name`` where a function is called
(PRIME, TACO, APPS); a list of cases (LiveCodeBench, DeepCoder, CodeContests); a list of asserts
(MBPP, AceCoder). Each may come as the text of its JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reward_service.rows.row import Row
from reward_verifiers.code_spec import MAX_TESTS
from reward_verifiers.complaints import kind, shown

Tests = dict[str, Any]
"""The fields of the tests of a spec."""

_STDIO_TYPES = frozenset({"stdin_stdout", "stdin", "stdio", "standard_input", "io"})
_CALL_TYPES = frozenset({"function_call", "functional", "call_based", "function"})
_ASSERT = re.compile(r"\s*(?:#.*\n\s*)*assert\b")


def read_tests(row: Row, name: str, value: Any, *, fn_name: str | None = None) -> Tests:
    """Return the tests in ``value``, found in the field ``name``, of whichever shape they are.

    Args:
        row: whose field it is.
        name: the field.
        value: what it holds, any text of JSON already read.
        fn_name: the function that is called where the tests themselves name none.
    """
    if isinstance(value, Mapping):
        if "assert_case" in value:
            return asserts(row, name, value["assert_case"])
        return side_by_side(row, name, value, fn_name=fn_name)
    if not isinstance(value, Sequence):
        raise row.error(name, f"expected an object or a list, got {kind(value)}")
    if value and isinstance(value[0], str):
        return asserts(row, name, value)
    return cases(row, name, value, fn_name=fn_name)


def side_by_side(
    row: Row, name: str, value: Mapping[str, Any], *, fn_name: str | None = None
) -> Tests:
    """Return the tests of ``inputs`` and ``outputs``: calls of ``fn_name`` if there is one."""
    inputs, outputs = (_listed(row, f"{name}.{part}", value.get(part)) for part in _SIDES)
    if len(inputs) != len(outputs):
        raise row.error(name, f"{len(inputs)} inputs but {len(outputs)} outputs")
    given = value.get("fn_name")
    if given not in (None, "") and not isinstance(given, str):
        raise row.error(f"{name}.fn_name", f"expected text, got {kind(given)}")
    function = given or fn_name
    if function:
        return {"type": "functional", "fn_name": function, "inputs": inputs, "outputs": outputs}
    return {
        "type": "stdio",
        "inputs": [_stream(row, f"{name}.inputs.{at}", one) for at, one in enumerate(inputs)],
        "outputs": [_stream(row, f"{name}.outputs.{at}", one) for at, one in enumerate(outputs)],
    }


def cases(row: Row, name: str, value: Any, *, fn_name: str | None = None) -> Tests:
    """Return the tests of a list of cases, each with ``input`` and ``output``.

    A case's ``type`` or ``testtype`` says whether it is a call, and all must say the same; of what
    function, its ``fn_name`` says, or else ``fn_name``.
    """
    entries = _listed(row, name, value)
    functions: set[str | None] = set()
    for at, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise row.error(f"{name}.{at}", f"expected an object, got {kind(entry)}")
        for side in ("input", "output"):
            if side not in entry:
                raise row.error(f"{name}.{at}.{side}", "missing")
        functions.add(_function(row, f"{name}.{at}", entry, fn_name))
    if len(functions) > 1:
        told = ", ".join(sorted(f"calls of {each}" if each else "stdin" for each in functions))
        raise row.error(name, f"tests of several kinds ({told[:200]}); a spec has one")
    sides = {f"{side}s": [entry[side] for entry in entries] for side in ("input", "output")}
    (function,) = functions
    return side_by_side(row, name, sides, fn_name=function)


def asserts(row: Row, name: str, value: Any, *, setup: str = "") -> Tests:
    """Return the tests of a list of assert statements."""
    statements = _listed(row, name, value)
    for at, statement in enumerate(statements):
        if not isinstance(statement, str):
            raise row.error(f"{name}.{at}", f"expected text, got {kind(statement)}")
        if not statement.strip():
            raise row.error(f"{name}.{at}", "empty")
    return {"type": "asserts", "asserts": statements, "setup": setup}


def are_asserts(value: Any) -> bool:
    """Whether ``value`` is a list that begins with an assert statement."""
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and isinstance(value[0], str)
        and _ASSERT.match(value[0]) is not None
    )


def joined(row: Row, name: str, *parts: Mapping[str, Any]) -> Tests:
    """Return stdio tests of all ``parts``, each an object of lists ``input`` and ``output``."""
    inputs: list[Any] = []
    outputs: list[Any] = []
    for part in parts:
        inputs += _listed(row, f"{name}.input", part.get("input") or part.get("inputs"))
        outputs += _listed(row, f"{name}.output", part.get("output") or part.get("outputs"))
    return side_by_side(row, name, {"inputs": inputs, "outputs": outputs})


_SIDES = ("inputs", "outputs")


def _function(row: Row, where: str, entry: Mapping[str, Any], fn_name: str | None) -> str | None:
    given = entry.get("fn_name") or fn_name
    if given is not None and not isinstance(given, str):
        raise row.error(f"{where}.fn_name", f"expected text, got {kind(given)}")
    told = entry.get("testtype") or entry.get("type")
    if told is None:
        return given
    if told in _CALL_TYPES:
        if not given:
            raise row.error(where, f"{told} without the name of a function")
        return given
    if told not in _STDIO_TYPES:
        raise row.error(where, f"{shown(told)} is no type of test that is known")
    return None


def _listed(row: Row, name: str, value: Any) -> list[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        complaint = "missing" if value is None else f"expected a list, got {kind(value)}"
        raise row.error(name, complaint)
    if not 1 <= len(value) <= MAX_TESTS:
        raise row.error(name, f"expected 1 to {MAX_TESTS} entries, got {len(value)}")
    return list(value)


def _stream(row: Row, where: str, value: Any) -> str:
    """Return what goes to stdin or comes from stdout: a text, or a list of lines of it."""
    if isinstance(value, list | tuple):
        if not all(isinstance(line, str) for line in value):
            raise row.error(where, "expected text or a list of lines")
        return "\n".join(value)
    if not isinstance(value, str):
        raise row.error(where, f"expected text or a list of lines, got {kind(value)}")
    return value
