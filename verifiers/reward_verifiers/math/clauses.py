r"""Drops clauses that only say what a letter stands for: "for some constant c", ``(n \in N)``.

For which values an expression is meant may go unsaid, so nothing is lost. A clause is one only at
the end of the text, about a letter of what stands before it. Integers stay said, as
``n \in \mathbb{Z}``: they may be renamed where reals may not.
"""

from __future__ import annotations

import re

_MAX_CHARS = 160
"""Read at the end of a text: no clause is longer."""

_OPENS = r"(?:[\s,~(]|\\[,;:! ]|\\q?quad(?![A-Za-z])|\\(?:text|textrm|mathrm|mbox)\s?\{)*"
_INSIDE = r"(?:[\s}~]|\\(?:text|textrm|mathrm|mbox)\s?\{)*"
_CLOSES = r"[\s})~.$]*\Z"
_KIND = (
    r"(?P<kind>(?:(?:constant|real|number|value|integer|positive|negative|non-?negative|natural|"
    r"complex|rational|arbitrary|fixed)s?(?![a-z])\s?)*)"
)
_LETTER = r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])"
_AND = r"(?:\s?,\s?|\s?\\(?:text|mathrm)\s?\{\s?(?:and|,)\s?\}\s?|\sand\s)"
_LETTERS = rf"(?P<letters>{_LETTER}(?:{_AND}{_LETTER}){{0,3}})"
_SIGN = r"\\(?:in|geq?(?:slant)?|leq?(?:slant)?|gt|lt|neq?)(?![a-z])|[<>]=?"
_CLAUSES = (
    # for some constant c; for all positive integers n; for any real numbers a, b
    re.compile(
        rf"{_OPENS}(?:for|with|where) (?:(?:some|any|all|every|each|an?) |(?=[a-z]{{4}}))"
        rf"{_KIND}{_INSIDE}{_LETTERS}{_CLOSES}"
    ),
    # where c is a real constant; c is any number; c constant; a, b are constants
    re.compile(
        rf"{_OPENS}(?:(?:where|with|and)(?![a-z]){_INSIDE})?{_LETTERS}{_INSIDE}"
        rf"(?:(?:is|are|being)\s)?(?:(?:an?|any|some)\s)?(?=[a-z]){_KIND}{_CLOSES}"
    ),
    # a, b \in \mathbb{R}
    re.compile(
        rf"{_OPENS}(?P<letters>{_LETTER}(?:{_AND}{_LETTER}){{1,3}})\s?\\in\s?"
        r"(?P<kind>\\math(?:bb|bf|rm)\s?\{?[RC]\}?)[\s.$]*\Z"
    ),
)
_BRACKETED = re.compile(  # (n \in \mathbb{N}^*), (n \ge 1)
    rf"(?:\\[,;: ]|\\q?quad|\\left|[\s~])*\(\s?(?P<said>(?P<letters>{_LETTER})\s?(?:{_SIGN})"
    r"[^()]{1,30}?)(?:\\right)?\)[\s.$]*\Z"
)
_HINT = re.compile(r"for|where|with|constant|number|real|integer|\\in(?![a-z])|\)[\s.$]*\Z")
"""Told at once to be missing."""
_FOR_ALL = re.compile(r"(?<=[^\s~,])(?:[\s~,]|\\[,;: ]|\\q?quad(?![A-Za-z]))*\\forall(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_INTEGERS = re.compile(r"integer|natural|(?<![A-Za-z])[NZ](?![A-Za-z])")


def without_clause(text: str) -> str:
    """Return ``text`` without a clause at its end that says what one of its letters stands for."""
    if not _HINT.search(text):
        return text
    if r"\forall" in text:
        text = _FOR_ALL.sub(", ", text)
    start = max(0, len(text) - _MAX_CHARS)
    if (found := _BRACKETED.search(text, start)) and _is_about(found, text):
        return f"{text[: found.start()]}, {found['said']}"
    for clause in _CLAUSES:
        if (found := clause.search(text, start)) and _is_about(found, text):
            head, letters = text[: found.start()], found["letters"]
            integers = _INTEGERS.search(found["kind"]) and len(letters) == 1
            return rf"{head}, {letters} \in \mathbb{{Z}}" if integers else head
    return text


def _is_about(clause: re.Match[str], text: str) -> bool:
    """Whether a clause is about letters of what stands before it."""
    head = _COMMAND.sub(" ", text[: clause.start()])
    letters = re.findall(_LETTER, _COMMAND.sub(" ", clause["letters"]).replace("and", " "))
    return bool(letters) and all(letter in head for letter in letters)
