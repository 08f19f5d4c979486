"""One spelling for words that have two: British and American, singular and plural.

The folding is the same on both sides, so it need not be right about a word, only alike; two words
of different meaning must not fall together, which is why short words are left alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SHORT = 4
_LONG = 40

_BRITISH = (
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"aluminium"), "aluminum"),
    (re.compile(r"caesium"), "cesium"),
    (re.compile(r"(cent|lit|met|fib|calib)re(?=s?\Z)"), r"\1er"),
    (re.compile(r"(col|vap|tum|lab|fav|od|hum|arm|vig|behavi|neighb|flav)our"), r"\1or"),
    (re.compile(r"ys(?=e[drs]?\Z|ing\Z)"), "yz"),
    (re.compile(r"([a-z]{3})is(?=e[drs]?\Z|ing\Z|ation)"), r"\1iz"),
    (re.compile(r"(h|n|c)ae(?=[a-z])|\A[ao]e(?=s|d)"), r"\1e"),
    (re.compile(r"grey"), "gray"),
)

# Singulars that end like plurals.
_SINGULARS = frozenset(
    (
        *("lens", "bias", "alias", "atlas", "canvas", "pancreas", "gas", "chaos", "cosmos"),
        *("mars", "news", "always", "perhaps"),
    )
)

# A plural's ending; not that of glass, virus, basis.
_PLURAL = (
    (re.compile(r"(?<=lens|bias)es\Z"), ""),
    (re.compile(r"(?<=[a-z]{2})ies\Z"), "y"),
    (re.compile(r"(?<=ch|sh|ss)es\Z|(?<=x)es\Z"), ""),
    (re.compile(r"(?<![sui])s\Z"), ""),
)


def one_spelling(word: str) -> str:
    """Return ``word``, in lower case, in its American singular."""
    return _respelt(word) if _SHORT <= len(word) <= _LONG and word.isalpha() else word


@lru_cache(maxsize=4096)
def _respelt(word: str) -> str:
    if word in _SINGULARS:
        return word
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    for ending, singular in _PLURAL:
        shorter = ending.sub(singular, word)
        if shorter != word:
            return shorter
    return word
