r"""Split a quantity into number and unit: ``3.0\times10^8 m s^{-1}`` -> (``3.0\times10^8``, m/s).

A letter is a unit only where it is written as one. In mathematics ``5m`` is five times m, so a bare
unit needs a space (``5 m``), a dress (``5\text{m}``) or a name that nobody uses for a product
(``5cm``, ``5km/h``, ``5 metres``); ``loose=True`` is for physics, where ``5m`` is five metres.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reward_verifiers.units.reading import MAX_UNIT_CHARS, read_unit
from reward_verifiers.units.unit import Unit

_MAX_CHARS = 1000
_MAX_CANDIDATES = 24

# Where a unit may begin: at a dress command, at a sign of its own, after a space, behind a digit.
_START = re.compile(
    r"""
      (?P<dressed>\\(?:text(?:rm|it|bf|sf|up)?|math(?:rm|it|bf|sf)|mbox|operatorname|unit|si|rm)
        (?![A-Za-z])|\{\s*\\rm(?![A-Za-z]))
    | (?P<sign>\^\s*\{?\s*\\circ|\^\s*\{?\s*[°o]\s*\}|[°º]|\\?%|‰|\\?\$|[€£¥₹¢℃℉′″ÅΩΩµμ]
        |\\(?:AA|Omega|ohm|mu|degree|celsius|degreeCelsius|percent)(?![A-Za-z]))
    | (?P<spaced>(?:[\s~]|\\[,;:!\ ]|\\q?quad(?![A-Za-z]))+
        (?=[^\W\d]|/|1\s?/\s?[^\W\d]|\(|\\frac\b))
    | (?P<glued>(?<=[\d}).])[^\W\d])
    """,
    re.VERBOSE,
)

# What may stand before an undressed unit: a number, with LaTeX around it, and a label ("v =").
_LABEL = r"(?:\\?[^\W\d][\w{}\\(),'^ ]{0,40}(?:=|\\approx|≈|\\simeq))?"
_NUMBER = re.compile(
    _LABEL + r"(?:[\d.,+\-−*/^(){}\[\]\s~·×±π√eE⁰¹²³⁴-⁹⁻]|[xX](?=\s?10)|\\[,;:!\ ]|"
    r"\\(?:[dt]?frac|sqrt|pi|times|cdot|pm|left|right|approx|infty)(?![A-Za-z]))*"
)
_HAS_DIGIT = re.compile(r"\d|\\pi|π")
_FUNCTION = re.compile(r"(?:\\|\b)(?:(?:sin|cos|tan|cot|sec|csc)h?|arc[a-z]+|ln|log|exp)(?![a-z])")
_UNIT_INSIDE = re.compile(r"\\circ|°|\\text|\\mathrm|\\?%")

# Undressed and glued to its number, a unit must be one of these outside physics.
_NEVER_A_PRODUCT = re.compile(
    r"(?:[ckmMGµn]m|kg|mg|m[lL]|k?Hz|kWh?|kJ|kPa|mph|km/hr?|[kMG]?eV|°[CF]?|%|[^\W\d]{4,})(?![^\W\d])"
)
_CLOCK = ("am", "pm")

_CURRENCY_BEFORE = re.compile(
    r"(?P<minus>[-−]?)\s*(?P<unit>\\\$|US\\?\$|\$|€|£|¥|₹|(?:USD|EUR|GBP|JPY|INR|CNY|Rs\.?)(?=[\s~\d]))[\s~]*"
)
_SIUNITX = re.compile(r"\\(?:SI|qty)\s*\{([^{}]*)\}\s*\{(.*)\}")
_MATH_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))


def split_unit(text: str, *, loose: bool = False) -> tuple[str, Unit] | None:
    r"""Return (number as written, unit), or None where there is no unit or no number.

    Percent, scale words ("3 million") and things that are counted ("12 apples") are units without a
    dimension. Degrees behind the argument of a function (``\sin 30^\circ``) are none of ours.
    """
    text = _undelimited(text.strip())
    if len(text) > _MAX_CHARS:
        return None
    siunitx = _SIUNITX.fullmatch(text)
    if siunitx is not None:
        unit = read_unit(siunitx[2])
        return None if unit is None else (siunitx[1].strip(), unit)
    return _split_currency(text, loose) or _split_behind(text, loose)


def _split_currency(text: str, loose: bool) -> tuple[str, Unit] | None:
    match = _CURRENCY_BEFORE.match(text)
    if match is None:
        return None
    currency = read_unit(match["unit"].rstrip("."))
    amount = match["minus"] + text[match.end() :].strip()
    if currency is None:
        return None
    if _is_number(amount):
        return amount, currency
    # "$3 million", "$3/kg", "$3 per hour"
    behind = _split_behind(amount, loose) or _split_rate(amount)
    if behind is None or not _is_number(behind[0]):
        return None
    return behind[0], currency.times(behind[1])


def _split_rate(amount: str) -> tuple[str, Unit] | None:
    slash = amount.rfind("/")
    unit = read_unit(amount[slash:]) if slash > 0 else None
    return None if unit is None else (amount[:slash].strip(), unit)


def _split_behind(text: str, loose: bool) -> tuple[str, Unit] | None:
    for start, kind in _starts(text):
        value = text[:start].rstrip(" ~\t\n").removesuffix("\\")
        written = text[start:].strip()
        if kind == "glued" and not loose and not _NEVER_A_PRODUCT.match(written):
            continue
        if not _carries(value, dressed=kind == "dressed"):
            continue
        if not loose and (written in _CLOCK or written.startswith(("/", "("))):
            continue
        unit = read_unit(written)
        if unit is not None and not (unit.symbol == "°" and _FUNCTION.search(value)):
            return _closed(value), unit
    return None


def _starts(text: str) -> Iterator[tuple[int, str]]:
    """Yield where a unit may begin, leftmost first: the longest unit wins."""
    first = max(0, len(text) - MAX_UNIT_CHARS)
    for count, match in enumerate(_START.finditer(text, first)):
        if count == _MAX_CANDIDATES:
            return
        kind = str(match.lastgroup)
        yield (match.end() if kind == "spaced" else match.start()), kind


def _carries(value: str, *, dressed: bool) -> bool:
    """Whether ``value`` can stand before a unit."""
    if not value or _UNIT_INSIDE.search(value):
        return False
    return dressed or _is_number(value)


def _is_number(value: str) -> bool:
    return _HAS_DIGIT.search(value) is not None and _NUMBER.fullmatch(value) is not None


def _closed(value: str) -> str:
    """Return ``value`` without the spacing and joining signs that stood before its unit."""
    return re.sub(r"(?:[\s~]|\\[,;:!]|\\cdot|\\times|·|\*|-(?=$))+$", "", value)


def _undelimited(text: str) -> str:
    for left, right in _MATH_DELIMITERS:
        inner = text[len(left) : -len(right)]
        if text.startswith(left) and text.endswith(right) and len(text) > len(left) + len(right):
            if "$" in inner.replace("\\$", ""):
                continue
            return inner.strip()
    return text
