"""Reading the inputs and outputs of functional tests, in the shapes that data sets have them.

An input is a list of arguments, or a text with one JSON value a line (LeetCode, PRIME); an output
is a JSON value, or beside such a text the text of one. APPS and TACO wrap each output in a list of
one; which is meant shows only where some output is no such list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reward_sandboxes.plain import depth_over

MAX_DEPTH = 100
"""Lists and objects within each other."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the function that is tested."""

    arguments: list[Any]
    accepted: tuple[Any, ...]
    """What it may return, any of these."""


def read_cases(inputs: Sequence[Any], outputs: Sequence[Any]) -> list[Case]:
    """Return the calls to make.

    Raises:
        ValueError: an input or output cannot be read; the message names it.
    """
    wrapped = all(type(one) is list and len(one) == 1 for one in outputs) and all(
        type(one) is list for one in inputs
    )
    cases = []
    for index, (given, output) in enumerate(zip(inputs, outputs, strict=True)):
        arguments = _arguments(given, f"inputs.{index}")
        expected = output
        if type(given) is str and type(output) is str:
            expected = _json(output, f"outputs.{index}")
        for name, value in (("inputs", arguments), ("outputs", expected)):
            if depth_over(value, MAX_DEPTH):
                raise ValueError(f"{name}.{index}: nested more than {MAX_DEPTH} deep")
        cases.append(Case(arguments, (expected, expected[0]) if wrapped else (expected,)))
    return cases


def _arguments(given: Any, where: str) -> list[Any]:
    if type(given) is list:
        return given
    if type(given) is str:
        return [_json(line, where) for line in given.split("\n") if line.strip()]
    raise ValueError(f"{where}: expected a list of arguments, or a text with one JSON value a line")


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(f"{where}: nested more than {MAX_DEPTH} deep") from None
    except ValueError as error:
        raise ValueError(f"{where}: {text[:50]!r} is no JSON: {error}") from None
