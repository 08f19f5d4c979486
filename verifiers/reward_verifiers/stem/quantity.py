"""A number with its unit: read, converted, and compared within a tolerance.

Everything is exact arithmetic on fractions, so a tolerance of zero means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from reward_verifiers.specs import StemSpec, Units
from reward_verifiers.stem.chemistry import read_chemistry
from reward_verifiers.stem.notation import plain_formula
from reward_verifiers.stem.numbers import (
    Number,
    magnitude,
    read_number,
    rounded,
    without_lead,
)
from reward_verifiers.units import Unit, conversion, read_unit, split_unit

MAX_CHARS = 1000
"""A longer answer is no quantity."""

DEFAULT_TOLERANCE = Fraction(1, 100)

_MIN_QUANTA = 10
"""A gold of one digit, 0.5 s, is no rounding: it would let in a tenth of itself either way."""

_MAX_PARTS = 8


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what was written around it."""

    number: Number
    unit: Unit | None
    direction: str = ""
    """Where a vector points, in lower case: east, downward."""
    of: str = ""
    """The substance behind "of": 5 g of NaCl."""
    in_pi: bool = False
    """Written with pi, so that a bare number for an angle is in radians."""
    also: tuple[Quantity, ...] = ()
    """What stood before the last equals sign: 5 km = 5000 m. It must agree as well."""


ReadNumber = Callable[[str], Number | None]
"""How the number itself is read: plain digits in the engine, any expression in the lane."""


def read_quantity(text: str, number: ReadNumber = read_number) -> Quantity | None:
    """Return the quantity that all of ``text`` spells, or None.

    Of a chain (``F = ma = 10 N``) the last part is the quantity; parts with letters that are no
    quantities (``F``, ``ma``) are names, every other part must be read and must agree.
    """
    if len(text) > MAX_CHARS:
        return None
    *before, last = _EQUALS.split(_undelimited(text))
    found = _single(last, number)
    if found is None or len(before) > _MAX_PARTS:
        return None
    also = []
    for part in before:
        same = _single(part, number)
        if same is not None:
            also.append(same)
        elif part.strip() and (not _NAMED.search(part) or _LISTS.search(part)):
            return None
    return Quantity(found.number, found.unit, found.direction, found.of, found.in_pi, tuple(also))


def difference(gold: Quantity, answer: Quantity, spec: StemSpec) -> str | None:
    """Return why ``answer`` is not ``gold``, or None where it is."""
    for earlier in answer.also:
        why = difference(gold, earlier, spec)
        if why is not None:
            return f"the equation does not hold: {why}"
    if gold.direction and answer.direction != gold.direction:
        return f"the direction is {gold.direction}, not {answer.direction or 'given'}"
    if gold.of and answer.of and gold.of != answer.of:
        return f"it is a quantity of {gold.of}, not of {answer.of}"
    candidates = _in_unit_of(gold, answer, spec.units)
    if isinstance(candidates, str):
        return candidates
    if any(agrees(gold.number, candidate, spec, _hidden_zero(gold)) for candidate in candidates):
        return None
    return f"the value differs: {_shown(candidates[0])} is not {_shown(gold.number)}"


def agrees(gold: Number, answer: Number, spec: StemSpec, shifted: bool = False) -> bool:
    """Whether two numbers of one unit agree by the spec's rules.

    With ``significant_figures``: the answer rounds to the rounded gold (and is within the tolerance
    if one is given). Else: within the tolerance; or within the gold's own uncertainty; or, where no
    tolerance was asked for, a longer answer that rounds to a decimal gold of two or more digits
    (1.0351 for 1.0); one digit tells of no rounding.
    """
    apart = abs(answer.value - gold.value)
    asked = None if spec.tolerance is None else Fraction(repr(spec.tolerance))
    if spec.significant_figures is not None:
        target, unit = rounded(gold.value, spec.significant_figures)
        rounds = abs(answer.value - target) * 2 <= unit
        return rounds and (asked is None or apart <= asked * abs(gold.value))
    tolerance = DEFAULT_TOLERANCE if asked is None else asked
    if apart <= tolerance * abs(gold.value):
        return True
    if asked is not None:
        return False
    if gold.uncertainty is not None and apart <= gold.uncertainty:
        return True
    if shifted:
        # 273 K is 0 °C to all who wrote neither with decimals, and 1 % of zero is nothing.
        return apart * 2 <= (gold.quantum or 1)
    if gold.quantum is None or abs(gold.value) < _MIN_QUANTA * gold.quantum:
        return False
    if answer.quantum is not None and answer.quantum >= gold.quantum:
        return False
    return apart * 2 <= gold.quantum


