"""Forms that were never filled in: an empty box, dots, "your answer here"."""

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


def is_placeholder(answer: str) -> bool:
    """Is ``answer`` nothing but an empty form, such as one copied from the prompt?"""
    if len(answer) > _LONGEST:
        return False
    said = " ".join(_NOTHING.sub(" ", answer).split())
    return not said or _FORM.fullmatch(said) is not None
