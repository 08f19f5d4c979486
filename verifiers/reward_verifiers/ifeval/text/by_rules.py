"""Cutting a text into sentences by hand-written rules, as the first checkers did."""

from __future__ import annotations

import re
from functools import cache

# Stand-ins for a period that ends nothing, and for a place where a sentence ends. They are the
# rules' own: a text that has them is cut there. A single character, if the text has it not, is
# as good as the first one, and much quicker.
_PERIOD, _STOP = "<prd>", "<stop>"
_SHORT_PERIOD = "\0"

_STARTERS = (
    r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s"
    r"|That\s|This\s|Wherever)"
)
# Where nothing of what is around a period can be part of two finds, it is only looked at: a
# replacement without groups is much quicker.
_TITLE = re.compile(r"[.](?:(?<=(?:Mr|St|Ms|Dr).)|(?<=Mrs.))")
_WEBSITE = re.compile(r"[.](?=com|net|org|io|gov|edu|me)")
_DECIMAL = re.compile(r"([0-9])[.]([0-9])")
_DOTS = re.compile(r"(\.{2,})")
_LETTER = re.compile(r"\s([A-Za-z])[.] ")
_ACRONYM_THEN_STARTER = re.compile(rf"([A-Z][.][A-Z][.](?:[A-Z][.])?) {_STARTERS}")
_THREE_LETTERS = re.compile(r"([A-Za-z])[.]([A-Za-z])[.]([A-Za-z])[.]")
_TWO_LETTERS = re.compile(r"([A-Za-z])[.]([A-Za-z])[.]")
_SUFFIX_THEN_STARTER = re.compile(rf" (Inc|Ltd|Jr|Sr|Co)[.] {_STARTERS}")
_SUFFIX = re.compile(r" (Inc|Ltd|Jr|Sr|Co)[.]")
_LAST_LETTER = re.compile(r"[.](?<= [A-Za-z].)")


def split_by_rules(text: str) -> list[str]:
    """Return the sentences of ``text`` by the rules; blank ones between others stay.

    Source: ``split_into_sentences`` of google-research/instruction_following_eval, which
    open-instruct's checks use.
    """
    text = " " + text.replace("\n", " ") + "  "
    period = _PERIOD if _SHORT_PERIOD in text else _SHORT_PERIOD
    text = text.replace(_PERIOD, period)
    if "." in text:
        text = _shielded(text, period)
    for quote, signs in (("\u201d", "."), ('"', ".!?")):
        for sign in signs:
            text = text.replace(sign + quote, quote + sign)
    for sign in ".?!":
        text = text.replace(sign, sign + _STOP)
    sentences = [piece.strip() for piece in text.replace(period, ".").split(_STOP)]
    return sentences if sentences[-1] else sentences[:-1]


def _shielded(text: str, period: str) -> str:
    """Mark the periods that end no sentence, and the ends that have lost theirs."""
    text = _TITLE.sub(period, text)
    text = _WEBSITE.sub(period, text)
    text = _DECIMAL.sub(rf"\1{period}\2", text)
    if "..." in text:
        dots = cache(lambda piece: piece.replace(".", period) + _STOP if ".." in piece else piece)
        text = "".join(map(dots, _DOTS.split(text)))
    else:
        text = text.replace("..", 2 * period + _STOP)
    text = text.replace("Ph.D.", f"Ph{period}D{period}")
    text = _LETTER.sub(rf" \1{period} ", text)
    text = _ACRONYM_THEN_STARTER.sub(rf"\1{_STOP} \2", text)
    text = _THREE_LETTERS.sub(rf"\1{period}\2{period}\3{period}", text)
    text = _TWO_LETTERS.sub(rf"\1{period}\2{period}", text)
    text = _SUFFIX_THEN_STARTER.sub(rf" \1{_STOP} \2", text)
    text = _SUFFIX.sub(rf" \1{period}", text)
    return _LAST_LETTER.sub(period, text)