def _in_unit_of(gold: Quantity, answer: Quantity, units: Units) -> list[Number] | str:
    """Return the answer's number as it may count in the gold's unit, or why it cannot."""
    if units is Units.IGNORE:
        return [answer.number]
    if gold.unit is None:
        return _bare_gold(gold, answer)
    if answer.unit is None:
        return "the unit is missing" if units is Units.REQUIRE else _bare_answer(gold.unit, answer)
    unit = _meant(gold.unit, answer.unit)
    if conversion(unit, gold.unit) is None:
        return f"the unit is {gold.unit.symbol}, not {answer.unit.symbol}"
    return [_converted(answer.number, unit, gold.unit)]


def _meant(gold: Unit, answer: Unit) -> Unit:
    """Return what a letter means beside a temperature: C and F are degrees, as is a bare sign."""
    if answer.symbol == "°" and gold.offset:
        return gold
    if not gold.offset and gold.symbol != "K":
        return answer
    return read_unit(f"°{answer.symbol}") or answer if answer.symbol in ("C", "F") else answer


def _bare_gold(gold: Quantity, answer: Quantity) -> list[Number]:
    """A gold without a unit: the unit it was meant in is unknown, so the numbers are compared.

    Percent is different: 50 % is 0.5, and also 50 where the gold is too large to be a ratio.
    """
    unit = answer.unit
    if unit is None or not unit.dimensionless or unit.factor == 1:
        return [answer.number]
    as_ratio = answer.number.scaled(unit.factor)
    too_large = unit.factor < 1 <= abs(gold.number.value)
    return [as_ratio, answer.number] if too_large else [as_ratio]


def _bare_answer(unit: Unit, answer: Quantity) -> list[Number]:
    """An answer without a unit is in the gold's; pi means radians; for 50 % also 0.5 is right.

    Three is not 3 million.
    """
    if unit.dimensionless:
        plain = answer.number.scaled(1 / unit.factor)
        return [answer.number, plain] if unit.factor < 1 else [plain]
    if answer.in_pi and unit.pi == 1 and conversion(_RADIAN, unit) is not None:
        return [_converted(answer.number, _RADIAN, unit)]
    return [answer.number]


def _converted(number: Number, source: Unit, target: Unit) -> Number:
    turned = conversion(source, target)
    assert turned is not None
    shift = turned.shift
    return number.scaled(turned.apply(Fraction(1)) - shift, shift)


def _hidden_zero(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.offset != 0


_RADIAN = Unit(symbol="rad", dimension=(("rad", Fraction(1)),))


# --- reading -------------------------------------------------------------------------------------

_EQUALS = re.compile(r"=|\\approx(?![A-Za-z])|≈|\\simeq(?![A-Za-z])|\\equiv(?![A-Za-z])")
_NAMED = re.compile(r"[^\W\d]")
_LISTS = re.compile(r"[,;≠<>]|\\ne|\b(?:or|and|not)\b", re.IGNORECASE)
_MATH = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))

