"""Instructions to copy: the request, a part of it, or a phrase that varies by one word.

Source: ``CopyChecker``, ``CopySpanIdxChecker``, ``CopyingMultipleChecker`` and
``RepeatPhraseChecker`` of allenai/open-instruct, ``open_instruct/IFEvalG/instructions.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

from reward_verifiers.ifeval.text.text import Text

_SIX_ASTERISKS = "******"


def copied(text: Text, *, prompt_to_repeat: str) -> bool:
    """Whether the text is the request, however it is capitalised."""
    return _same(text.raw, prompt_to_repeat)


def copied_span(text: Text, *, prompt_to_repeat: str, n_start: int, n_end: int) -> bool:
    """Whether the text is the request from one character to before another, counted from 0."""
    return _same(text.raw, prompt_to_repeat[n_start:n_end])


def copied_times(text: Text, *, prompt_to_repeat: str, N: int) -> bool:
    """Whether the text is the request N times, with six asterisks between."""
    if text.raw.count(_SIX_ASTERISKS) + 1 != N:
        return False
    return all(_same(copy, prompt_to_repeat) for copy in text.raw.split(_SIX_ASTERISKS))


def phrase_varied(text: Text, *, phrase: str, small_n: int) -> bool:
    """Whether the phrase is there ``small_n`` times, each time with one word changed.

    An occurrence is whatever stands, on one line, between the phrase's first word and a blank, and
    the next blank and the phrase's last word.
    """
    words = phrase.split()
    found = list(_from_to(text, words[0] + " ", " " + words[-1]))
    return len(found) == small_n and all(_n_changed(words, one) == 1 for one in found)


def _from_to(text: Text, opening: str, closing: str) -> Iterator[str]:
    """Yield the shortest stretches from ``opening`` to ``closing`` that do not overlap."""
    for line in text.lines:
        start = line.find(opening)
        while start >= 0:
            end = line.find(closing, start + len(opening))
            if end < 0:
                break
            end += len(closing)
            yield line[start:end]
            start = line.find(opening, end)


def _n_changed(words: list[str], found: str) -> int | None:
    """Return how many words differ, or None when there are more or fewer of them."""
    others = found.split()
    if len(others) != len(words):
        return None
    return sum(one != other for one, other in zip(words, others, strict=True))


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()
