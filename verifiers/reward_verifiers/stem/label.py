r"""The left side of "v = 5 m/s": what may name a quantity there."""

from __future__ import annotations

import re

# Signs and digits in these belong to a name: E_{x-y}, [H^+], v_0, half-life.
_INSIDE = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|[_^](?:[+-]|\w)|(?<=[A-Za-z]{2})-(?=[A-Za-z]{2})")
_MAX_DEPTH = 4
_SUM = re.compile(r"[+−–±-]|\\(?:pm|mp)(?![A-Za-z])")
_DIGIT = re.compile(r"\d")
# 2\pi r, 1/2 mv^2 and 0.5 mv^2 are names of things, 2q is twice another.
_TIMES = re.compile(r"[\s({]*(?!0?\.5(?!\d))(?:\d|\.\d)[\d.,]*(?![\d.,])(?!\s?(?:\\pi|π|/\s?\d))")


def is_label(text: str) -> bool:
    r"""Whether ``text`` names one quantity, perhaps by a product: ``W``, ``mgh``, ``2\pi r``.

    A multiple, or a sum with numbers, is an equation still to be solved: ``x - 3 m``, ``2q``.
    """
    if _TIMES.match(text):
        return False
    for _ in range(_MAX_DEPTH):
        bare = _INSIDE.sub("", text)
        if bare == text:
            break
        text = bare
    return _SUM.search(text) is None or _DIGIT.search(text) is None
