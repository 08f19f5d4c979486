r"""The golds of free answers: out of their boxes, and without those that hold nothing.

A gold that is empty, or that stands for a missing value (NaN, N/A, Python's None), is the data's
fault. Then no completion of its group is judged, whether it has an answer or not.
"""

from __future__ import annotations

import re
from fractions import Fraction

from reward_verifiers.errors import BadSpecError
from reward_verifiers.extract.boxed import last_boxed
from reward_verifiers.extract.placeholders import is_missing, is_placeholder
from reward_verifiers.math.gold import usable_golds as usable_values
from reward_verifiers.memo import Memo
from reward_verifiers.specs import AnswerType
from reward_verifiers.stem.formula import right_side

MAX_CHARS = 4000
"""No longer answer is judged, so no longer gold can be met."""

Golds = tuple[str, ...]

_RANGED = "is a range: give one value, if need be with its uncertainty (5.5 \\pm 0.5 m)"
_RANGE = re.compile(
    r"\$?\s{0,3}(?P<low>\d{1,20}(?:\.\d{1,20})?)"
    r"(?:\s{0,3}(?:--?|–|—|\\(?:text|mathrm)\{\s{0,3}(?:to|-)\s{0,3}\})\s{0,3}"
    r"|\s{0,3}[A-Za-z°%µΩ/]{0,10}\s{1,3}(?:--?|–|—|to)\s{1,3})"
    r"(?P<high>\d{1,20}(?:\.\d{1,20})?)(?![\d.]|\s{0,3}(?:[*^×·]|/\s{0,3}\d|\\(?:times|cdot|frac)))"
)
_HAS_CONTENT = re.compile(r"[^\W_]|[%°$€£Δ∞∅+-]")


def usable_golds(golds: Golds, answer_type: AnswerType) -> Golds:
    """Return those of ``golds`` that an answer can be compared with, as bare text.

    Raises:
        BadSpecError: there is none.
    """
    usable, complaint = _READ((answer_type, golds))
    if not usable:
        raise BadSpecError(f"gold {golds[0][:100]!r} {complaint}")
    return usable


def _read(key: tuple[AnswerType, Golds]) -> tuple[Golds, str | None]:
    """Return the golds that are usable, and what is wrong with the first one."""
    answer_type, golds = key
    texts = [gold_text(gold) for gold in golds]
    complaints = [_complaint(text, answer_type) for text in texts]
    usable = tuple(text for text, why in zip(texts, complaints, strict=True) if why is None)
    return usable, complaints[0]


_READ = Memo(_read)


def gold_text(gold: str) -> str:
    """Return ``gold`` without the box around it."""
    boxed = last_boxed(gold) if r"\boxed" in gold else None
    return (gold if boxed is None else boxed).strip()


def _complaint(text: str, answer_type: AnswerType) -> str | None:
    """Return what is wrong with a gold, as a phrase for a person, or None."""
    if not _HAS_CONTENT.search(text):
        return "holds nothing that could be compared"
    if len(text) > MAX_CHARS:
        return f"has more than {MAX_CHARS} characters, and so has no answer that is judged"
    # Among words "solution" is no empty form, but what salt and water make.
    is_word = answer_type is AnswerType.TEXT and is_placeholder(text)
    if is_missing(text) and not is_word:
        return "holds no answer"
    if answer_type is AnswerType.QUANTITY:
        return _RANGED if _is_range(text) else None
    if answer_type is AnswerType.FORMULA:
        return _complaint_of_math(text) or _complaint_of_math(right_side(text) or text)
    return _complaint_of_math(text) if answer_type is AnswerType.VALUE else None


def _is_range(text: str) -> bool:
    """Whether ``text`` is "5-6 m" or "5 m to 6 m", which as a difference would be -1 m."""
    match = _RANGE.match(text)
    return match is not None and Fraction(match["low"]) < Fraction(match["high"])


def _complaint_of_math(text: str) -> str | None:
    try:
        usable_values((text,))
    except BadSpecError:
        return "has no value"
    return None
