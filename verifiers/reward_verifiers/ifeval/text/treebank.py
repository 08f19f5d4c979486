"""The rules by which NLTK cuts a sentence into words and signs."""

from __future__ import annotations

import re
from functools import cache

from reward_verifiers.ifeval.text.punkt import BLANK
from reward_verifiers.ifeval.text.word_characters import word_character

_Rule = tuple[frozenset[str], re.Pattern[str], str]

_SPACED = r" \g<0> "

# Each rule: the characters without one of which it finds nothing, what it finds, and what it
# puts there. The blanks that the rules put around a word or sign are where it is cut.
_OPENING = (
    ("«“‘„`", r"[«“‘„]|`+", _SPACED),
    ('"', r'^"', "``"),
    ('`"', "``", _SPACED),
    ("\"'", r"([ (\[{<])(?:\"|'{2})", r"\1 `` "),
    ("'", r"(?i)(?<!WORD)'(?!(?:re|ve|ll|m|t|s|d|n)(?!WORD))(?=WORD)", "' "),
    (".", rf"([^.])\.([\])}}>\"'»”’ ]*+){BLANK}*$", r"\1 . \2 "),
    (":,", r"([:,])(\D)", r" \1 \2"),
    (":,", r"[:,]$", _SPACED),
    (".", r"\.{2,}", _SPACED),
    (";@#$%&", r"[;@#$%&]", _SPACED),
    ("\u2012\u2013\u2014\u2015", "[\u2012-\u2015]", _SPACED),
    (".", rf"([^.])\.([\])}}>\"']*+){BLANK}*$", r"\1 .\2 "),
    ("?!", r"[?!]", _SPACED),
    ("'", r"([^'])' ", r"\1 ' "),
    ("*", r"\*", _SPACED),
    ("][(){}<>", r"[\][(){}<>]", _SPACED),
    ("-", "--", _SPACED),
)
_CLOSING = (
    ("»”’", "[»”’]", _SPACED),
    ("'", "''", _SPACED),
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


@cache
def _rules() -> tuple[tuple[_Rule, ...], tuple[_Rule, ...], tuple[re.Pattern[str], ...]]:
    def compiled(rules: tuple[tuple[str, str, str], ...]) -> tuple[_Rule, ...]:
        word = word_character()
        return tuple(
            (frozenset(triggers), re.compile(pattern.replace("WORD", word)), new)
            for triggers, pattern, new in rules
        )

    two_words = (
        f"(?i){before}({first})({second}){after}" for before, first, second, after in _TWO_WORDS
    )
    return compiled(_OPENING), compiled(_CLOSING), tuple(map(re.compile, two_words))


def cut(text: str) -> list[str]:
    """Return the words and signs of ``text``, rule by rule.

    Source: ``NLTKWordTokenizer`` of NLTK 3.10.4, after Robert MacIntyre's script for the Penn
    Treebank; ``regex`` reads its rules, ``re`` those of the contractions.
    """
    opening, closing, two_words = _rules()
    signs = set(text)
    # Other alphabets have letters that count as an "i" or "s" where case does not matter.
    lower = text.lower() if text.isascii() else None

    for triggers, pattern, new in opening:
        if not triggers.isdisjoint(signs):
            text = pattern.sub(new, text)
    text = f" {text} "
    for triggers, pattern, new in closing:
        if not triggers.isdisjoint(signs):
            text = pattern.sub(new, text)
    if lower is None or any(word in lower for word in CONTRACTED):
        for pattern in two_words:
            text = pattern.sub(r" \1 \2 ", text)
    return text.split()
