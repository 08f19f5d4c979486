"""A number with its unit, as it is read out of an answer or a gold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from reward_verifiers.math.words import is_harmless, says_something
from reward_verifiers.stem.chemistry import read_chemistry
from reward_verifiers.stem.label import is_label
from reward_verifiers.stem.notation import plain_formula
from reward_verifiers.stem.numbers import Number, read_number, without_lead
from reward_verifiers.units import Unit, conversion, split_unit

MAX_CHARS = 1000
"""A longer answer is no quantity."""

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

    Of a chain (``F = ma = 10 N``) the last part is the quantity. The first one may be its label,
    parts between with letters that are no quantities (``ma``) are ways to it, and every other part
    must be read and must agree.
    """
    if len(text) > MAX_CHARS:
        return None
    *before, last = _EQUALS.split(_undelimited(text))
    found = _single(last, number)
    if found is None or len(before) > _MAX_PARTS:
        return None
    also = []
    for index, part in enumerate(before):
        same = _single(part, number)
        if same is not None:
            also.append(same)
        elif part.strip() and not (_is_step(part) and (index or is_label(part))):
            return None
    return Quantity(found.number, found.unit, found.direction, found.of, found.in_pi, tuple(also))


def converted(number: Number, source: Unit, target: Unit) -> Number:
    """Return ``number`` of ``source`` in ``target``, a unit of the same dimension."""
    turned = conversion(source, target)
    assert turned is not None
    shift = turned.shift
    return number.scaled(turned.apply(Fraction(1)) - shift, shift)


def _is_step(text: str) -> bool:
    """Whether ``text`` may stand in a chain as a way to the result: "ma", but not "5 or"."""
    return _NAMED.search(text) is not None and not _LISTS.search(text)


# --- reading -------------------------------------------------------------------------------------

_EQUALS = re.compile(r"=|\\approx(?![A-Za-z])|≈|\\simeq(?![A-Za-z])|\\equiv(?![A-Za-z])")
_NAMED = re.compile(r"[^\W\d]")
_LISTS = re.compile(r"(?<!\\)(?:,(?!\d{3}(?!\d))|;)|[≠<>]|\\ne|\b(?:or|and|not)\b", re.IGNORECASE)
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
_NO_THINGS = frozenset(
    (
        *("negative", "negatives", "opposite", "opposites", "reciprocal", "reciprocals"),
        *("inverse", "inverses", "crore", "crores", "score", "halve", "halves"),
    )
)
_ORDINAL = re.compile(
    r"(?:thirds?|quarters?|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|teen|tie|hundred|thousand"
    r"|illion)ths?)\b"
)
_FACTORS = re.compile(r"\\(?:times|cdot)(?![A-Za-z])|[×·*]|\)\s{0,3}\(")
_DENIED = re.compile(
    r"\b(?:not?|none|nothing|never|wrong|incorrect|false|or|maybe|perhaps|something|anything)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s*\d[\d.]*(?![\w,-])\s*\S*(?P<rest>.*)", re.DOTALL)
_FEET_AND_DEGREES = {"'": "′", '"': "″"}


def _single(text: str, number: ReadNumber) -> Quantity | None:
    text = _ACIDITY.sub("", without_lead(text.strip().rstrip(".")), count=1)
    text, direction = _without_direction(text)
    text, of = _without_substance(_BRACKETED.sub(r" (\1)", text))
    split = split_unit(text, loose=True)
    if split is None:
        value = number(text)
        if value is None:
            found = _compound(text) or _of_light(text) or _with_thing(text)
            return found or _product(text, number)
        return Quantity(value, None, direction, of, in_pi=_has_pi(text))
    value = number(split[0])
    if value is None:
        return _compound(text) or _product(text, number)
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
    if thing is None or value is None or not _is_counted(thing["words"].lower()):
        return None
    return Quantity(value, Unit(symbol=thing["words"].strip()))


def _is_counted(words: str) -> bool:
    """Whether ``words`` name things, and no part or multiple of them: 5 sixths are not 5."""
    if says_something(words) or not _NO_THINGS.isdisjoint(words.split()):
        return False
    return is_harmless(words) and not _ORDINAL.search(words)


def _product(text: str, number: ReadNumber) -> Quantity | None:
    r"""Return "(2 kg)(5 m/s^2)", "2 \times 3 m", a product of quantities and numbers, as one."""
    factors = _FACTORS.split(text.strip(" ()"))
    if not 2 <= len(factors) <= _MAX_PARTS:
        return None
    value, unit = Fraction(1), None
    for factor in factors:
        split = split_unit(factor.strip(" ()"), loose=True)
        own = number(factor.strip(" ()") if split is None else split[0])
        if own is None or (split is not None and split[1].offset):
            return None
        value *= own.value
        if split is not None:
            unit = split[1] if unit is None else unit.times(split[1])
    return Quantity(Number(value), unit)


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
        total += converted(value, own, unit).value
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
    if match is None or not _is_substance(match["of"]):
        return text, ""
    rest = text[: match.start()]
    closed = rest + ("}" if rest.count("{") > rest.count("}") else "")
    return closed, " ".join(match["of"].lower().split())


def _is_substance(text: str) -> bool:
    """Whether what stands behind "of" may be measured: NaCl, 0.1 M HCl, work; not "6 m"."""
    if _DENIED.search(text):
        return False
    amount = _AMOUNT.match(text)
    return amount is None or amount["rest"].strip() != ""


def _undelimited(text: str) -> str:
    text = text.strip()
    for left, right in _MATH:
        inner = text[len(left) : -len(right)]
        if text.startswith(left) and text.endswith(right) and inner and left not in inner:
            return inner.strip()
    return text


def _has_pi(text: str) -> bool:
    return "\\pi" in text or "π" in text
