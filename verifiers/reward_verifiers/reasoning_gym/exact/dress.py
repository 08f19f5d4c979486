"""Takes off what models put around an answer: code fences, math delimiters, blank space."""

from __future__ import annotations

_PAIRS = (("```", "```"), ("`", "`"), ("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))


def undressed(answer: str) -> str:
    """Return ``answer`` without one layer of each of those."""
    bare = answer.strip()
    for start, end in _PAIRS:
        if len(bare) < len(start) + len(end) or not (bare.startswith(start) and bare.endswith(end)):
            continue
        bare = bare[len(start) : -len(end)]
        if start == "```":
            bare = _without_language(bare)
        bare = bare.strip()
    return bare


def _without_language(fenced: str) -> str:
    """Return what is in a fence without the language behind its opening."""
    first, newline, rest = fenced.partition("\n")
    return rest if newline and first.strip().isalpha() and len(first) < 20 else fenced
