"""Cutting a text into words and signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain

from reward_verifiers.ifeval.text.punkt import SEPARATORS
from reward_verifiers.ifeval.text.sentences import sent_tokenize
from reward_verifiers.ifeval.text.treebank import CONTRACTED, cut

# Longer pieces are rare and all different: not worth remembering.
_MAX_REMEMBERED = 40

# Blanks but " " and "\n", which alone are told apart here.
_OTHER_BLANK = re.compile(r"[^\S \n]")

# What may stand between the last period of a sentence and its end.
_AFTER_PERIOD = " \n])}>\"'»”’"


def word_tokenize(text: str) -> list[str]:
    """Return the words and signs of ``text``, as ``nltk.word_tokenize`` does."""
    return words_of(sent_tokenize(text))


def words_of(sentences: Sequence[str]) -> list[str]:
    """Return the words and signs of ``sentences``, one after the other."""
    # Completions that loop say the same sentence thousands of times.
    return list(chain.from_iterable(map(cache(treebank), sentences)))


def treebank(sentence: str) -> list[str]:
    """Return the words and signs of one sentence, as NLTK's ``NLTKWordTokenizer`` does.

    Its rules look past a blank in two cases only: for a quote beside one, and for the last
    period. So what stands between blanks is cut by itself, and remembered.
    """
    quoted = "'" in sentence or '"' in sentence
    if not sentence or sentence[-1].isspace() or _is_odd(sentence, quoted=quoted):
        return cut(sentence)
    start = _start_of_end(sentence)
    if start == 0:
        return list(_remembered_end("", sentence))

    before = sentence[start - 1]
    body = sentence[: start - 1]
    words = _quoted(body, before) if quoted else list(chain.from_iterable(_pieces(body.split())))
    words += _remembered_end(before, sentence[start:])
    return words


def _is_odd(sentence: str, *, quoted: bool) -> bool:
    """Whether blanks stand in the sentence that are not told apart here, and have to be."""
    if sentence.isascii() and not quoted:
        return any(separator in sentence for separator in SEPARATORS)
    blank = _OTHER_BLANK.search(sentence)
    return blank is not None and (quoted or any(separator in sentence for separator in SEPARATORS))


def _start_of_end(sentence: str) -> int:
    """Return where the last piece starts, or the one with the last period if it ends there."""
    end = sentence.rfind(".")
    if end == -1 or sentence[end + 1 :].strip(_AFTER_PERIOD):
        end = len(sentence)
    return max(sentence.rfind(" ", 0, end), sentence.rfind("\n", 0, end)) + 1


def _pieces(pieces: list[str]) -> Iterable[Sequence[str]]:
    short = max(map(len, pieces), default=0) <= _MAX_REMEMBERED
    return map(_remembered_piece if short else _piece, pieces)


def _quoted(body: str, after: str) -> list[str]:
    """Return the words of what comes before the end, with an eye on the quotes beside blanks."""
    lines = body.split("\n")
    if len(lines) == 1:
        return _line("", body, after)
    breaks = ["\n"] * (len(lines) - 1)
    # Some texts are the same line thousands of times.
    return list(chain.from_iterable(map(cache(_line), ["", *breaks], lines, [*breaks, after])))


def _line(before: str, line: str, after: str) -> list[str]:
    """Return the words of a line between two blanks, or between the start and a blank."""
    pieces = line.split()
    if not pieces:
        return []
    found = list(_pieces(pieces))
    # One piece may be both: it is done again with both of its sides.
    at_start = line[0] != " " and pieces[0][0] in "\"'"
    at_end = line[-1] != " " and after != " " and pieces[-1][-1] == "'"
    if len(pieces) == 1 and (at_start or at_end):
        return list(_between(before if line[0] != " " else " ", pieces[0], after))
    if at_start:
        found[0] = _between(before, pieces[0], " ")
    if at_end:
        found[-1] = _between(" ", pieces[-1], after)
    return list(chain.from_iterable(found))


@lru_cache(maxsize=50_000)
def _remembered_piece(piece: str) -> tuple[str, ...]:
    return _piece(piece)


def _piece(piece: str) -> tuple[str, ...]:
    """Return the words of what stands between two spaces."""
    if piece.isascii():
        stem = piece.rstrip(",:.") if piece[-1] in ",:." else piece
        if stem.isalnum() and stem.lower() not in CONTRACTED:
            if len(piece) == len(stem):
                return (piece,)
            if len(piece) == len(stem) + 1:
                return (piece,) if piece[-1] == "." else (stem, piece[-1])
    return _between(" ", piece, " ")


def _between(before: str, piece: str, after: str) -> tuple[str, ...]:
    """Return the words of a piece between two blanks, or between the start and a blank."""
    if before:
        return tuple(cut(f"x{before}{piece}{after}x")[1:-1])
    return tuple(cut(f"{piece}{after}x")[:-1])


def _remembered_end(before: str, end: str) -> tuple[str, ...]:
    return _recent_end(before, end) if len(end) <= _MAX_REMEMBERED else _end(before, end)


@lru_cache(maxsize=10_000)
def _recent_end(before: str, end: str) -> tuple[str, ...]:
    return _end(before, end)


def _end(before: str, end: str) -> tuple[str, ...]:
    """Return the words of the end of a sentence."""
    return tuple(cut(f"x{before}{end}")[1:] if before else cut(end))
