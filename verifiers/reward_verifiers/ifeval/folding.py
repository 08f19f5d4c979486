"""Text folded as ``re.IGNORECASE`` compares it: character by character, length kept.

Checkers elsewhere search with regular expressions that ignore case. Folded on both sides, a plain
search finds the same, in linear time and far sooner.
"""

from __future__ import annotations

# What an ASCII letter also matches, and str.lower does not make that letter: the long s, the
# dotless i, and the dotted capital I, whose lower case has two characters.
_ODD = "\u017f\u0131\u0130"

# Pairs of lower case letters whose common upper case has several characters.
_TWINS = {"\u1fd3": "\u0390", "\u1fe3": "\u03b0", "\ufb06": "\ufb05"}

# More than the texts of the world use at a time; a text of all code points fills no memory.
_MAX_KEPT = 50_000


def folded(text: str) -> str:
    """Return ``text`` so that two texts are equal when ``re.IGNORECASE`` takes them for equal."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def folds_to_lower(text: str) -> bool:
    """Whether an ASCII word is in ``folded(text)`` exactly when it is in ``text.lower()``."""
    return text.isascii() or not any(odd in text for odd in _ODD)


class _Folds(dict[int, str]):
    """The fold of each code point, worked out when first met."""

    def __missing__(self, point: int) -> str:
        fold = _fold(chr(point))
        if len(self) < _MAX_KEPT:
            self[point] = fold
        return fold


def _fold(char: str) -> str:
    """Return what stands for all that ``char`` matches: lower cases with one upper case are one."""
    lower = char.lower() if len(char.lower()) == 1 else "i"
    upper = lower.upper()
    if len(upper) > 1:
        return _TWINS.get(lower, lower)
    return upper.lower() if len(upper.lower()) == 1 else lower


_FOLDS = _Folds()
