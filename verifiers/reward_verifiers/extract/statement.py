r"""What the boxes of a completion state together.

Usually the last box is the answer. But boxes with nothing but commas and conjunctions between them
are one statement, and reading only the last of them would pay for a guess:

==============================================  ====================================
``\boxed{8} or \boxed{7}``, side by side        a hedge: no answer
``\boxed{1} and \boxed{2}``, with commas        the list "1, 2": right for that list,
                                                wrong for a gold that is one of them
``x=\boxed{1} or x=\boxed{2}``                  the list too: solutions, not a choice
``a=\boxed{1}, b=\boxed{2}``                    "a=1, b=2"
``\boxed{1/2} or \boxed{0.5}``                  "0.5", being the same number
``(a) \boxed{8} (b) \boxed{7}``                 the list "8, 7", over any lines
``\boxed{7}, not \boxed{8}``                    "7"; a denied box alone is no answer
``\boxed{8} is wrong``                          no answer
``\boxed{8}. Wait, that's wrong.``              no answer
any other words between them, or a new line     steps or a correction: the last wins
without any word
==============================================  ====================================
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction

from reward_verifiers.extract.boxed import Box, boxes
from reward_verifiers.extract.placeholders import is_placeholder
from reward_verifiers.verdict import Verdict

MAX_GAP = 80
"""Characters between two answers of one statement; what is longer is prose and no conjunction."""

_DRESS = re.compile(
    r"\\[()\[\],;:! ]|\\(?:text|textbf|mathrm|quad|qquad)(?![a-z])|<br ?/?>|"
    r"[\s$*{}()~\u200b-\u200d]+"
)
_WORD = re.compile(r"\\?(?:[^\W\d_]|')+|[^\s]")
_LIST_WORDS = frozenset(
    [
        *(",", ";", "&", "and", "also", "as", "well", "but"),
        *("\uff0c", "\u3001", "\uff1b", "\u548c", "\u4e0e", "\u53ca", "und", "et", "\u0438"),
    ]
)
_BETWEEN_PARTS = _LIST_WORDS | {"."}
_CHOICE_WORDS = frozenset(
    [
        *("or", "either", "maybe", "perhaps", "possibly", "probably", "alternatively", "else"),
        *("versus", "vs", "?", "/", "|", "\\lor", "\\vee", "oder", "ou", "\u6216", "\u6216\u8005"),
        *("\u6216\u662f", "\u0438\u043b\u0438", "\u307e\u305f\u306f", "\ub610\ub294"),
    ]
)
# Words that may stand beside those of a choice, but say nothing of one by themselves.
_FILL_WORDS = frozenset(
    [
        *(".", "it", "is", "could", "might", "may", "be", "even", "both", "that", "the", "final"),
        *("correct", "possible", "answer", "value", "result", "solution", "equals"),
    ]
)
# Boxes joined by these are parts of an expression or a range, and no answer by themselves.
_OPERATORS = frozenset(["+", "-", "\u2013", "\u2014", "to", "\\cdot", "\\times", "\\pm"])

_DENIALS = ("not", "NOT", "n't", "rather than", "instead of", "ne", "neq", "≠")
_DENIAL = re.compile(
    r"(?:(?<![a-z])(?:not|rather than|instead of)|n't|\\neq?|≠)[ $*({}\\]*\Z", re.I
)
_RETRACTION = re.compile(
    r"[\s$*)}\\\].,]*(?:is|was|seems|looks|must be|would be)\s+(?:wrong|incorrect|false|a mistake|"
    r"not (?:right|correct|the (?:right |correct |final )?(?:answer|solution)))\b"
)
# The next sentence does it: "Wait, that's wrong."
_SECOND_THOUGHT = re.compile(
    r"[\s$*)}\\\].,?!]*(?:(?:no|wait|hmm|oops|actually|but)[\s,.!]+){0,3}(?:that|this|it)"
    r"(?:['\u2019]s|\s+(?:is|was|seems|looks|must be))\s+(?:(?:wrong|incorrect|false|a mistake)|"
    r"not (?:right|correct|the (?:right |correct |final )?(?:answer|solution)))[\s*]*(?:[.!]|\Z)",
    re.IGNORECASE,
)
# The left-hand side just before a box: x=, A_1 =, area:, f(3)=, \angle ABC =.
_LABEL = re.compile(
    r"(?<![^\s$,;*({}])((?:\\(?!q?quad)[a-z]{2,9} )?[^\s,;$=:]{1,20})\s?[=:][\s$]{0,4}\Z"
)
# The name of a part just before a box: (a), b), (2), Part C:, **(ii)**.
_PART = re.compile(
    r"(?:\bpart\s\(?(?:[a-z]|\d|[ivx]{2,4})\)?|\((?:[a-z]|\d|[ivx]{2,4})\)|(?<![^\s*])[a-z\d]\))"
    r"[\s:*$]{0,6}\Z",
    re.IGNORECASE,
)
_MAX_PART = 24
_LABELLED = re.compile(r"((?:\\(?!q?quad)[a-z]{2,9} )?[^\s,;$=:]{1,20})\s?=(?!=)")

_DIGIT = re.compile(r"\d")  # Tells at once that a box is no placeholder.
_NUMBER = re.compile(
    r"(-?)(?:(\d{1,20}(?:\.\d{1,20})?)|\\[dt]?frac\{(\d{1,20})\}\{(\d{1,20})\}|(\d{1,20})/(\d{1,20}))"
)


def boxed_answer(text: str) -> str | Verdict | None:
    """Return what the last box, or the statement it belongs to, answers; None without a box."""
    found = boxes(text)
    if not found:
        return None
    last = found[-1]
    if not last.closed:
        return Verdict.no_answer("the last box is cut off", last.body)
    end = last.end + 2 * MAX_GAP
    if _RETRACTION.match(text, last.end, end) or _SECOND_THOUGHT.match(text, last.end, end):
        return Verdict.no_answer("the last box is taken back", last.body)

    while _is_denied(text, found[-1]):
        denied = found.pop()
        if not found or _joint(_gap(text, found[-1], denied, denial=True)) is _Joint.NONE:
            return Verdict.no_answer("the last box is denied", denied.body)
    return _stated(text, _statement(text, found))


def offers_several(gap: str) -> bool:
    """Whether the words of ``gap``, between two answers, join them as alternatives or a list."""
    words = _words(gap) - {":"} if len(gap) <= MAX_GAP else set()
    if "\n" in gap and not any(word.isalpha() for word in words):
        return False
    return bool(words) and (words <= _LIST_WORDS or _is_choice(words))


def _words(gap: str) -> set[str]:
    return set(_WORD.findall(_DRESS.sub(" ", gap).lower()))


def _is_choice(words: set[str]) -> bool:
    return bool(words & _CHOICE_WORDS) and words <= _CHOICE_WORDS | _LIST_WORDS | _FILL_WORDS


class _Joint(StrEnum):
    """What stands between two boxes."""

    NONE = "none"
    LIST = "list"
    PARTS = "parts"
    CHOICE = "choice"


def _is_denied(text: str, box: Box) -> bool:
    before = text[max(0, box.start - 24) : box.start]
    return before.rstrip(" $*({}\\").endswith(_DENIALS) and _DENIAL.search(before) is not None


def _gap(text: str, left: Box, right: Box, *, denial: bool = False) -> str:
    """Return the text between two boxes, without the denial at its end if there is one."""
    gap = text[left.end : min(right.start, left.end + MAX_GAP + 1)]
    if denial:
        return _DENIAL.sub("", gap) or ","
    return gap


def _statement(text: str, found: list[Box]) -> list[tuple[Box, _Joint]]:
    """Return the last boxes that belong together, each with the joint before it."""
    statement: list[tuple[Box, _Joint]] = []
    for at in range(len(found) - 1, -1, -1):
        joint = _joint(_gap(text, found[at - 1], found[at])) if at else _Joint.NONE
        if joint is _Joint.PARTS and not _is_part(text, found[at - 1]):
            joint = _Joint.NONE
        statement.append((found[at], joint))
        if joint is _Joint.NONE:
            break
    return statement[::-1]


def _is_part(text: str, box: Box) -> bool:
    return _PART.search(text, max(0, box.start - _MAX_PART), box.start) is not None


def _joint(gap: str) -> _Joint:
    if len(gap) > MAX_GAP:
        return _Joint.NONE
    part = _PART.search(gap)
    label = part or _LABEL.search(gap)
    words = _words(gap[: label.start()] if label else gap)
    if part and words <= (_BETWEEN_PARTS | {"-"} if "\n" in gap else _BETWEEN_PARTS):
        return _Joint.PARTS
    if "\n" in gap and not any(word.isalpha() for word in words):
        return _Joint.NONE
    if not words:
        return _Joint.LIST if label else _Joint.CHOICE
    if words <= _LIST_WORDS:
        return _Joint.LIST
    if _is_choice(words):
        return _Joint.CHOICE
    return _Joint.CHOICE if words <= _OPERATORS else _Joint.NONE


def _stated(text: str, statement: list[tuple[Box, _Joint]]) -> str | Verdict:
    """Return the answer that the boxes of ``statement`` give together."""
    if len(statement) == 1 and _DIGIT.search(statement[0][0].body):
        return statement[0][0].body
    bodies = [box.body for box, _ in statement]
    if any(is_placeholder(body) for body in bodies):
        return Verdict.no_answer("the box is empty", bodies[-1])
    joints = {joint for _, joint in statement[1:]}
    if _Joint.PARTS in joints and _Joint.CHOICE not in joints:
        return ", ".join(bodies)
    if len({_value(body) for body in bodies}) == 1:
        return bodies[-1]

    labels = [_label(text, box) for box, _ in statement]
    distinct = set(labels)
    if None in distinct or 1 < len(distinct) < len(labels):
        labels, distinct = [None] * len(labels), {None}
    are_solutions = len(distinct) == 1 and None not in distinct
    if not are_solutions and _Joint.CHOICE in joints:
        return Verdict.no_answer("several boxes offered as alternatives", ", ".join(bodies))
    if len(distinct) == 1:
        return ", ".join(bodies)
    parts = zip(labels, bodies, strict=True)
    return ", ".join(body if _LABELLED.match(body) else f"{label}={body}" for label, body in parts)


def _value(body: str) -> Fraction | str:
    """Return the value of a plain number, so that 1/2 and 0.5 are one answer, else the text."""
    text = "".join(body.split())
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    sign, decimal, above, below, left, right = found.groups(default="")
    if decimal:
        return Fraction(sign + decimal)
    denominator = int(below or right)
    return Fraction(int(sign + (above or left)), denominator) if denominator else text


def _label(text: str, box: Box) -> str | None:
    r"""Return the variable whose value ``box`` gives: ``x`` of ``x=\boxed{1}``, ``\boxed{x=1}``."""
    found = _LABELLED.match(box.body) or _LABEL.search(text, max(0, box.start - 24), box.start)
    return found[1] if found else None
