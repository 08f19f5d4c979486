"""The rules by which NLTK cuts a sentence into words and signs."""

from __future__ import annotations

import re
from functools import cache

from reward_verifiers.ifeval.text.punkt import BLANK
from reward_verifiers.ifeval.text.word_characters import word_character

_Rule = tuple[frozenset[str], re.Pattern[str] | None, str, str | None]

# A rule: the characters without one of which it finds nothing, what it finds, and what it puts
# there. Where it puts nothing there, what it finds is a sign, or more of its last character in a
# row, and gets blanks around it; where it finds nothing either, each of the characters does. Blanks
# are where a text is cut in the end. Patterns look at what is around a find, rather than find it
# too and put it back, which takes several times as long; and they begin with a sign, for which
# Python can search quickly.
_OPENING = (
    ("«“‘„", None, None),
    ("`", "`", None),
    ('"', r'^"', "``"),
    ('`"', "``", " `` "),
    ("\"'", r"\"(?<=[ (\[{<]\")|''(?<=[ (\[{<]'')", " `` "),
    ("'", r"'(?=WORD)(?<!WORD')(?!(?i:re|ve|ll|m|t|s|d|n)(?!WORD))", "' "),
    (".", rf"([^.])\.([\])}}>\"'»”’ ]*+){BLANK}*$", r"\1 . \2 "),
)
_INNER = (
    (".", "..", None),
    (";@#$%&\u2012\u2013\u2014\u2015", None, None),
    (".", rf"([^.])\.([\])}}>\"']*+){BLANK}*$", r"\1 .\2 "),
    ("?!", None, None),
    ("'", r"' (?<!'' )", " ' "),
    ("*][(){}<>", None, None),
    ("-", "--", " -- "),
)
_CLOSING = (
    ("»”’", None, None),
    ("'", "''", " '' "),
    ('"', '"', " '' "),
    ("'", rf"'(?=[sSmMdD]?{BLANK})(?<!'')(?<!{BLANK}')", " '"),
    (
        "'",
        rf"(?:'(?=(?:ll|LL|re|RE|ve|VE){BLANK})|n(?='t{BLANK})|N(?='T{BLANK}))(?<!'.)(?<!{BLANK}.)",
        r" \g<0>",
    ),
)

# Of commas and colons in a row each second one is cut off with the one before it, so what follows
# them is parted from the last one if their number is odd. A digit never is.
_IN_A_ROW = re.compile(r"[:,][:,\d]")
_ODD = re.compile(r"((?<![:,])[:,](?:[:,]{2})*+)(?=[^:,\d])")
_ODD_BEFORE_DIGIT = re.compile(r"(?<![:,])(?: [:,] [:,])*+ (?=[:,]\d)")

# Words that are two, if they stand alone or a blank comes before or after them.
_TWO_WORDS = (
    *((r"\b", *pair, r"\b") for pair in (("can", "not"), ("d", "'ye"), ("gim", "me"))),
    *((r"\b", *pair, r"\b") for pair in (("gon", "na"), ("got", "ta"), ("lem", "me"))),
    (r"\b", "more", "'n", r"\b"),
    (r"\b", "wan", "na", r"(?=\s)"),
    (BLANK, "'t", "is", r"\b"),
    (BLANK, "'t", "was", r"\b"),
)
CONTRACTED = frozenset(first + second for _, first, second, _ in _TWO_WORDS)


@cache
def _rules(rules: tuple[tuple[str, str | None, str | None], ...]) -> tuple[_Rule, ...]:
    return tuple(
        (frozenset(triggers), _pattern(found, new), found or "", new)
        for triggers, found, new in rules
    )


def _pattern(found: str | None, new: str | None) -> re.Pattern[str] | None:
    if found is None:
        return None
    if new is None:
        return re.compile(f"({re.escape(found)}+)")
    return re.compile(found.replace("WORD", word_character()))


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

    text = _ruled(text, signs, _rules(_OPENING))
    if not signs.isdisjoint(":,"):
        text = _parted_by_commas(text)
    text = _ruled(text, signs, _rules(_INNER))
    text = _ruled(f" {text} ", signs, _rules(_CLOSING))
    if any(word in lower for word in CONTRACTED):
        for pattern in _two_words():
            text = pattern.sub(r" \1 \2 ", text)
    return text.split()


def _ruled(text: str, signs: frozenset[str], rules: tuple[_Rule, ...]) -> str:
    for triggers, pattern, sign, new in rules:
        found = triggers & signs
        if not found:
            continue
        if pattern is None:
            for each in found:
                text = text.replace(each, f" {each} ")
        elif new is not None:
            text = pattern.sub(new, text)
        elif sign + sign[-1] in text:
            text = " ".join(pattern.split(text))
        else:
            text = text.replace(sign, f" {sign} ")
    return text


def _parted_by_commas(text: str) -> str:
    r"""Make ``([:,])(\D)`` be ``" \1 \2"`` in ``text``; some blanks more are in a row.

    The sign that ends the text, which another rule cuts off, is cut off too.
    """
    if not _IN_A_ROW.search(text):
        return text.replace(",", " , ").replace(":", " : ")
    text = " ".join(_ODD.split(text)).replace(",", " ,").replace(":", " :")
    return _ODD_BEFORE_DIGIT.sub(lambda blanks: blanks.group()[:-1], text)
