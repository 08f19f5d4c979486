"""Cutting a text into sentences."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from reward_verifiers.ifeval.text.by_rules import split_by_rules
from reward_verifiers.ifeval.text.punkt import BLANK, INK, SIGN, breaks

__all__ = ["sent_tokenize", "split_by_rules"]

# A sign that may end a sentence, and what follows it: a sign, or blanks and more text.
_CANDIDATE = re.compile(rf"[.?!](?=({SIGN}|{BLANK}+({INK}+)))")

# Closing signs that belong to the sentence before.
_CLOSING = re.compile(
    rf"""["')\]}}\u2018\u2019\u201c\u201d\xab\xbb]+?(?:{BLANK}+|(?=--)|$)""", re.MULTILINE
)


def sent_tokenize(text: str) -> list[str]:
    """Return the sentences of ``text``, as NLTK's English Punkt model cuts them."""
    return [text[start:end] for start, end in _realigned(text, _spans(text))]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match, context in _candidates(text):
        if breaks(context):
            yield start, match.end()
            start = match.start(2) if match.group(2) else match.end()
    yield start, len(text.rstrip())


def _candidates(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the signs that may end a sentence, with the word before and the text after each.

    Of signs that no blank parts only the last one counts.
    """
    blanks = [blank for blank in string.whitespace if blank in text]
    last: re.Match[str] | None = None
    start = stop = 0
    for match in _CANDIDATE.finditer(text):
        sign = match.start()
        blank = max((text.rfind(blank, stop, sign) for blank in blanks), default=-1)
        next_start = blank + 1 if blank > stop else start
        if last and stop <= next_start:
            yield last, text[start : stop + 1] + last.group(1)
        last, start, stop = match, next_start, sign
    if last:
        yield last, text[start : stop + 1] + last.group(1)


def _realigned(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Move closing quotes and brackets to the sentence that they close."""
    moved = 0
    start, end = next(spans)
    for start_after, end_after in spans:
        start += moved
        closing = _CLOSING.match(text[start_after:end_after])
        if closing:
            yield start, start_after + len(closing.group().rstrip())
            moved = closing.end()
        else:
            moved = 0
            if text[start:end]:
                yield start, end
        start, end = start_after, end_after
    start += moved
    if text[start:end]:
        yield start, end
