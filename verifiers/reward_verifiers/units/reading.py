r"""Read a unit: ``km/h``, ``\mathrm{kg\,m^2\,s^{-2}}``, ``J/(kg·K)``, ``metres per second``.

A tokenizer and a loop. LaTeX dress is transparent: ``\text{m/s}^2`` is what it looks like, m/s^2.
After a slash everything up to the next slash is in the denominator, as textbooks write ``J/kg·K``;
``\per`` and the word "per" take one unit only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from fractions import Fraction

from reward_verifiers.units.names import constant_named, counted, unit_named
from reward_verifiers.units.table import PREFIXES
from reward_verifiers.units.unit import Unit

MAX_UNIT_CHARS = 200
_MAX_TOKENS = 60
_MAX_EXPONENT = 12
_MAX_DEPTH = 4

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_PREFIX_WORDS = frozenset(word for word, _ in PREFIXES.values())

_DRESS = (
    r"\\(?:text(?:rm|it|bf|sf|up)?|math(?:rm|it|bf|sf|op)|operatorname|mbox|rm|unit|si|left|right)"
    r"(?![A-Za-z])"
)
_SUBSCRIPT = r"(?:_(?:\{\\?[A-Za-z]+\}|\{?[☉⊙]\}?|\\odot|[A-Za-z]))?"  # M_\odot, E_h
_TOKEN = re.compile(
    rf"""
      (?P<dress>{_DRESS}|[{{}}]|\$|\\[()])
    | (?P<space>(?:[\s~]|\\[,;:!\ ]|\\q?quad(?![A-Za-z]))+)
    | (?P<degree>\^\s*\{{?\s*\\circ(?![A-Za-z])\s*\}}?|\^\s*\{{?\s*[°o]\s*\}}
        |\\degree(?![A-Za-z])|°|º)
    | (?P<power>(?:\^|\*\*)\s*(?:
            \{{\s*(?P<braced>[-+−]?\d{{1,2}}(?:/\d{{1,2}}|\.\d{{1,2}})?)\s*\}}
            |(?P<bare>[-+−]?\d{{1,2}}))
        |(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})
        |(?<=[A-Za-zΩµ])(?P<glued>[-−]?\d{{1,2}})(?![\d.,]))
    | (?P<slash>/|\\(?:slash|div)(?![A-Za-z]))
    | (?P<dot>\\(?:cdot|times|cdotp|ast)(?![A-Za-z])|[·⋅•∙×*.]|-(?=\s*[^\W\d]))
    | (?P<open>\() | (?P<close>\))
    | (?P<one>1(?=\s*/))
    | (?P<name>\\(?:[$%]|AA(?![A-Za-z])|[A-Za-z]+)|[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]+{_SUBSCRIPT}|[%‰€£¥₹¢′″Å℃℉])
    """,
    re.VERBOSE,
)

_COMMANDS = {
    r"\mu": "µ",
    r"\upmu": "µ",
    r"\micro": "µ",
    r"\Omega": "Ω",
    r"\ohm": "Ω",
    r"\AA": "Å",
    r"\angstrom": "Å",
    r"\celsius": "°C",
    r"\degreeCelsius": "°C",
    r"\arcminute": "arcmin",
    r"\arcsecond": "arcsec",
    r"\percent": "%",
    r"\%": "%",
    r"\$": "$",
    r"\ell": "L",
    r"\hbar": "ħ",
    r"\elementarycharge": "eV",
}
_RESPELT = str.maketrans({"μ": "µ", "\u2126": "Ω", "\u212b": "Å", "\u212a": "K"})
_TEMPERATURES = {"c": "°C", "celsius": "°C", "f": "°F", "fahrenheit": "°F", "k": "K", "kelvin": "K"}
_POWER_WORDS = {"squared": 2, "cubed": 3}
_POWER_BEFORE = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}


class _Kind(Enum):
    NAME = auto()
    POWER = auto()
    POWER_BEFORE = auto()
    SLASH = auto()
    PER = auto()
    DOT = auto()
    SPACE = auto()
    OPEN = auto()
    CLOSE = auto()
    ONE = auto()


@dataclass(slots=True)
class _Token:
    kind: _Kind
    text: str = ""
    exponent: Fraction = Fraction(1)


def read_unit(text: str) -> Unit | None:
    """Return the unit that the whole of ``text`` spells, or None (also past 200 characters)."""
    if len(text) > MAX_UNIT_CHARS:
        return None
    if text.strip() == "$":  # elsewhere a bare dollar sign delimits mathematics
        return unit_named("$")
    if "frac" in text:
        text = _fraction_as_slash(text)
    if "light-year" in text:
        text = text.replace("light-year", "light year")  # no product
    tokens = _tokens(text)
    if tokens is None or len(tokens) > _MAX_TOKENS:
        return None
    reader = _Reader(tokens)
    unit = reader.product(depth=0)
    return unit if reader.done else None


@dataclass(slots=True)
class _Reader:
    """The loop over the tokens; ``product`` is None as soon as something does not fit."""

    tokens: list[_Token]
    at: int = 0
    found_name: bool = field(default=False)

    @property
    def done(self) -> bool:
        """Whether everything was read, and there was at least one unit."""
        return self.at == len(self.tokens) and self.found_name

    def product(self, depth: int) -> Unit | None:
        """Read units joined by spaces, dots and slashes, up to a closing bracket or the end."""
        result = Unit(symbol="")
        inverse, once = False, False
        while self.at < len(self.tokens) and self.tokens[self.at].kind is not _Kind.CLOSE:
            kind = self.tokens[self.at].kind
            if kind in (_Kind.SPACE, _Kind.DOT, _Kind.ONE):
                self.at += 1
                continue
            if kind in (_Kind.SLASH, _Kind.PER):
                self.at += 1
                inverse, once = True, kind is _Kind.PER
                continue
            factor = self._factor(depth, sign=-1 if inverse else 1)
            if factor is None:
                return None
            result = result.times(factor) if result.symbol else factor
            inverse = inverse and not once
        return result if result.symbol else None

    def _factor(self, depth: int, sign: int) -> Unit | None:
        before = Fraction(sign)
        if self.tokens[self.at].kind is _Kind.POWER_BEFORE:
            before *= self.tokens[self.at].exponent
            self._advance_over_spaces()
            if self.at >= len(self.tokens):
                return None
        unit = self._atom(depth)
        if unit is None:
            return None
        exponent = before * self._power_behind()
        return None if abs(exponent) > _MAX_EXPONENT else unit.to_the(exponent)

    def _atom(self, depth: int) -> Unit | None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind is _Kind.OPEN and depth < _MAX_DEPTH:
            unit = self.product(depth + 1)
            if unit is None or self.at >= len(self.tokens):
                return None
            self.at += 1
            return unit
        if token.kind is not _Kind.NAME:
            return None
        unit = self._unit(token.text)
        self.found_name = self.found_name or unit is not None
        return unit

    def _unit(self, name: str) -> Unit | None:
        unit = unit_named(name)
        if unit is not None:
            return unit
        if len(self.tokens) > 1:
            constant = constant_named(name)
            if constant is not None:
                return constant
        return counted(name)

    def _power_behind(self) -> Fraction:
        at = self.at
        while at < len(self.tokens) and self.tokens[at].kind is _Kind.SPACE:
            at += 1
        if at < len(self.tokens) and self.tokens[at].kind is _Kind.POWER:
            self.at = at + 1
            return self.tokens[at].exponent
        return Fraction(1)

    def _advance_over_spaces(self) -> None:
        self.at += 1
        while self.at < len(self.tokens) and self.tokens[self.at].kind is _Kind.SPACE:
            self.at += 1


def _tokens(text: str) -> list[_Token] | None:
    """Return the tokens of ``text`` with names joined, or None where a character fits nowhere."""
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at = match.end()
        tokens.extend(_from_match(match))
    return _joined(tokens)


def _from_match(match: re.Match[str]) -> Iterator[_Token]:
    kind = match.lastgroup
    text = match[0]
    if kind in ("braced", "bare", "raised", "glued", "power"):
        written = match["braced"] or match["bare"] or match["raised"] or match["glued"]
        exponent = Fraction(written.translate(_SUPERSCRIPTS).replace("−", "-"))
        yield _Token(_Kind.POWER, text, exponent)
    elif kind == "degree":
        yield _Token(_Kind.NAME, "°")
    elif kind == "name":
        yield _name(text)
    elif kind != "dress":
        yield _Token(_Kind[str(kind).upper()], text)


def _name(text: str) -> _Token:
    text = text.translate(_RESPELT)
    if text.startswith("\\"):
        command = _COMMANDS.get(text)
        text = text[1:] if command is None else command
    elif "_" in text:
        text = text.translate({ord(c): None for c in "{}"}).replace("⊙", "sun").replace("☉", "sun")
        text = text.replace(r"\odot", "sun")
    lowered = text.lower()
    if lowered == "per":
        return _Token(_Kind.PER)
    if lowered in _POWER_WORDS:
        return _Token(_Kind.POWER, text, Fraction(_POWER_WORDS[lowered]))
    if lowered in _POWER_BEFORE:
        return _Token(_Kind.POWER_BEFORE, text, Fraction(_POWER_BEFORE[lowered]))
    return _Token(_Kind.NAME, text)


def _joined(tokens: list[_Token]) -> list[_Token]:
    """Join names that stand for one: ``k`` + ``Ω``, kilo + gram, ``°`` + ``C``, "light years"."""
    joined: list[_Token] = []
    gap = False
    for token in tokens:
        if token.kind is _Kind.NAME and joined and joined[-1].kind is _Kind.NAME:
            name = _one_name(joined[-1].text, token.text, gap)
            if name is not None:
                joined[-1].text, gap = name, False
                continue
        if token.kind is _Kind.SPACE:
            gap = True
            continue
        if gap and joined:
            joined.append(_Token(_Kind.SPACE))
        gap = False
        joined.append(token)
    return joined


def _one_name(left: str, right: str, gap: bool) -> str | None:
    if left == "°" or left.lower() in ("degree", "degrees", "deg"):
        return _TEMPERATURES.get(right.lower())
    if left == "µ" or left in _PREFIX_WORDS:
        return left + right
    both = f"{left} {right}".lower() if gap else left + right
    return both if unit_named(both) is not None else None


def _fraction_as_slash(text: str) -> str:
    r"""Return ``text`` with one ``\frac{a}{b}`` written as ``(a)/(b)``; "" if that does not fit."""
    match = re.search(r"\\[dt]?frac\s*\{", text)
    if match is None:
        return text
    top_end = _closing_brace(text, match.end())
    if top_end is None:
        return ""
    bottom = re.compile(r"\s*\{").match(text, top_end + 1)
    if bottom is None:
        return ""
    bottom_end = _closing_brace(text, bottom.end())
    if bottom_end is None:
        return ""
    top, below = text[match.end() : top_end], text[bottom.end() : bottom_end]
    return f"{text[: match.start()]}({top})/({below}){text[bottom_end + 1 :]}"


def _closing_brace(text: str, at: int) -> int | None:
    depth = 1
    for position in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return None
