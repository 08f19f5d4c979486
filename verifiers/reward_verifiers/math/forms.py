r"""Forms that are recognised before the grammar: option letters, times of day, bases, labels.

Each function looks at a bounded pattern and returns None where it is not met.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.math.nodes import (
    Based,
    Clock,
    Items,
    Matrix,
    Num,
    Prod,
    Scalar,
    Sym,
    Value,
    Words,
)
from reward_verifiers.math.tokens import Token, UnreadableError

_TEXT = r"\\(?:text(?:bf|rm|it|sf|up)?|math(?:rm|bf|sf|it)|mbox|operatorname|bf|rm)"
_CHOICE = re.compile(
    rf"(?:\(\s*)?{_TEXT}\s*\{{\s*\(?\s*([A-Z])\s*[).:]?\s*\}}(?:\s*\))?\s*[).:]?"
    r"(?P<rest>(?!\s*[_^'(=]).*)?"
    rf"|\(([A-Z])\)(?P<rest2>\s.*)?|([A-Z])[.):](?P<rest3>\s.*)",
    re.DOTALL,
)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:\s|~|\\[,;:! ])*(?:\\(?:text|mathrm|textrm|mbox)\s*\{\s*)?"
    r"(?:([aApP])\.?\s?[mM]\.?|(noon|midnight))(?:\s*\})?"
)
_MINUTES = re.compile(r"([01]?\d|2[0-3]):(0\d)")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4}")
_BRACED = re.compile(
    r"\\left\s*(?:\\\{|\\lbrace)\s*\\begin\{(array|aligned|matrix|gathered|split)\}(?:\{[lcr|]*\})?"
    r"(.*?)\\end\{\1\}\s*\\right\s*\.",
    re.DOTALL,
)
_ALIGNMENT = re.compile(r"(?:(?<=\\\\)|\A)\s*&|&\s*(?==)|(?<==)\s*&")
_ORDINAL = re.compile(
    r"(\d{1,6})\s*\^?\s*\{?\s*(?:\\(?:text|mathrm|textsuperscript)\s*\{)?\s*(?:st|nd|rd|th)\s*\}{0,2}"
)
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NUMBER_OF_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY = re.compile(
    rf"(?:{_MONTH}\s+{_NUMBER_OF_DAY}|{_NUMBER_OF_DAY}\s+(?:of\s+)?{_MONTH})(?:,?\s+(\d{{4}}))?",
    re.IGNORECASE,
)
_REASONED = re.compile(
    r"(?:\\(?:text|textbf|mathrm)\s*\{\s*)?(yes|no|true|false)\s*[,.;:]?\s+(?:since|because)\b",
    re.IGNORECASE,
)
_MAX_FIGURE = 8
_TAKEN_BACK = re.compile(  # "(B) or (C)", "(B) is wrong": no option with what it says
    rf"(?:\s|[~$}}]|\\[,;:! ]|\\q?quad|{_TEXT}\s*\{{)*(?:[,;/?&]|\\(?:lor|vee|land|wedge)|"
    r"(?:or|and|nor|not|but|is|isn't|was|are|if|unless|maybe|perhaps|probably|possibly)\b)",
    re.IGNORECASE,
)
_OPTION = re.compile(r"(?<![A-Za-z])\(\s*[A-Z]\s*\)")
FIGURES = frozenset(("angle", "triangle"))
_LIMIT = re.compile(
    r"\\lim(?:\\limits)?\s*_\s*\{[^{}=]{1,40}\}\s*[A-Za-z]\s*(?:_\{?[a-z]\}?|\([a-z]\))\s*=(?![^=]*=)"
)
_FRENCH = re.compile(r"\]([^\[\]()]{1,80},[^\[\]()]{1,80})([\[\]])")
_FRENCH_RIGHT = re.compile(r"\[([^\[\]()]{1,80},[^\[\]()]{1,80})\[")
_BASED = re.compile(
    r"\(?\s*(?:\\(?:text|mathrm)\s*\{)?([0-9A-Fa-f]+)\}?\s*\)?\s*_\s*\{?\s*"
    r"(?:\\(?:text|mathrm)\s*\{)?\s*"
    r"(\d{1,2}|two|three|four|five|six|seven|eight|nine|twelve|sixteen)\s*\}?\s*\}?"
)
_BASES = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "twelve": 12,
    "sixteen": 16,
}
_NOON = 12


def plain_brackets(text: str) -> str:
    """Return ``text`` with the French ``]1, 2[`` as ``(1, 2)``, and with braced rows as cases."""
    if r"\begin" in text and r"\left" in text:
        text = _BRACED.sub(_cases, text)
    if not text or ("]" not in text and "[" not in text):
        return text
    if r"\left]" in text or r"\right[" in text:
        text = text.replace(r"\left", "").replace(r"\right", "")
    text = _FRENCH.sub(lambda m: f"({m[1]}{')' if m[2] == '[' else ']'}", text)
    return _FRENCH_RIGHT.sub(r"[\1)", text)


def _cases(system: re.Match[str]) -> str:
    """Return a system of equations as cases; one with columns, which is piecewise, as it is."""
    rows = _ALIGNMENT.sub(" ", system[2])
    return system[0] if "&" in rows else rf"\begin{{cases}}{rows}\end{{cases}}"


def without_limit(text: str) -> str:
    r"""Return what ``\lim_{x \to 0} f(x) = 3`` says; the limit of an unknown function is a name."""
    limit = _LIMIT.match(text) if text.startswith(r"\lim") else None
    return text if limit is None else text[limit.end() :]


def special(text: str) -> Value | None:
    """Return a time of day, a date, or digits in a base."""
    clock = _CLOCK.fullmatch(text) if len(text) < 40 else None
    if clock is not None:
        return _time(clock)
    minutes = _MINUTES.fullmatch(text) if len(text) < 6 else None
    if minutes is not None:
        return Clock(int(minutes[1]) * 60 + int(minutes[2]))
    if len(text) <= 10 and _DATE.fullmatch(text):
        return Words(text)
    if (spoken := _ordinal(text) or _day(text) or _reasoned(text)) is not None:
        return spoken
    base = _BASED.fullmatch(text) if "_" in text and len(text) < 60 else None
    return None if base is None else _in_base(base[1], base[2])


def _time(match: re.Match[str]) -> Clock | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    half = {"noon": "p", "midnight": "a"}.get(match[4]) or match[3].lower()
    if not 1 <= hour <= _NOON or minute >= 60:
        return None
    return Clock((hour % _NOON + (_NOON if half == "p" else 0)) * 60 + minute)


def _ordinal(text: str) -> Value | None:
    r"""Return the number of ``3rd`` and ``3^{\text{rd}}``."""
    match = _ORDINAL.fullmatch(text) if len(text) < 24 else None
    return None if match is None else Scalar(Num(int(match[1])))


def _day(text: str) -> Value | None:
    """Return a day of a month, whichever stands first: ``June 5`` and ``5th of June``."""
    match = _DAY.fullmatch(text) if len(text) < 40 else None
    if match is None:
        return None
    month, day, year = match[1] or match[4], match[2] or match[3], match[5]
    return Words(" ".join(part for part in (month[:3].casefold(), str(int(day)), year) if part))


def _reasoned(text: str) -> Value | None:
    """Return the word of ``Yes, since 2 > 1``; the reason is not judged."""
    match = _REASONED.match(text)
    return None if match is None else Words(match[1].casefold())


def _in_base(digits: str, name: str) -> Based | None:
    base = _BASES.get(name) or int(name)
    if not 2 <= base <= 36 or any(int(digit, 36) >= base for digit in digits):
        return None
    return Based(digits.upper().lstrip("0") or "0", base)


def based(tokens: Sequence[Token]) -> Based | None:
    """Return the number in a base that ``tokens`` are, inside a list."""
    texts = [token.text for token in tokens if token.text not in "{}"]
    if len(texts) != 3 or texts[1] != "_" or tokens[0].kind != "num" or not texts[2].isdigit():
        return None
    return _in_base(texts[0], texts[2]) if texts[0].isdigit() and len(texts[2]) < 3 else None


def choice(text: str) -> tuple[str, str] | None:
    r"""Return the letter and the rest of ``\textbf{(C)}\ 12`` and ``(C)``."""
    match = _CHOICE.fullmatch(text)
    if match is None:
        return None
    rest = match["rest"] or match["rest2"] or match["rest3"] or ""
    if _TAKEN_BACK.match(rest) or _OPTION.search(rest):
        return None
    # \text{A} B is no option; \textbf{(A)} B is. A bare letter in dress stands alone.
    if match["rest"] and rest.strip() and "(" not in text[: match.start("rest")]:
        return None
    return match[1] or match[3] or match[5], rest


def figure(tokens: Sequence[Token]) -> Value | None:
    r"""Return the name of a figure: ``\angle ABC``, ``\triangle ABC``, ``\overline{AB}``."""
    if tokens[0].kind != "cmd" or len(tokens) > _MAX_FIGURE:
        return None
    letters = "".join(token.text for token in tokens[1:] if token.text not in "{}")
    if not (2 <= len(letters) <= 5 and letters.isupper()):
        return None
    if tokens[0].text in FIGURES:
        return Words(f"{tokens[0].text} {letters.casefold()}")
    if tokens[0].text == "overline" and len(letters) == 2:
        return Scalar(Prod((Sym(letters[0]), Sym(letters[1]))))
    return None


def transposed_part(tokens: Sequence[Token]) -> int:
    """Return how many tokens stand before the T of a transpose; 0 where there is none."""
    texts = [token.text for token in tokens[-4:]]
    for ending in (["^", "T"], ["^", "top"], ["^", "{", "T", "}"], ["^", "{", "top", "}"]):
        if texts[-len(ending) :] == ending:
            return len(tokens) - len(ending)
    return 0


def transposed(value: Value) -> Value:
    """Return the transpose of a matrix; of a row in round brackets, the vector that it is."""
    if isinstance(value, Matrix):
        return Matrix(tuple(zip(*value.rows, strict=True)))
    if isinstance(value, Items) and value.style in ("tuple", "bracket"):
        return Matrix(tuple((item,) for item in value.items))
    raise UnreadableError("a transpose of what is no matrix")


def matrix_of_rows(style: str, items: tuple[Value, ...]) -> Matrix | None:
    """Return the matrix that a row of rows of one length is: ``[[1, 2], [3, 4]]``."""
    if style not in ("bracket", "tuple"):
        return None
    rows = [item.items for item in items if isinstance(item, Items) and item.style == "bracket"]
    if len(rows) != len(items) or len({len(row) for row in rows}) != 1:
        return None
    return Matrix(tuple(rows))
