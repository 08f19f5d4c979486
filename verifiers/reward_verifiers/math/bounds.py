"""How large an answer may be before anything tries to read it.

Linear in the text, and checked first, so that no reader, evaluator or parser ever meets an input
that could cost more than a few milliseconds. An answer past a bound is *over limit*: stalling must
not beat being wrong.
"""

from __future__ import annotations

import re

MAX_CHARS = 2_000
"""Characters of an answer, beside twice those of the gold."""

MAX_DIGITS = 4_000
"""Digits of one numeral; CPython refuses to read integers past 4300."""

MAX_DEPTH = 40
"""Brackets, groups and signs within each other."""

_NUMERAL = re.compile(rf"\d{{{MAX_DIGITS + 1}}}")

_OPEN = frozenset("({[")
_CLOSE = frozenset(")}]")


def excess(text: str, *, gold: str = "") -> str | None:
    """Return which bound ``text`` passes, as a phrase for a person, or None."""
    room = max_chars(gold)
    if len(text) > room:
        return f"{len(text)} characters, more than {room}"
    if _NUMERAL.search(text):
        return f"a number of more than {MAX_DIGITS} digits"
    deepest = _depth(text)
    if deepest > MAX_DEPTH:
        return f"brackets nested {deepest} deep, more than {MAX_DEPTH}"
    return None


def max_chars(gold: str) -> int:
    """Return how long an answer to ``gold`` may be."""
    return MAX_CHARS + 2 * len(gold)


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        if char in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        elif char in _CLOSE:
            depth -= 1
    return deepest
