"""Units are read from any dress, never from prose, and sized as pint sizes them."""

from __future__ import annotations

import math
from fractions import Fraction

import pint
import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.units import conversion, is_unit_word, read_unit, split_unit
from reward_verifiers.units.names import unit_named
from reward_verifiers.units.table import UNITS, Row

# What pint calls those of our units whose symbols it reads as something else, or not at all.
_PINT_NAMES = {
    "AU": "astronomical_unit",
    "wk": "week",
    "decade": "10*year",
    "rev": "turn",
    "eq": "mole",
    "molal": "mole/kilogram",
    "Cal": "kilocalorie",
    "Nm": "newton*meter",
    "Js": "joule*second",
    "Ns": "newton*second",
    "°R": "degree_Rankine",
    "°": "degree",
    "°C": "delta_degree_Celsius",
    "°F": "delta_degree_Fahrenheit",
    "km/h": "kilometer/hour",
    "Jy": "1e-26*watt/meter**2/hertz",
    "G": "1e-4*tesla",
    "dozen": "12*count",
}
# Pint has no money, no stars and no number words; its bp is a point of type, its dB a number.
_NOT_IN_PINT = frozenset(
    {"$", "¢", "€", "£", "¥", "₹", "yuan", "thousand", "million", "billion", "trillion", "ppb"}
    | {"M_sun", "L_sun", "R_sun", "dB", "bp", "%", "‰"}
)
_PINT_BASES = {
    "[length]": "m",
    "[mass]": "kg",
    "[time]": "s",
    "[current]": "A",
    "[temperature]": "K",
    "[substance]": "mol",
    "[luminosity]": "cd",
}


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry:
    return pint.UnitRegistry()


@pytest.mark.parametrize("row", [row for row in UNITS if row.symbol not in _NOT_IN_PINT])
def test_a_unit_has_the_size_and_dimension_that_pint_gives_it(
    row: Row, registry: pint.UnitRegistry
) -> None:
    unit = unit_named(row.symbol) or unit_named(row.words.split()[0])
    assert unit is not None
    theirs = registry.parse_expression(_PINT_NAMES.get(row.symbol, row.symbol))
    bases = dict(theirs.dimensionality.items())
    assert {base: float(power) for base, power in unit.dimension if base not in ("rad", "bit")} == {
        _PINT_BASES[base]: float(power) for base, power in bases.items()
    }
    # 2e-5: pint takes the dalton of CODATA 2022, and a rounded Btu.
    size = float(unit.factor) * math.pi**unit.pi
    assert size == pytest.approx(theirs.to_base_units().magnitude, rel=2e-5)


def test_no_two_rows_of_the_table_share_a_spelling() -> None:
    symbols = [symbol for row in UNITS for symbol in (row.symbol, *row.symbols.split())]
    words = [word for row in UNITS for word in row.words.split()]
    assert len(symbols) == len(set(symbols))
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "value", "same_as"),
    [
        (r"5 \text{ cm}", "5", "cm"),
        (r"5~\mathrm{m/s^2}", "5", "m s^-2"),
        ("5 km/h", "5", "km h^-1"),
        (r"3.0\times10^8 m s^{-1}", r"3.0\times10^8", "m/s"),
        (r"5~\Omega", "5", "ohm"),
        (r"10~\text{k}\Omega", "10", "kilohm"),
        (r"45^\circ", "45", "degrees"),
        ("45°", "45", "degrees"),
        ("25 °C", "25", "degrees Celsius"),
        (r"25^{\circ}\text{C}", "25", "celsius"),
        ("$10", "10", "dollars"),
        (r"-\$10", "-10", "dollars"),
        (r"$\$10$", "10", "dollars"),
        ("€10", "10", "euros"),
        ("10 €", "10", "EUR"),
        ("$3 million", "3", "million dollars"),
        ("$5 per hour", "5", "dollars/h"),
        (r"12 \text{ cm}^2", "12", "square centimeters"),
        (r"5 \text{ m/s}^2", "5", "meters per second squared"),
        (r"5 \frac{\text{m}}{\text{s}}", "5", "m/s"),
        ("5 kg·m/s", "5", "kg m s⁻¹"),
        ("9.8 m/s²", "9.8", "m/s^2"),
        ("6.02e23 mol^-1", "6.02e23", "1/mol"),
        (r"\SI{5}{\metre\per\second}", "5", "m/s"),
        (r"\qty{5}{\kilo\gram\metre\per\second\squared}", "5", "N"),
        (r"5 \mu m", "5", "micrometres"),
        (r"5\,\mu\mathrm{F}", "5", "µF"),
        ("4184 J/kg·K", "4184", "J/(kg K)"),
        ("10 N-m", "10", "N m"),
        ("3 kilowatt-hours", "3", "kWh"),
        ("4 light years", "4", "ly"),
        (r"4.2 \text{ light-years}", "4.2", "ly"),
        ("0.511 MeV/c^2", "0.511", "MeV c^-2"),
        ("5 MPa m^{1/2}", "5", "MPa m^{0.5}"),
        (r"\frac{3}{2}\pi \text{ cm}", r"\frac{3}{2}\pi", "cm"),
        (r"x \text{ cm}", "x", "cm"),
        ("v = 5 m/s", "v = 5", "m/s"),
        ("1.2 x 10^-3 mol", "1.2 x 10^-3", "mol"),
        ("5cm", "5", "cm"),
        (r"10\%", "10", "%"),
        ("12 apples", "12", "people"),
    ],
)
def test_a_quantity_is_split(text: str, value: str, same_as: str) -> None:
    expected = read_unit(same_as)
    split = split_unit(text)
    assert expected is not None
    assert split is not None
    assert split[0] == value
    unit = split[1]
    assert (unit.dimension, unit.pi, unit.offset) == (
        expected.dimension,
        expected.pi,
        expected.offset,
    )
    assert float(unit.factor) == pytest.approx(float(expected.factor), rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "3x",
        "5m",
        "2cd",
        "5m/s",
        "$10$",
        "100",
        "",
        "cm",
        "x^2 m",
        "5 m + 2",
        "5 and 7",
        r"5 \text{ or } 7",
        r"5 \text{ is wrong}",
        r"\sin 30^\circ",
        r"30^\circ + 45^\circ",
        "5 cm = 50 mm",
        "5:30 pm",
        "10 pm",
        "5 a",
        r"\frac{1}{2}",
        "5 m^{99}",
        "5 __import__('os')",
    ],
)
def test_what_is_no_quantity_is_not_split(text: str) -> None:
    assert split_unit(text) is None


