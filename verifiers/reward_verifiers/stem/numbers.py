r"""Read one plain number exactly, with its precision: ``3.0\times10^8``, ``5.0 \pm 0.1``.

Plain means digits: no variables, no roots. Whatever needs an evaluator is None here, and is left to
the rules of math in the lane.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

MAX_CHARS = 400
_MAX_EXPONENT = 1000


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Fraction
    quantum: Fraction | None = None
    """One unit in the last decimal place; None for integers and fractions, which tell none."""
    uncertainty: Fraction | None = None
    """What stands behind a plus-minus sign."""

    def scaled(self, factor: Fraction, shift: Fraction = Fraction(0)) -> Number:
        """Return the number in another unit."""
        return Number(
            self.value * factor + shift,
            None if self.quantum is None else self.quantum * abs(factor),
            None if self.uncertainty is None else self.uncertainty * abs(factor),
        )


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_FOLD = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "≈": "~"}
    | dict.fromkeys("\u00a0\u2009\u202f\u2007", " ")
)
_LATEX = (
    (re.compile(r"\\(?:left|right|displaystyle|mathrm|text|rm)(?![A-Za-z])|\$|\\[()\[\]]"), ""),
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\pm(?![A-Za-z])|\+\s?/\s?-"), "±"),
    (re.compile(r"\\(?:approx|simeq|sim)(?![A-Za-z])"), "~"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,;:! ]|\\q?quad(?![A-Za-z])"), " "),
    (re.compile(r"\^\s*\{\s*([+-]?)\s*(\d{1,4})\s*\}"), r"^\1\2"),
)
_LEAD = re.compile(
    r"\s*(?:~|\\sim(?![A-Za-z])|about|approximately|approx\.?|roughly|around|ca\.)\s*",
    re.IGNORECASE,
)

_GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)|[1-9]\d{0,2}(?:[ ]\d{3})+(?!\d)"
_DECIMAL = rf"(?:(?:{_GROUPED})(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
_POWER = (
    r"(?:\s*(?:\*|x|X)\s*10(?:\s*(?:\^|\*\*)\s*\(?(?P<power{0}>[+-]?\d{{1,4}})\)?"
    r"|(?P<lost{0}>-\d{{1,3}}))|[eE](?P<e{0}>[+-]?\d{{1,4}}))"
)
_NUMBER = re.compile(
    rf"""(?P<open>\(?)\s*(?P<sign>[+-]?)\s*(?:
      (?P<mantissa>{_DECIMAL})(?:\((?P<last>\d{{1,3}})\))?
        (?:\s*±\s*(?P<spread>{_DECIMAL}){_POWER.format(3)}?)?(?P<close>\)?){_POWER.format(1)}?
    | 10\s*(?:\^|\*\*)\s*\(?(?P<pure>[+-]?\d{{1,4}})\)?
    | \\[dt]?frac\s*\{{\s*(?P<top>-?\d{{1,40}})\s*\}}\s*\{{\s*(?P<below>\d{{1,40}})\s*\}}
    | \\[dt]?frac\s*(?P<top1>\d)\s*(?P<below1>\d)
    | (?P<over>\d{{1,40}})\s*/\s*(?P<under>\d{{1,40}})
    | (?P<this>{_DECIMAL})\s?:\s?(?P<that>{_DECIMAL})
    )""",
    re.VERBOSE,
)
_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,.])")


def read_number(text: str) -> Number | None:
    """Return the number that the whole of ``text`` spells, or None."""
    if len(text) > MAX_CHARS:
        return None
    match = _NUMBER.fullmatch(_folded(text))
    if match is None:
        return None
    sign = -1 if match["sign"] == "-" else 1
    if match["mantissa"] is not None:
        return _decimal(match, sign)
    if match["pure"] is not None:
        power = int(match["pure"])
        return None if abs(power) > _MAX_EXPONENT else Number(sign * Fraction(10) ** power)
    if match["this"] is not None:
        return _ratio(match["this"], match["that"], sign)
    top = match["top"] or match["top1"] or match["over"]
    below = int(match["below"] or match["below1"] or match["under"])
    return None if below == 0 else Number(sign * Fraction(int(top), below))


def without_lead(text: str) -> str:
    """Return ``text`` without the "about" that it opens with."""
    lead = _LEAD.match(text)
    return text if lead is None else text[lead.end() :]


def rounded(value: Fraction, figures: int) -> tuple[Fraction, Fraction]:
    """Return ``value`` to so many significant figures (half away from zero), and the last unit."""
    if value == 0:
        return Fraction(0), Fraction(0)
    unit = Fraction(10) ** (magnitude(value) - figures + 1)
    steps = abs(value) / unit
    whole = (steps + Fraction(1, 2)).__floor__()
    return (unit * whole if value > 0 else -unit * whole), unit


def magnitude(value: Fraction) -> int:
    """Return the power of ten of the first digit of ``value``, which is not zero."""
    top, below = abs(value.numerator), value.denominator
    guess = len(str(top)) - len(str(below))
    return guess if Fraction(10) ** guess <= abs(value) else guess - 1


def _folded(text: str) -> str:
    text = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), text).translate(_FOLD)
    for pattern, plain in _LATEX:
        text = pattern.sub(plain, text)
    text = without_lead(text)
    text = text.strip(" \t\r\n~").removesuffix(".")
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    return _COMMA.sub(_point_or_comma, text)


def _point_or_comma(match: re.Match[str]) -> str:
    """Return ``3,14`` and ``0,125`` with a point; ``1,234`` stays a thousand and some."""
    groups_thousands = len(match[2]) == 3 and match[1] != "0"
    return match[0] if groups_thousands else f"{match[1]}.{match[2]}"


def _ratio(this: str, that: str, sign: int) -> Number | None:
    left, right = (Fraction(_digits(side).rstrip(".")) for side in (this, that))
    return None if right == 0 else Number(sign * left / right)


def _digits(text: str) -> str:
    return text.replace(",", "").replace(" ", "")


def _decimal(match: re.Match[str], sign: int) -> Number | None:
    if bool(match["open"]) != bool(match["close"]):
        return None
    digits = _digits(match["mantissa"])
    # In 6.63 x 10-34 the raised hyphen was lost on the way; nobody subtracts there.
    power = int(match["power1"] or match["lost1"] or match["e1"] or 0)
    own_power = int(match["power3"] or match["lost3"] or match["e3"] or 0)
    if max(abs(power), abs(own_power)) > _MAX_EXPONENT:
        return None
    scale = Fraction(10) ** power
    _, point, decimals = digits.partition(".")
    unit = Fraction(1, 10 ** len(decimals)) * scale
    uncertainty = None
    if match["spread"] is not None:
        spread = Fraction(_digits(match["spread"]))
        uncertainty = spread * scale * Fraction(10) ** own_power
    elif match["last"] is not None:
        uncertainty = int(match["last"]) * unit
    value = sign * Fraction(digits.rstrip(".") or "0") * scale
    return Number(value, unit if point and decimals else None, uncertainty)
