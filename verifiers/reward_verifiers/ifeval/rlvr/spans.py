"""Stretches between two marks on one line, found in linear time.

The official functions search for ``mark(.*?)mark``, which takes quadratic time where the first mark
is there often and the second never.
"""

from __future__ import annotations

from collections.abc import Iterator

from reward_verifiers.ifeval.text.text import Text


def spans(text: Text, opening: str, closing: str) -> Iterator[str]:
    """Yield what stands in the shortest stretches between the marks; none overlap."""
    for line in text.lines:
        start = line.find(opening)
        while start >= 0:
            start += len(opening)
            end = line.find(closing, start)
            if end < 0:
                break
            yield line[start:end]
            start = line.find(opening, end + len(closing))


def n_spans(text: Text, opening: str, closing: str) -> int:
    """Return how many such stretches there are."""
    return sum(1 for _ in spans(text, opening, closing))