def test_a_letter_glued_to_a_number_is_a_unit_only_in_physics() -> None:
    assert split_unit("5m/s") is None
    split = split_unit("5m/s", loose=True)
    assert split is not None
    assert split[0] == "5"
    assert split_unit("5x", loose=True) is None


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("36", "km/h", "m/s", "10"),
        ("1", "kWh", "MJ", "3.6"),
        ("25", "°C", "K", "298.15"),
        ("77", "°F", "°C", "25"),
        ("298.15", "K", "°C", "25"),
        ("10", "J/°C", "J/K", "10"),
        ("3000", "rpm", "Hz", "50"),
        ("7", "rad/s", "1/s", "7"),
        ("7", "Hz", "s^-1", "7"),
        ("50", "%", "ppm", "500000"),
        ("1", "M", "mol/L", "1"),
        ("12", "arcmin", "degrees", "0.2"),
    ],
)
def test_conversions_are_exact(value: str, source: str, target: str, expected: str) -> None:
    of, to = read_unit(source), read_unit(target)
    assert of is not None
    assert to is not None
    turned = conversion(of, to)
    assert turned is not None
    assert turned.pi == 0
    assert turned.apply(Fraction(value)) == Fraction(expected)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [("degrees", "rad", math.pi / 4), ("Hz", "rad/s", 90 * math.pi)],
)
def test_conversions_keep_the_power_of_pi(source: str, target: str, expected: float) -> None:
    of, to = read_unit(source), read_unit(target)
    assert of is not None
    assert to is not None
    turned = conversion(of, to)
    assert turned is not None
    assert turned.pi == 1
    assert float(turned.apply(Fraction(45))) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("one", "other"), [("cm", "cm^2"), ("$", "€"), ("m", "s"), ("%", "m"), ("g", "G"), ("MW", "mV")]
)
def test_other_dimensions_do_not_convert(one: str, other: str) -> None:
    of, to = read_unit(one), read_unit(other)
    assert of is not None
    assert to is not None
    assert conversion(of, to) is None


@pytest.mark.parametrize(
    "word", ["cm", "metres", "Dollars", "%", "apples", "ways", "kg", "kilojoules"]
)
def test_units_and_counted_things_are_unit_words(word: str) -> None:
    assert is_unit_word(word)


@pytest.mark.parametrize(
    "word", ["or", "and", "is", "wrong", "x", "a", "not", "", "seven", "m" * 99]
)
def test_other_words_are_no_unit_words(word: str) -> None:
    assert not is_unit_word(word)


_HOSTILE = (
    "a " * 50_000,
    "5 " * 500,
    r"\text{" * 160,
    "(" * 900,
    "5 " + "m " * 490,
    "9" * 1000,
    "{" * 900,
    "x =" * 300,
    "5 (" + "(" * 90 + "m",
    "5 " + r"\frac{m}{s}" * 50,
    "^" * 1000,
)


@pytest.mark.parametrize("text", _HOSTILE)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    with no_hang(5):
        assert split_unit(text, loose=True) is None


@given(st.text(max_size=60) | st.text(alphabet=r"5 m/s^{}-\text()kg·°$%", max_size=40))
def test_any_text_is_split_or_refused(text: str) -> None:
    for loose in (False, True):
        split = split_unit(text, loose=loose)
        if split is not None:
            assert split[0]
            assert split[1].factor > 0
