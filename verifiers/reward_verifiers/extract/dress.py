"""Takes the dress off a short text: LaTeX, markdown, and the compatibility forms of Unicode."""

from __future__ import annotations

import re

from reward_verifiers.extract.unicode import compatible

QUOTES = " \t\r\n\f\v\"'`*_“”‘’"
"""What may stand around a text without being of it."""
CLOSERS = QUOTES + ".,;:!)]✅✓✔。，；：！）】」"
"""What may stand behind a label without saying anything."""

_GROUP = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt|up|normal|color\s?\{[a-zA-Z]{1,20}\})?"
    r"|math(?:rm|bf|it|sf|tt|bb|cal|normal)|boldsymbol|bold|bm|mbox"
    r"|operatorname|underline|emph|boxed|fbox|ce)\*?\s{0,3}\{([^{}]*)\}"
)
_DRESS = re.compile(
    r"\\(?:rm|bf|it|sf|tt|left|right|displaystyle|textstyle|tiny|small|large|Large|LARGE|huge|Huge"
    r"|bfseries|color\s?\{[a-zA-Z]{1,20}\}|q?quad)(?![A-Za-z])"
    r"|\\[()\[\],;:!\s]|\\\\|[$~]|\*\*|__"
)
_HTML = re.compile(r"</?(?:b|strong|i|em|u|mark|sub|sup)>", re.IGNORECASE)

_SIGNS = "0123456789+-"
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"
_RUN = re.compile(f"[{_RAISED}]+|[{_LOWERED}]+")
_PLAIN_RUN = str.maketrans(_RAISED + _LOWERED, _SIGNS + _SIGNS)
_RESPELT = str.maketrans({"−": "-", "–": "-", "×": r"\times", "·": r"\cdot", "μ": "µ", "’": "'"})


def undressed(text: str) -> str:
    r"""Return ``text`` without LaTeX and markdown dress: ``\textbf{(C)}``, ``**C**``, ``$C$``.

    Compatibility characters become what they stand for (full-width and circled letters are
    letters). A Cyrillic or Greek letter that only looks Latin stays what it is, and so is no label:
    the third letter of the Russian alphabet looks like the second of ours.
    """
    if not text.isascii():
        text = _RUN.sub(_plain_run, text).translate(_RESPELT)
        text = compatible(text).translate(_RESPELT)
    if "<" in text:
        text = _HTML.sub("", text)
    if "\\" in text:
        for _ in range(4):
            bare = _GROUP.sub(r" \1 ", text)
            if bare == text:
                break
            text = bare
    return _DRESS.sub(" ", text) if "\\" in text or "$" in text or "*" in text else text


def _plain_run(run: re.Match[str]) -> str:
    return ("^" if run[0][0] in _RAISED else "_") + run[0].translate(_PLAIN_RUN)
