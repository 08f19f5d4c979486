"""Cutting a text into sentences."""

from __future__ import annotations

import re
from itertools import chain

from reward_verifiers.ifeval.text.by_rules import split_by_rules
from reward_verifiers.ifeval.text.punkt import BLANK, INK, SEPARATORS, SIGN, breaks

__all__ = ["n_sentences", "sent_tokenize", "split_by_rules"]

# A sign that may end a sentence, if another sign or blanks and more text follow it. Of a run of
# "?" and "!" those between the first two and the last count for nothing.
_CANDIDATE = re.compile(rf"[.?!](?:(?<=[?!]{{3}})[?!]*)?(?=({SIGN})|{BLANK}+({INK}+))")

# Closing signs that belong to the sentence before.
_CLOSERS = frozenset("\"')]}\u2018\u2019\u201c\u201d\xab\xbb")
_CLOSING = re.compile(
    rf"""["')\]}}\u2018\u2019\u201c\u201d\xab\xbb]+?(?:{BLANK}+|(?=--)|$)""", re.MULTILINE
)


def sent_tokenize(text: str) -> list[str]:
    """Return the sentences of ``text``, as NLTK's English Punkt model cuts them."""
    starts, ends = _spans(text)
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def n_sentences(text: str) -> int:
    """Return how many sentences there are."""
    return len(_spans(text)[0])


def _spans(text: str) -> tuple[list[int], list[int]]:
    """Return where sentences start, and where they end."""
    starts, ends = _cuts(text)
    if any(closer in text for closer in _CLOSERS):
        starts, ends = _realigned(text, starts, ends)
    if starts[-1] >= ends[-1]:
        del starts[-1], ends[-1]
    return starts, ends


def _cuts(text: str) -> tuple[list[int], list[int]]:
    """Return the starts and ends, closing signs after an end left to the next sentence.

    The word of a sign starts after the last blank since the sign before it, less one character,
    or where that sign's word starts if there is none. Of signs with a word in common only the
    last one counts; the word and what follows the sign decide.
    """
    blanks = [blank for blank in " \n\t\r\v\f" if blank in text]
    # To Punkt the separators are no blanks, to what strips its lines they are.
    plain = not any(separator in text for separator in SEPARATORS)
    starts, ends = [0], []
    decided: dict[str, bool] = {}
    last: re.Match[str] | None = None
    word = stop = 0
    # What is done for every sign shows where every other character is one.
    known = decided.get
    rfind, only = text.rfind, blanks[0] if len(blanks) == 1 else None
    for match in chain(_CANDIDATE.finditer(text), (None,)):
        sign = match.end() - 1 if match else len(text)
        if only:
            blank = rfind(only, stop, sign)
        else:
            blank = -1
            for kind in blanks:
                found = rfind(kind, stop, sign)
                if found > blank:  # quicker than max()
                    blank = found
        if last and (blank > stop or word == stop or not match):
            if plain and text[stop] != ".":
                decision: bool | None = True
            else:
                context = text[word : last.end(last.lastindex or 0)]
                decision = known(context)
                if decision is None:
                    decision = decided[context] = breaks(context)
            if decision:
                after = last.start(2)
                starts.append(after if after > stop else stop + 1)
                ends.append(stop + 1)
        if blank > stop:
            word = blank + 1
        last, stop = match, sign
    ends.append(len(text.rstrip()))
    return starts, ends


def _realigned(text: str, starts: list[int], ends: list[int]) -> tuple[list[int], list[int]]:
    """Move closing quotes and brackets to the sentence that they close."""
    starts, ends = starts.copy(), ends.copy()
    for place in range(1, len(starts)):
        start = starts[place]
        if text[start : start + 1] in _CLOSERS:
            closing = _CLOSING.match(text, start, ends[place])
            if closing:
                ends[place - 1] = start + len(closing.group().rstrip())
                starts[place] = closing.end()
    return starts, ends
