"""Cutting a text into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import count

from reward_verifiers.ifeval.text.by_rules import split_by_rules
from reward_verifiers.ifeval.text.punkt import BLANK, INK, SIGN, breaks

__all__ = ["sent_tokenize", "split_by_rules"]

# The blanks that part words before a sign; behind one, others are blanks too.
_BLANKS = " \n\t\r\v\f"
_ANY_BLANKS = _BLANKS + "".join(
    map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)

# All up to a word with a sign that may end a sentence, that word, and the blanks behind it.
_PIECE = re.compile(rf"[^.?!]*+[.?!][^{_BLANKS}]*+[{_BLANKS}]*+|[^.?!]++")

# A sign may end a sentence if another sign, or blanks and more text, follow it.
_CANDIDATE = rf"[.?!](?=({SIGN})|{BLANK}+({INK}+))"
# A blank that the text begins with does not part words.
_BEFORE_LAST_WORD = re.compile(rf"(?s:.+)[{_BLANKS}]")
_FIRST = re.compile(_CANDIDATE)
_LAST = re.compile(rf"(?s:.*){_CANDIDATE}")
_SIGNS = frozenset(".?!")
_INK = re.compile(f"{INK}+")

# Closing signs that belong to the sentence before.
_CLOSER = "[\"')\\]}\u2018\u2019\u201c\u201d\xab\xbb]"
_CLOSING = re.compile(rf"{_CLOSER}+?(?:{BLANK}+|(?=--)|$)", re.MULTILINE)


_Candidate = tuple[int, str]
"""Where in its piece, or right after it, a new sentence may start, and what decides on it."""


def sent_tokenize(text: str) -> list[str]:
    """Return the sentences of ``text``, as NLTK's English Punkt model cuts them.

    A piece and the one after it decide how it is cut. A completion that loops has the same pieces
    thousands of times: each pair is worked out once, and what is to be done for every piece is
    done by one call for all of them.
    """
    pieces = _PIECE.findall(text)
    mark = _unused_character(text)

    @cache
    def marked(piece: str, after: str) -> str:
        parts, place = [], 0
        for start, context in _candidates(piece, after):
            if breaks(context):
                parts.append(piece[place:start])
                place = start
        return mark.join((*parts, piece[place:]))

    whole = "".join(map(marked, pieces, [*pieces[1:], ""]))
    if not text.isascii():
        whole = re.sub(f"({re.escape(mark)})({BLANK}+)", r"\2\1", whole)
    closing = re.search(f"{re.escape(mark)}{_CLOSER}", whole)
    sentences = whole.rstrip().split(mark)
    sentences = _realigned(sentences) if closing else list(map(str.rstrip, sentences))
    return sentences if sentences[-1] else sentences[:-1]


def _unused_character(text: str) -> str:
    """Return a character that ``text`` lacks, and that is no blank."""
    if "\0" not in text:
        return "\0"
    used = frozenset(text)
    return next(one for one in map(chr, count()) if one not in used and not one.isspace())


def _candidates(piece: str, after: str) -> Iterator[_Candidate]:
    """Yield the signs of ``piece`` that may end a sentence, with what follows them.

    Only its last word has any. Of its signs the last one counts, and the first one too if the word
    begins with it.
    """
    core = piece.rstrip(_ANY_BLANKS)
    before = _BEFORE_LAST_WORD.match(core)
    word = before.end() if before else 0
    follows = _INK.search(after) if core[-1:] in _SIGNS else None
    last = None if follows else _LAST.match(core, word)
    if core[word : word + 1] in _SIGNS:
        first = _FIRST.match(core, word)
        if first and (last is None or first.end() < last.end()):
            yield _within(first, word)
    if follows:
        yield len(piece), piece[word:] + after[: follows.end()]
    elif last:
        yield _within(last, word)


def _within(found: re.Match[str], word: int) -> _Candidate:
    """Return the candidate that ``found`` ends with: what follows it stands in the piece too."""
    context = found.string[word : found.end(found.lastindex or 0)]
    return max(found.end(), found.start(2)), context


def _realigned(sentences: list[str]) -> list[str]:
    """Move closing quotes and brackets to the sentence that they close, and drop the gaps."""
    closings = ["", *map(cache(_closing), sentences[1:]), ""]
    return list(map(cache(_between), sentences, closings, closings[1:]))


def _closing(sentence: str) -> str:
    """Return the closing signs that ``sentence`` begins with, and the blanks behind them."""
    found = _CLOSING.match(sentence)
    return found.group() if found else ""


def _between(sentence: str, moved: str, following: str) -> str:
    """Return ``sentence`` less what it begins with, and with what the following one begins with."""
    rest = sentence[len(moved) :]
    return rest + following.rstrip() if following else rest.rstrip()
