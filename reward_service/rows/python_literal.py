"""Labels written as Python literals: read as data, within bounds, never run.

Open-instruct's data holds its constraints as ``str`` of a list of dicts, with None and single
quotes, which is no JSON. What may stand outside of strings is held to brackets, numbers, None, True
and False before ``ast.literal_eval`` sees the text, so nothing in it can be costly or mean more.
"""

from __future__ import annotations

import ast
import re
import warnings
from itertools import accumulate
from typing import Any

MAX_CHARS = 200_000
MAX_DEPTH = 20

_STRING = re.compile(r"""'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+\"""")
_OUTSIDE = re.compile(
    r"(?:[\s\[\]{}(),:]|\bNone\b|\bTrue\b|\bFalse\b|-?\b\d{1,30}(?:\.\d{0,30})?(?:e[+-]?\d{1,3})?)*+"
)
_STEPS = {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}


def python_literal(text: str) -> Any:
    """Return the value that ``text`` is the Python literal of.

    Raises:
        ValueError: it is none, or beyond the bounds.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"longer than {MAX_CHARS} characters")
    outside = _STRING.sub("", text)
    if _OUTSIDE.fullmatch(outside) is None:
        raise ValueError("neither JSON nor a Python literal of lists, objects, texts and numbers")
    if max(accumulate(_STEPS.get(char, 0) for char in outside), default=0) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python does not know
            return ast.literal_eval(text.strip())
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"neither JSON nor a Python literal: {error}") from error
