"""Words that are a number of their own behind a number: "5 million", "3 dozen", "5 sixths".

They never name what was counted, so they are read as the factor that they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reward_verifiers.math.spoken import SMALL, TENS, spoken_integer
from reward_verifiers.math.vocabulary import listed

ORDINALS = {
    name: value
    for value, name in enumerate(
        listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
}
"""The ordinal numbers that are one word each, first to twentieth."""

_SIZES = {
    "hundred": 100,
    "thousand": 1000,
    "myriad": 10**4,
    "lakh": 10**5,
    "lac": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
    "quintillion": 10**18,
    "googol": 10**100,
    "dozen": 12,
    "score": 20,
    "gross": 144,
}
# One part of so many. A second is a time, and a quarter is a coin too, but seldom an answer's noun.
_PARTS = {
    "half": 2,
    "quarter": 4,
    **{name: value for name, value in ORDINALS.items() if value > 2},
    **{f"{name.removesuffix('y')}ieth": value for name, value in TENS.items()},
    **{f"{name}th": size for name, size in _SIZES.items() if name.endswith(("red", "and", "ion"))},
}
_FRACTIONS = {
    "halves" if name == "half" else f"{name}s": Fraction(1, value) for name, value in _PARTS.items()
}
_FACTORS: dict[str, Fraction] = {
    **{name: Fraction(size) for name, size in _SIZES.items()},
    **{f"{name}s": Fraction(size) for name, size in _SIZES.items()},
    **_FRACTIONS,
}
_PLURALS = frozenset(f"{name.removesuffix('y')}ies" for name in TENS) | frozenset(
    name + "es" * name.endswith("x") + "s" * (not name.endswith("x")) for name in SMALL
)


def factor(word: str) -> Fraction | None:
    """Return what ``word`` behind a number multiplies it by: 12 of "dozen", 1/6 of "sixths"."""
    return _FACTORS.get(word.casefold().strip(" ."))


def leading_factor(text: str) -> tuple[Fraction, str] | None:
    """Return the factor that ``text`` begins with, and the rest: of "million dollars"."""
    first, _, rest = text.strip().partition(" ")
    size = _SIZES.get(first.casefold())
    return (Fraction(size), rest.strip()) if size and rest.strip() else None


def is_number_word(word: str) -> bool:
    """Whether a word in small letters is a number, or several of one: "sevens", "trillionths"."""
    return (
        word in _FACTORS
        or word in _PARTS
        or word in SMALL
        or word in TENS
        or word in _PLURALS
        or word.endswith(("illion", "illions", "illionth", "illionths"))
    )


def spoken_fraction(words: Sequence[str]) -> Fraction | None:
    """Return the fraction that words in small letters say: "three quarters", "one third"."""
    if len(words) < 2:
        return None
    number = 1 if words[:-1] in (["a"], ["an"]) else spoken_integer(" ".join(words[:-1]))
    if number is None:
        return None
    if number == 1:
        part = _PARTS.get(words[-1])
        return Fraction(1, part) if part else None
    fraction = _FRACTIONS.get(words[-1])
    if fraction is None or (number in TENS.values() and fraction > Fraction(1, 10)):
        return None  # "twenty-fifths" may be parts of twenty-five
    return number * fraction
