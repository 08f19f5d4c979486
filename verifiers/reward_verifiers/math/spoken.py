"""Whole numbers in English words: "seventy-two", "one hundred and five", "minus three thousand"."""

from __future__ import annotations

from collections.abc import Sequence

from reward_verifiers.math.vocabulary import listed

SMALL = {
    name: value
    for value, name in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
"""The numbers that are one word each, zero to nineteen."""

TENS = {
    name: 10 * value
    for value, name in enumerate(
        listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
"""Twenty to ninety."""
_MAX_WORDS = 12  # "minus nine hundred and ninety nine thousand nine hundred and ninety nine"


def spoken_integer(text: str) -> int | None:
    """Return the number below a million that ``text`` says in small letters, else None."""
    words = text.split(maxsplit=_MAX_WORDS)
    if words and words[0] in ("minus", "negative"):
        value = _scaled(words[1:], "thousand", 1000)
        return None if value is None else -value
    return _scaled(words, "thousand", 1000)


def _scaled(words: Sequence[str], scale: str, factor: int) -> int | None:
    """Return the value of words that may hold the word ``scale`` once."""
    if scale not in words:
        return _below_hundred(words) if factor == 100 else _scaled(words, "hundred", 100)
    at = words.index(scale)
    head, tail = words[:at], words[at + 1 :]
    count = 1 if head == ["a"] else _scaled(head, "hundred", 100)
    rest = _scaled(tail[1:] if tail[:1] == ["and"] else tail, "hundred", 100) if tail else 0
    if not count or rest is None or rest >= factor or count >= 1000:
        return None
    return count * factor + rest


def _below_hundred(words: Sequence[str]) -> int | None:
    if len(words) == 1:
        return SMALL.get(words[0], TENS.get(words[0]))
    if len(words) == 2 and words[0] in TENS and 0 < SMALL.get(words[1], 0) < 10:
        return TENS[words[0]] + SMALL[words[1]]
    return None
