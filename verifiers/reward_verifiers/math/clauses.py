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
_LETTER = r"(?<![A-Za-z\\])(?P<letter>[A-Za-z])(?![A-Za-z])"
_CLAUSES = (
    # for some constant c; for all positive integers n; with any real number k
    re.compile(
        rf"{_OPENS}(?:for|with|where) (?:some|any|all|every|each|an?) {_KIND}{_INSIDE}"
        rf"{_LETTER}{_CLOSES}"
    ),
    # where c is a real constant; c is any number; c constant
    re.compile(
        rf"{_OPENS}(?:(?:where|with|and)(?![a-z]){_INSIDE})?{_LETTER}{_INSIDE}"
        rf"(?:(?:is|being)\s)?(?:(?:an?|any|some)\s)?(?=[a-z]){_KIND}{_CLOSES}"
    ),
    # (n \in \mathbb{N}^*)
    re.compile(
        rf"(?:\\[,;: ]|\\q?quad|\\left|[\s~])*\(\s?{_LETTER}\s?\\in(?![a-z])"
        r"(?P<kind>[^()\\]{0,4}(?:\\math(?:bb|bf|rm)\s?)?[^()\\]{1,12})(?:\\right)?\)[\s.$]*\Z"
    ),
)
_HINT = re.compile(
    r"for|where|with|constant|number|real|integer|\\in(?![a-z])"
)  # told at once to have none
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
    for clause in _CLAUSES:
        found = clause.search(text, start)
        if found is None:
            continue
        head, letter = text[: found.start()], found["letter"]
        if letter not in _COMMAND.sub("", head) or not head.strip():
            continue
        if _INTEGERS.search(found["kind"]):
            return rf"{head}, {letter} \in \mathbb{{Z}}"
        return head
    return text
