"""Whether two quantities agree: in the gold's unit, within the spec's tolerance.

Everything is exact arithmetic on fractions, so a tolerance of zero means what it says.
"""

from __future__ import annotations

from fractions import Fraction

from reward_verifiers.specs import StemSpec, Units
from reward_verifiers.stem.numbers import Number, magnitude, rounded
from reward_verifiers.stem.quantity import Quantity, converted
from reward_verifiers.units import Unit, conversion, read_unit

DEFAULT_TOLERANCE = Fraction(1, 100)

_MIN_QUANTA = 10
"""A gold of one digit, 0.5 s, is no rounding: it would let in a tenth of itself either way."""

_MAX_SPREAD = Fraction(1, 10)
"""An answer of a larger uncertainty, 5 ± 100 m, commits to nothing."""

_MAX_SHOWN = 300


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
    if all(_is_vague(gold.number, candidate) for candidate in candidates):
        return "the uncertainty is too large"
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


def _is_vague(gold: Number, answer: Number) -> bool:
    """Whether the answer's uncertainty lets in what is far from the gold."""
    allowed = max(_MAX_SPREAD * abs(gold.value), 2 * (gold.uncertainty or Fraction(0)))
    return answer.uncertainty is not None and answer.uncertainty > allowed


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
    return [converted(answer.number, unit, gold.unit)]


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
        return [converted(answer.number, _RADIAN, unit)]
    return [answer.number]


def _hidden_zero(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.offset != 0


_RADIAN = Unit(symbol="rad", dimension=(("rad", Fraction(1)),))


def _shown(number: Number) -> str:
    """Return ``number`` for a person; it may be larger than any float."""
    if number.value == 0 or abs(magnitude(number.value)) <= _MAX_SHOWN:
        return f"{float(number.value):.6g}"
    return f"about 10^{magnitude(number.value)}"
