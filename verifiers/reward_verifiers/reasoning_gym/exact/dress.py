"""Takes off what models put around an answer: fences, math delimiters, a box, a label, a stop."""

from __future__ import annotations

import re

_PAIRS = (
    *(("```", "```"), ("`", "`"), ("**", "**")),
    *(("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")),
    (r"\boxed{", "}"),
)
_LABEL = re.compile(r"\s*[A-Za-z]\s?(?:\(\s?[A-Za-z]\s?\)\s?)?=")


def undressed(answer: str) -> str:
    """Return ``answer`` without one layer of each of those, but for a label."""
    bare = answer.strip().removesuffix(".")
    for start, end in _PAIRS:
        if len(bare) < len(start) + len(end) or not (bare.startswith(start) and bare.endswith(end)):
            continue
        bare = bare[len(start) : -len(end)]
        if start == "```":
            bare = _without_language(bare)
        bare = bare.strip()
    return bare


def unlabelled(formula: str) -> str:
    """Return ``formula`` without a name and an equals sign before it: ``F(x) =``, ``P =``."""
    label = _LABEL.match(formula)
    return formula[label.end() :] if label else formula


def _without_language(fenced: str) -> str:
    """Return what is in a fence without the language behind its opening."""
    first, newline, rest = fenced.partition("\n")
    return rest if newline and first.strip().isalpha() and len(first) < 20 else fenced
