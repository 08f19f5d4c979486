r"""Answers in words: equal after normalising, never merely contained.

A sentence that mentions the gold is no answer, because a policy that lists every candidate would be
paid for it. What is forgiven is dress: LaTeX, case, articles, punctuation, accents, "it is".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reward_verifiers.extract.dress import undressed
from reward_verifiers.extract.unicode import unaccented
from reward_verifiers.memo import Memo
from reward_verifiers.stem.saying import abbreviates, opening_verdict, same_case
from reward_verifiers.stem.spelling import one_spelling

MAX_CHARS = 4000
"""A longer answer is no short wording."""

_MAX_CASED = 100

_COUNTING = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_COUNTING.split())}
_GREEK_SIGNS = "αβγδεζηθκλμνξπρστφχψωΔΩΣ"
_GREEK_WORDS = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi"
    " psi omega delta omega sigma"
)
_GREEK_NAMES = _GREEK_WORDS.split()
_GREEK_TABLE = str.maketrans(
    {sign: f" {name} " for sign, name in zip(_GREEK_SIGNS, _GREEK_NAMES, strict=True)}
    | {"µ": " mu "}
)
_GREEK_COMMAND = re.compile(
    rf"\\({'|'.join(sorted(set(_GREEK_NAMES)))}|Delta|Omega|Sigma)(?![A-Za-z])"
)

_SUBSCRIPT = re.compile(r"\s{0,2}[_^](?:\{([\w+-]{1,8})\}|(\w{1,8}[+-]?|[+-]))")
# A sign inside a number or before one counts (-3, 1.5); elsewhere it is punctuation. A slash
# always counts: m/s is not m s. A minus at the very end is a charge.
_PUNCTUATION = re.compile(
    r"(?<!\d)\.|\.(?!\d)|-(?!\d|[\s.]{0,3}\Z)|(?<=\w)-(?![\s.]{0,3}\Z)|[^\w\s./+%°<>=±≤≥≠~-]|_"
)
_LEAD = re.compile(
    r"(?:(?:the\s)?(?:(?:final|correct)\s)?answer\sis|it\sis|it's|this\sis|they\sare|these\sare"
    r"|it(?=\s[a-z]{3,30}s\s\Z)|they(?=\s[a-z]{4,30}\s\Z))\s",  # it increases
)
# An article stands before a word: that of "vitamin A" or "type A blood" is a letter.
_ARTICLE = re.compile(
    r"(?<![\w^-])(?:[Tt]he|THE|[Aa]n|AN|a)\s{1,9}(?=\w\w)|\A\s{0,9}A\s{1,9}(?=\w\w)"
)
_PARENTHESIS = re.compile(r"(.{2,}?)\s?\(([^()]{1,80})\)\s*\.?\s*", re.DOTALL)
_ABBREVIATION = re.compile(r"[A-Z0-9][A-Za-z0-9+-]{0,7}")
_CAPITALS = re.compile(r"[A-Z]{3,7}")
"""An abbreviation that says as much as the words it stands for."""
_JOINS = re.compile(r"\b(?:or|and|not|no|nor)\b|[,;/&]", re.IGNORECASE)
_ROMAN = re.compile(r"[IVX]+")


def same_wording(golds: Iterable[str], answer: str) -> bool:
    """Whether ``answer`` says the same as one of ``golds``.

    Of "deoxyribonucleic acid (DNA)" either part is the gold as well. An answer may add an
    abbreviation in brackets, but no other words. "Yes, because ..." is "yes".
    """
    if len(answer) > MAX_CHARS:
        return False
    wanted = WORDINGS(tuple(golds))
    for form in _answer_forms(answer):
        alike = wanted.get(normalised(form), ())
        if any(same_case(gold, _written(form)) for gold in alike):
            return True
    return (verdict := opening_verdict(undressed(answer))) is not None and verdict in wanted


def _wordings(golds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return each gold's forms, undressed, by what they are when normalised.

    In a long one case tells nothing apart, so it is not kept.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    for gold in golds:
        if len(gold) > MAX_CHARS:
            continue
        for form in _gold_forms(gold):
            if normal := normalised(form):
                written = _written(form) if len(form) <= _MAX_CASED else ""
                wanted[normal] = (*wanted.get(normal, ()), written)
    return wanted


WORDINGS = Memo(_wordings)
"""The golds and aliases of specs, read."""


def normalised(text: str) -> str:
    """Return ``text`` in lower case, without dress, accents, articles and punctuation.

    Signs and points of numbers stay; numbers up to twelve become digits; Greek letters their names.
    Words are in their American singular.
    """
    plain = undressed(_GREEK_COMMAND.sub(r" \1 ", text))
    plain = _without_scripts(plain)
    if not plain.isascii():
        plain = unaccented(plain.translate(_GREEK_TABLE))
    plain = _ARTICLE.sub("", plain).casefold().replace("&", " and ").replace("'s ", "s ")
    if "," in plain:
        plain = plain.replace(" and ", " ")  # "red, green and blue" is "red, green, and blue"
    plain = " ".join(_PUNCTUATION.sub(" ", plain).replace("/", " / ").split())
    plain = _LEAD.sub("", f"{plain} ", count=1) if _LEAD.match(f"{plain} ") else plain
    words = [_NUMBER_WORDS.get(word, word) for word in plain.split()]
    return " ".join(map(one_spelling, words))


def _written(form: str) -> str:
    """Return ``form`` in the case that it was written in, without dress."""
    return _without_scripts(undressed(form))


def _without_scripts(text: str) -> str:
    return _SUBSCRIPT.sub(r"\1\2", text).replace("{", "").replace("}", "")


def _gold_forms(gold: str) -> list[str]:
    match = _PARENTHESIS.fullmatch(gold.strip())
    if match is None or _ROMAN.fullmatch(match[2]):
        return [gold]
    return [gold, match[1], *([match[2]] if _ABBREVIATION.fullmatch(match[2]) else [])]


def _answer_forms(answer: str) -> list[str]:
    """Return what an answer says: "adenosine triphosphate (ATP)" is either, "oxide (NO)" no NO."""
    match = _PARENTHESIS.fullmatch(undressed(answer).strip())
    if match is None or _ROMAN.fullmatch(match[2]):
        return [answer]
    before, inside = match.groups()
    if _CAPITALS.fullmatch(before) and abbreviates(before, inside) and not _JOINS.search(inside):
        return [answer, before, inside]
    if not abbreviates(inside, before):
        return [answer]
    both = _CAPITALS.fullmatch(inside) and not _JOINS.search(before)
    return [answer, before, inside] if both else [answer, before]
