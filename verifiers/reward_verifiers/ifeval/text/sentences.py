"""Cutting a text into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reward_verifiers.ifeval.text.by_rules import split_by_rules
from reward_verifiers.ifeval.text.punkt import BLANK, INK, SEPARATORS, SIGN, breaks

__all__ = ["n_sentences", "sent_tokenize", "split_by_rules"]

# A sign that may end a sentence, if another sign or blanks and more text follow it.
_CANDIDATE = re.compile(rf"[.?!](?=({SIGN})|{BLANK}+({INK}+))")

# Closing signs that belong to the sentence before.
_CLOSERS = frozenset("\"')]}\u2018\u2019\u201c\u201d\xab\xbb")
_CLOSING = re.compile(
    rf"""["')\]}}\u2018\u2019\u201c\u201d\xab\xbb]+?(?:{BLANK}+|(?=--)|$)""", re.MULTILINE
)


def sent_tokenize(text: str) -> list[str]:
    """Return the sentences of ``text``, as NLTK's English Punkt model cuts them."""
    return [text[start:end] for start, end in _realigned(text, _spans(text))]


def n_sentences(text: str) -> int:
    """Return how many sentences there are."""
    return sum(1 for _ in _realigned(text, _spans(text)))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences start and end, closing signs after the end left aside."""
    start = 0
    for end, next_start in _ends(text):
        yield start, end
        start = next_start
    yield start, len(text.rstrip())


def _ends(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a sentence ends and where the text goes on.

    Of signs that no blank parts only the last one counts; what stands before it and after it
    decides.
    """
    blanks = [blank for blank in "\n\t\r\v\f" if blank in text]
    # To Punkt the separators are no blanks, to the one that strips its lines they are.
    plain = not any(separator in text for separator in SEPARATORS)
    decided: dict[str, bool] = {}
    last: re.Match[str] | None = None
    word = stop = 0
    for match in _CANDIDATE.finditer(text):
        sign = match.start()
        blank = text.rfind(" ", stop, sign)
        for kind in blanks:
            blank = max(blank, text.rfind(kind, stop, sign))
        next_word = blank + 1 if blank > stop else word
        if last is not None and stop <= next_word:
            if plain and text[stop] != ".":
                yield _end(last)
            else:
                context = text[word : last.end(last.lastindex or 0)]
                if context not in decided:
                    decided[context] = breaks(context)
                if decided[context]:
                    yield _end(last)
        last, word, stop = match, next_word, sign
    if last is not None and breaks(text[word : last.end(last.lastindex or 0)]):
        yield _end(last)


def _end(match: re.Match[str]) -> tuple[int, int]:
    """Return where the sentence ends and the next one starts: there, or after blanks."""
    end = match.end()
    return (end, end) if match.lastindex == 1 else (end, match.start(2))


def _realigned(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Move closing quotes and brackets to the sentence that they close."""
    spans = iter(spans)
    start, end = next(spans)
    for next_start, next_end in spans:
        closing = (
            _CLOSING.match(text, next_start, next_end)
            if text[next_start : next_start + 1] in _CLOSERS
            else None
        )
        if closing:
            yield start, next_start + len(closing.group().rstrip())
            start = closing.end()
        else:
            if start < end:
                yield start, end
            start = next_start
        end = next_end
    if start < end:
        yield start, end
