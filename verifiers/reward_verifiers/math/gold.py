r"""The gold's own path: a reference answer is never read as prose, and never becomes another value.

``7\pi`` is 7 pi, with or without ``$`` or a box around it. A gold that cannot be read is compared
as normalised text. One that holds nothing, or has no value (NaN, 1/0), is the data's fault: then no
completion of its group is judged, whether it has an answer or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache

from reward_verifiers.errors import BadSpecError
from reward_verifiers.extract.boxed import last_boxed
from reward_verifiers.extract.placeholders import is_missing
from reward_verifiers.extract.statement import boxed_answer
from reward_verifiers.math.folding import fold
from reward_verifiers.math.nodes import Num, Prod, Value, Words
from reward_verifiers.math.reader import read
from reward_verifiers.math.tokens import UnevaluatedError, UnreadableError, tokenize
from reward_verifiers.verdict import Verdict

_NOISE = re.compile(r"\\(?:left|right|displaystyle|q?quad)(?![A-Za-z])|\\[,;:! ]|[\s~$]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s~]+(?=\d)")
_GAP = "|"  # "4 2" is not 42
_TEXT = re.compile(r"\\(?:text(?:bf|rm|it)?|mathrm|mbox)\s*\{([^{}]*)\}")
_TEXT_ALONE = re.compile(r"\\(?:text(?:bf|rm|it)?|mathrm|mbox)\s*\{((?!None)[^{}]*)\}\Z")
_FRACTION = re.compile(r"\\[dtc]frac(?![A-Za-z])")
_HAS_CONTENT = re.compile(r"[^\W_]|[-<>=+*/]\Z")
_NUMBER_SIGN = "####"
_MAX_KEPT = 1024

# Told at once to be good, being by far the most common.
_PLAIN = re.compile(r"-?\d{1,100}(?:\.\d{1,100})?")
# Where a zero may be a divisor, or a part missing, the gold is read to tell.
_DOUBTFUL = re.compile(r"(?:/|÷|\\div|\\over|\}|frac\s*\S)[\s({]*0(?![.\d]*[1-9])|nan|null", re.I)
_NO_VALUES = frozenset((Words("nan"), Words("null")))


@dataclass(frozen=True, slots=True)
class Gold:
    """A reference answer, read."""

    text: str
    """What was read, without boxes and delimiters."""
    form: str
    """The text in its normal form, for comparison as text."""
    signs: tuple[str | Num, ...]
    """Its tokens, in which synonyms are one, for the same purpose; empty where it has none."""
    value: Value | None
    """None: it can only be compared as text."""
    unevaluated: bool
    """It holds an integral, a sum, a limit or a derivative, so an answer may too."""


@lru_cache(maxsize=_MAX_KEPT)
def usable_golds(golds: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of ``golds`` that an answer can be compared with.

    Cheap enough to be asked about every completion: most golds need not be read for it.

    Raises:
        BadSpecError: there is none.
    """
    complaints = [_complaint(gold) for gold in golds]
    usable = tuple(gold for gold, why in zip(golds, complaints, strict=True) if why is None)
    if not usable:
        raise BadSpecError(f"gold {golds[0][:100]!r} {complaints[0]}")
    return usable


@lru_cache(maxsize=_MAX_KEPT)
def _complaint(text: str) -> str | None:
    """Return what is wrong with a gold, as a phrase for a person, or None."""
    if _PLAIN.fullmatch(text):
        return None
    inner = answer_in(text)
    if is_missing(_TEXT_ALONE.sub(r"\1", inner.strip(" \n$"))):
        return "holds no answer"
    if r"\boxed" in inner:
        return "has a box that is never closed"
    is_plain = _HAS_CONTENT.search(normal_form(inner)) is not None
    if is_plain and not _DOUBTFUL.search(inner):
        return None
    try:
        return "has no value" if _has_no_value(read(inner)) else None
    except UnreadableError:
        return None if is_plain else "holds no answer"


def _has_no_value(value: Value) -> bool:
    """Whether a part of ``value`` is divided by zero, or no number."""
    waiting: list[object] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node):
            if node in _NO_VALUES or (isinstance(node, Prod) and Num(0) in node.divisors):
                return True
            waiting.extend(getattr(node, field.name) for field in fields(node))
    return False


@lru_cache(maxsize=_MAX_KEPT)
def read_gold(text: str) -> Gold:
    """Read a reference answer.

    Raises:
        BadSpecError: there is nothing in it.
    """
    usable_golds((text,))
    inner = answer_in(text)
    form = normal_form(inner)
    signs = signs_of(inner)
    try:
        return Gold(inner, form, signs, read(inner), unevaluated=False)
    except UnevaluatedError:
        return Gold(inner, form, signs, None, unevaluated=True)
    except UnreadableError:
        return Gold(inner, form, signs, None, unevaluated=False)


def signs_of(text: str) -> tuple[str | Num, ...]:
    """Return the tokens of ``text``, numbers by value; empty where it cannot be cut into tokens."""
    try:
        return tuple(token.num or token.text for token in tokenize(fold(text)))
    except UnreadableError:
        return ()


def answer_in(text: str) -> str:
    """Return the answer in a gold: the last box of a solution, what follows ``####``, or all."""
    if _NUMBER_SIGN in text:
        text = text.rpartition(_NUMBER_SIGN)[2]
    if r"\boxed" not in text:
        return text
    inner = last_boxed(text)
    if inner is None:
        return text
    stated = boxed_answer(text)  # "\boxed{1} and \boxed{-2}" is both
    if isinstance(stated, Verdict):
        return stated.extracted or inner  # what would be a hedge in an answer is a list in a gold
    return inner if stated is None else stated


def normal_form(text: str) -> str:
    """Return ``text`` without what does not show: spacing, delimiters, sizes of brackets."""
    spaced = _BETWEEN_DIGITS.sub(_GAP, _TEXT.sub(r"\1", fold(text)))
    return _FRACTION.sub(r"\\frac", _NOISE.sub("", spaced))
