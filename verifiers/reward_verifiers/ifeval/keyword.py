"""Keywords of a spec, which the official checkers hand to ``re`` as they are.

A keyword without special characters is searched for as text. One with them (``U.S.``, ``C++``,
``(cat|dog)s?``) is the regular expression that it is to the official code, as long as it cannot
cost more than time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reward_verifiers.ifeval.arguments import Argument, filled, texts
from reward_verifiers.ifeval.folding import folded, folds_to_lower
from reward_verifiers.ifeval.pattern import linear_pattern
from reward_verifiers.ifeval.text.text import Text

MAX_KEYWORD_CHARS = 1000
MAX_SPECIAL = 20
"""Keywords with special characters in one list: compiling takes a millisecond each."""

_SPECIAL = re.compile(r"[][.^$*+?{}()|\\]")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword, in any case."""

    fold: str | None
    """Its folded text, which is in every text that has it; None when it is a pattern."""
    source: str | None = None
    """The pattern that must be found too; None when its folded text is all of it. It is compiled
    when it is needed: few of the words that are forbidden are there."""

    def within(self, text: Text) -> bool:
        """Whether it occurs."""
        if self.fold is not None and self.fold not in _searched(self.fold, text):
            return False
        return self.source is None or bool(re.search(self.source, text.raw, re.IGNORECASE))

    def count(self, text: Text) -> int:
        """Return how often it occurs, without overlaps."""
        if self.source is not None:
            return len(re.findall(self.source, text.raw, re.IGNORECASE))
        return _searched(self.fold, text).count(self.fold) if self.fold else 0


def literal(word: str) -> Keyword:
    """Return the keyword that occurs where the characters of ``word`` do."""
    return Keyword(folded(word))


def official(word: str) -> Keyword:
    """Return the keyword that ``word`` is to the official code.

    Raises:
        ValueError: it is a pattern that cannot be searched for.
    """
    return _pattern(word) if _is_special(word) else literal(word)


def literal_apart(word: str) -> Keyword:
    """Return the keyword that occurs where ``word`` does and no letter or digit touches it."""
    return Keyword(folded(word), rf"(?<!\w){re.escape(word)}(?!\w)")


def official_apart(word: str) -> Keyword:
    """Return the keyword that the official code makes of a forbidden ``word``.

    Raises:
        ValueError: it is a pattern that cannot be searched for.
    """
    bordered = rf"\b{word}\b"
    return _pattern(bordered) if _is_special(word) else Keyword(folded(word), bordered)


def _is_special(word: str) -> bool:
    return _SPECIAL.search(word) is not None


def _pattern(source: str) -> Keyword:
    linear_pattern(source, re.IGNORECASE)
    return Keyword(None, source)


def one(make: Callable[[str], Keyword]) -> Argument:
    """Return the argument that is one keyword, blanks around it taken off."""

    def read(value: Any) -> Keyword:
        return make(_bounded(filled(value).strip()))

    return Argument(read)


def several(make: Callable[[str], Keyword]) -> Argument:
    """Return the argument that is a list of keywords, as they are."""

    def read(value: Any) -> tuple[Keyword, ...]:
        words = tuple(map(_bounded, _some(value)))
        if sum(map(_is_special, words)) > MAX_SPECIAL:
            raise ValueError(f"more than {MAX_SPECIAL} texts with special characters")
        return tuple(map(make, words))

    return Argument(read)


def _some(value: Any) -> tuple[str, ...]:
    words = texts(value)
    if not words:
        raise ValueError("expected at least one text")
    return tuple(map(filled, words))


def _bounded(word: str) -> str:
    if len(word) > MAX_KEYWORD_CHARS:
        raise ValueError(f"longer than {MAX_KEYWORD_CHARS} characters")
    return word


def _searched(fold: str, text: Text) -> str:
    """Return what a folded keyword is searched for in."""
    if fold.isascii() and folds_to_lower(text.raw):
        return text.lower
    return folded(text.raw)
