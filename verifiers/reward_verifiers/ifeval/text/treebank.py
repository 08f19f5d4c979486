"""The rules by which NLTK cuts a sentence into words and signs."""

from __future__ import annotations

import re
from functools import cache

from reward_verifiers.ifeval.text.punkt import BLANK
from reward_verifiers.ifeval.text.word_characters import word_character

_Rule = tuple[frozenset[str], re.Pattern[str] | None, str]

# The rule for what stands before other than digits takes in what follows. Where that is no such
# sign too, it need only be looked at, and a replacement without groups is much quicker.
_BEFORE_OTHERS = (":,", r"([:,])(\D)", r" \1 \2")
_BEFORE_OTHERS_APART = ((",", r",(?=\D)", " , "), (":", r":(?=\D)", " : "))
_IN_A_ROW = re.compile("[:,]{2}")

# A rule: the characters without one of which it finds nothing, what it finds, and what it puts
# there. Where there is no pattern, each of the characters gets blanks around it. Blanks are where
# a text is cut in the end.
_OPENING = (
    ("«“‘„", None, None),
    ("`", "`+", r" \g<0> "),
    ('"', r'^"', "``"),
    ('`"', "``", " `` "),
    ("\"'", r"([ (\[{<])(?:\"|'{2})", r"\1 `` "),
    ("'", r"(?i)(?<!WORD)'(?!(?:re|ve|ll|m|t|s|d|n)(?!WORD))(?=WORD)", "' "),
    (".", rf"([^.])\.([\])}}>\"'»”’ ]*+){BLANK}*$", r"\1 . \2 "),
    _BEFORE_OTHERS,
    (":,", r"[:,]$", r" \g<0> "),
    (".", r"\.{2,}", r" \g<0> "),
    (";@#$%&\u2012\u2013\u2014\u2015", None, None),
    (".", rf"([^.])\.([\])}}>\"']*+){BLANK}*$", r"\1 .\2 "),
    ("?!", None, None),
    ("'", r"([^'])' ", r"\1 ' "),
    ("*][(){}<>", None, None),
    ("-", "--", " -- "),
)
_CLOSING = (
    ("»”’", None, None),
    ("'", "''", " '' "),
    ('"', '"', " '' "),
    ("'", rf"{BLANK}+", " "),
    ("'", r"([^' ])('[sS]|'[mM]|'[dD]|') ", r"\1 \2 "),
    ("'", r"([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
)

# Words that are two, if they stand alone or a blank comes before or after them.
_TWO_WORDS = (
    *((r"\b", *pair, r"\b") for pair in (("can", "not"), ("d", "'ye"), ("gim", "me"))),
    *((r"\b", *pair, r"\b") for pair in (("gon", "na"), ("got", "ta"), ("lem", "me"))),
    (r"\b", "more", "'n", r"\b"),
    (r"\b", "wan", "na", r"(?=\s)"),
    (" ", "'t", "is", r"\b"),
    (" ", "'t", "was", r"\b"),
)
CONTRACTED = frozenset(first + second for _, first, second, _ in _TWO_WORDS)


_OPENING_APART = tuple(
    apart
    for rule in _OPENING
    for apart in (_BEFORE_OTHERS_APART if rule is _BEFORE_OTHERS else (rule,))
)


@cache
def _rules(*, closing: bool, apart: bool = False) -> tuple[_Rule, ...]:
    word = word_character()
    opening = _OPENING_APART if apart else _OPENING
    return tuple(
        (
            frozenset(triggers),
            re.compile(pattern.replace("WORD", word)) if pattern else None,
            new or "",
        )
        for triggers, pattern, new in (_CLOSING if closing else opening)
    )


@cache
def _two_words() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(f"(?i){before}({first})({second}){after}")
        for before, first, second, after in _TWO_WORDS
    )


def cut(text: str) -> list[str]:
    """Return the words and signs of ``text``, rule by rule.

    Source: ``NLTKWordTokenizer`` of NLTK 3.10.4, after Robert MacIntyre's script for the Penn
    Treebank; ``regex`` reads its rules, ``re`` those of the contractions.
    """
    signs = frozenset(text)
    # Where case does not matter, Python takes three more letters for an "i" or an "s".
    lower = text.replace("\u0130", "i").lower().replace("\u0131", "i").replace("\u017f", "s")

    apart = _IN_A_ROW.search(text) is None
    text = _ruled(text, signs, _rules(closing=False, apart=apart))
    text = _ruled(f" {text} ", signs, _rules(closing=True))
    if any(word in lower for word in CONTRACTED):
        for pattern in _two_words():
            text = pattern.sub(r" \1 \2 ", text)
    return text.split()


def _ruled(text: str, signs: frozenset[str], rules: tuple[_Rule, ...]) -> str:
    for triggers, pattern, new in rules:
        found = triggers & signs
        if not found:
            continue
        if pattern is None:
            for sign in found:
                text = text.replace(sign, f" {sign} ")
        else:
            text = pattern.sub(new, text)
    return text
