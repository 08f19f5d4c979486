"""What stands for no answer: forms never filled in, and what data has for a missing value."""

from __future__ import annotations

import re

# What takes up room and says nothing: spacing, empty groups, dots, question marks, blanks.
_NOTHING = re.compile(
    r"\\[,;:! _]|\\(?:[lcd]?dots|q?quad|square|Box|text|mathrm|textbf)(?![A-Za-z])"
    r"|[\s$~{}.…?_*()\[\]\"'`-]+"
)

_FORM = re.compile(
    r"<? ?(?:insert |put |enter |write |type )?(?:your |the |my |final |numerical |correct |\\?_)*"
    r"(?:final )?(?:answer|result|solution|value|ans)(?: goes)?(?: here)? ?>?",
    re.IGNORECASE,
)

_LONGEST = 60

# A sign alone may be the answer: which operation makes this true?
_SIGNS = ("-", "*")

# As languages, data frames and spreadsheets write it. "none" in small letters is an answer ("how
# many?"), "None" is Python's.
_MISSING = re.compile(r"[-+]?(?:(?i:nan|null|<na>|#?n/a|nat|#div/0!|#value!|#ref!)|None)")


def is_placeholder(answer: str) -> bool:
    """Is ``answer`` nothing but an empty form, such as one copied from the prompt?"""
    if len(answer) > _LONGEST:
        return False
    if answer.strip(" $") in _SIGNS:
        return False
    said = " ".join(_NOTHING.sub(" ", answer).split())
    return not said or _FORM.fullmatch(said) is not None


def is_missing(gold: str) -> bool:
    """Does ``gold`` say that there is none: an empty form, NaN, null, N/A or Python's None?"""
    return is_placeholder(gold) or _MISSING.fullmatch(gold.strip(" \n$")) is not None