_POINTS = (
    r"(?:north|south|east|west)\s{1,3}of\s{1,3}(?:north|south|east|west)"
    r"|(?:(?:north|south)-?(?:east|west)|north|south|east|west|up|down|left|right)"
    r"(?:wards?)?|(?:in|out|for|back)wards?|(?:counter-?|anti-?)?clockwise"
)
_DIRECTION = re.compile(
    rf"""[\s,(~]{{1,4}}(?:\\text\s?\{{\s*)?
    (?:(?:to|towards?|in|due|directed|pointing|vertically|horizontally)\s{{1,3}}(?:the\s{{1,3}})?)?
    (?P<point>{_POINTS})(?:\s{{1,3}}direction)?\s{{0,3}}\)?\s{{0,3}}\}}?\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_MAX_DIRECTION = 60
_OF = re.compile(r"(?:\s|\\text\s?\{\s?)of\s(?P<of>[^=<>{}]{1,60})\}?\Z", re.IGNORECASE)
_COMPOUND_PART = re.compile(
    r"\s*(?:and\s+|,\s*)?(\d+(?:\.\d+)?)\s*([A-Za-z°'′″\"]+|\\text\{\s*[a-z]+\s*\})", re.IGNORECASE
)
_ACIDITY = re.compile(
    r"\A(?:\\(?:text|mathrm)\s?\{)?p(?:H|OH|K_?[ab])\}?\s{0,3}(?:of|is|:)?\s{0,3}(?=[~\d-])"
)
_BRACKETED = re.compile(r"(?:\s|~|\\[,;: ])*\[\s*([^\[\]=]{1,60})\s*\]\Z")  # 5 [m]
_SUBSTANCE = re.compile(
    r"(?:\s|\\[,;: ]|~)(?P<of>(?:\\(?:text|mathrm|ce)\s?\{[^{}]{2,30}\}|[A-Z(][\w()^{}+-]{1,30}))\Z"
)
_LIGHT = re.compile(r"(.*[\d})])(?:\s|~|\\[,;: ])*(?:\\(?:text|mathrm)\s?\{\s?)?c\s?\}?", re.DOTALL)
_SPEED_OF_LIGHT = Unit(
    symbol="c", dimension=(("m", Fraction(1)), ("s", Fraction(-1))), factor=Fraction(299_792_458)
)
_THING = re.compile(
    r"(?P<number>(?:[^A-Za-z\\]|\\times|[xX](?=\s?10))*[\d})])(?:\s|~|\\[,;: ])*"
    r"(?:\\(?:text|mathrm)\s?\{)?"
    r"(?P<words>\s*[A-Za-z][a-z-]{2,20}(?:\s[a-z-]{2,20}){0,3}\s*)\}?"
)
_MAX_SHOWN = 300
_FEET_AND_DEGREES = {"'": "′", '"': "″"}


def _single(text: str, number: ReadNumber) -> Quantity | None:
    text = _ACIDITY.sub("", without_lead(text.strip().rstrip(".")), count=1)
    text, direction = _without_direction(text)
    text, of = _without_substance(_BRACKETED.sub(r" (\1)", text))
    split = split_unit(text, loose=True)
    if split is None:
        value = number(text)
        if value is None:
            return _compound(text) or _of_light(text) or _with_thing(text)
        return Quantity(value, None, direction, of, in_pi=_has_pi(text))
    value = number(split[0])
    if value is None:
        return _compound(text)
    return Quantity(value, split[1], direction, of, in_pi=_has_pi(split[0]))


def _of_light(text: str) -> Quantity | None:
    """Return "0.8c", a speed in units of that of light."""
    found = _LIGHT.fullmatch(text)
    value = None if found is None else read_number(found[1])
    return None if value is None else Quantity(value, _SPEED_OF_LIGHT)


def _with_thing(text: str) -> Quantity | None:
    """Return "2.0 g NaCl", "4 valence electrons": what is behind is a substance, or is counted."""
    substance = _SUBSTANCE.search(text)
    if substance is not None and read_chemistry(substance["of"]) is not None:
        found = split_unit(text[: substance.start()], loose=True)
        value = None if found is None else read_number(found[0])
        if found is not None and value is not None:
            return Quantity(value, found[1], of=plain_formula(substance["of"]).lower())
    thing = _THING.fullmatch(text)
    value = None if thing is None else read_number(thing["number"])
    if thing is None or value is None or _LISTS.search(thing["words"]):
        return None
    return Quantity(value, Unit(symbol=thing["words"].strip()))


def _compound(text: str) -> Quantity | None:
    """Return "1 h 30 min", "5 ft 3 in", "2 hours and 30 minutes" as one quantity."""
    parts: list[tuple[Number, Unit]] = []
    at = 0
    while at < len(text.rstrip()) and len(parts) < _MAX_PARTS:
        match = _COMPOUND_PART.match(text, at)
        if match is None:
            return None
        split = split_unit(f"{match[1]} {_FEET_AND_DEGREES.get(match[2], match[2])}", loose=True)
        value = None if split is None else read_number(split[0])
        if split is None or value is None:
            return None
        parts.append((value, split[1]))
        at = match.end()
    if len(parts) < 2 or at < len(text.rstrip()):
        return None
    unit = parts[0][1]
    total = Fraction(0)
    for value, own in parts:
        if conversion(own, unit) is None or own.offset:
            return None
        total += _converted(value, own, unit).value
    return Quantity(Number(total), unit)


def _without_direction(text: str) -> tuple[str, str]:
    match = _DIRECTION.search(text, max(0, len(text) - _MAX_DIRECTION))
    if match is None:
        return text, ""
    point = (
        "".join(match["point"].lower().split())
        .replace("-", "")
        .replace("anticlock", "counterclock")
    )
    point = point.removesuffix("s").removesuffix("ward")
    rest = text[: match.start()]
    return rest + ("}" if rest.count("{") > rest.count("}") else ""), point


def _without_substance(text: str) -> tuple[str, str]:
    match = _OF.search(text)
    if match is None:
        return text, ""
    rest = text[: match.start()]
    closed = rest + ("}" if rest.count("{") > rest.count("}") else "")
    return closed, " ".join(match["of"].lower().split())


def _undelimited(text: str) -> str:
    text = text.strip()
    for left, right in _MATH:
        inner = text[len(left) : -len(right)]
        if text.startswith(left) and text.endswith(right) and inner and left not in inner:
            return inner.strip()
    return text


def _has_pi(text: str) -> bool:
    return "\\pi" in text or "π" in text


def _shown(number: Number) -> str:
    """Return ``number`` for a person; it may be larger than any float."""
    if number.value == 0 or abs(magnitude(number.value)) <= _MAX_SHOWN:
        return f"{float(number.value):.6g}"
    return f"about 10^{magnitude(number.value)}"
