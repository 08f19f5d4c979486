"""The units we know: symbol, size, other spellings. A table to read; ``names.py`` looks them up.

Sizes that are not exact by definition (the dalton, the solar mass) are CODATA 2018 and IAU values.
A unit that is missing here is no unit, and the answer is judged without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Row(NamedTuple):
    """One unit, in terms of others of this table or of base units."""

    symbol: str
    factor: str
    """A fraction or decimal."""
    base: str
    """Base quantities with exponents: ``"kg m2 s-2"``."""
    symbols: str = ""
    """Other symbols, told apart by case."""
    words: str = ""
    """Spelt-out names in the singular, case ignored; ``_`` stands for a space."""
    prefixed: bool = False
    """Whether SI prefixes go before it."""
    pi: int = 0
    offset: str = "0"
    cyclic: bool = False


PREFIXES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "q": ("quecto", "1e-30"),
        "r": ("ronto", "1e-27"),
        "y": ("yocto", "1e-24"),
        "z": ("zepto", "1e-21"),
        "a": ("atto", "1e-18"),
        "f": ("femto", "1e-15"),
        "p": ("pico", "1e-12"),
        "n": ("nano", "1e-9"),
        "µ": ("micro", "1e-6"),
        "u": ("micro", "1e-6"),
        "m": ("milli", "1e-3"),
        "c": ("centi", "1e-2"),
        "d": ("deci", "1e-1"),
        "da": ("deca", "1e1"),
        "h": ("hecto", "1e2"),
        "k": ("kilo", "1e3"),
        "M": ("mega", "1e6"),
        "G": ("giga", "1e9"),
        "T": ("tera", "1e12"),
        "P": ("peta", "1e15"),
        "E": ("exa", "1e18"),
        "Z": ("zetta", "1e21"),
        "Y": ("yotta", "1e24"),
    }
)
"""SI prefixes: symbol -> (word, size)."""

UNITS: tuple[Row, ...] = (
    # Length, area, volume.
    Row("m", "1", "m", words="metre meter", prefixed=True),
    Row("Å", "1e-10", "m", words="angstrom ångström ångstrom"),
    Row("µ", "1e-6", "m", words="micron"),
    Row("in", "0.0254", "m", words="inch"),
    Row("ft", "0.3048", "m", words="foot"),
    Row("yd", "0.9144", "m", words="yard"),
    Row("mi", "1609.344", "m", words="mile"),
    Row("nmi", "1852", "m", words="nautical_mile"),
    Row("AU", "149597870700", "m", "au", "astronomical_unit"),
    Row("ly", "9460730472580800", "m", words="light-year lightyear light_year"),
    Row("pc", "96939420213600000", "m", words="parsec", prefixed=True, pi=-1),
    Row("ha", "1e4", "m2", words="hectare"),
    Row("acre", "4046.8564224", "m2", words="acre"),
    Row("barn", "1e-28", "m2", words="barn"),
    Row("L", "1e-3", "m3", "l ℓ", "litre liter", prefixed=True),
    Row("cc", "1e-6", "m3"),
    Row("gal", "0.003785411784", "m3", words="gallon"),
    Row("qt", "0.000946352946", "m3", words="quart"),
    Row("pint", "0.000473176473", "m3", words="pint"),
    # Time and rates.
    Row("s", "1", "s", "sec secs", "second", prefixed=True),
    Row("min", "60", "s", "mins", "minute"),
    Row("h", "3600", "s", "hr hrs", "hour"),
    Row("d", "86400", "s", words="day"),
    Row("wk", "604800", "s", "wks", "week"),
    Row("month", "2629800", "s", "mo", "month"),
    Row("yr", "31557600", "s", "yrs", "year", prefixed=True),
    Row("decade", "315576000", "s", words="decade"),
    Row("century", "3155760000", "s", words="century"),
    Row("Myr", "31557600e6", "s", "Ma"),
    Row("Gyr", "31557600e9", "s", "Ga"),
    Row("Hz", "1", "s-1", words="hertz", prefixed=True, cyclic=True),
    Row("Bq", "1", "s-1", words="becquerel", prefixed=True),
    Row("Ci", "3.7e10", "s-1", words="curie", prefixed=True),
    Row("rpm", "1/30", "rad s-1", "RPM", pi=1),
    Row("mph", "0.44704", "m s-1"),
    Row("km/h", "5/18", "m s-1", "kmh kmph kph"),
    Row("kn", "463/900", "m s-1", "kt", "knot"),
    Row("fps", "0.3048", "m s-1"),
    # Angle. A radian is a base quantity here; conversion() lets it meet plain numbers.
    Row("rad", "1", "rad", words="radian", prefixed=True),
    Row("°", "1/180", "rad", "deg", "degree", pi=1),
    Row("arcmin", "1/10800", "rad", "′", "arcminute minute_of_arc", pi=1),
    Row("arcsec", "1/648000", "rad", "″", "arcsecond second_of_arc", pi=1),
    Row("mas", "1/648000000", "rad", words="milliarcsecond", pi=1),
    Row("rev", "2", "rad", "revs", "revolution", pi=1),
    Row("turn", "2", "rad", words="turn", pi=1),
    Row("sr", "1", "rad2", words="steradian"),
    # Mass and amount.
    Row("g", "1e-3", "kg", "gm gms", "gram gramme", prefixed=True),
    Row("t", "1e3", "kg", words="tonne metric_ton ton"),
    Row("lb", "0.45359237", "kg", "lbs lbm", "pound"),
    Row("oz", "0.028349523125", "kg", words="ounce"),
    Row("slug", "14.59390293720636", "kg", words="slug"),
    Row("u", "1.6605390666e-27", "kg", "amu", "atomic_mass_unit"),
    Row("Da", "1.6605390666e-27", "kg", words="dalton", prefixed=True),
    Row("M_sun", "1.98841e30", "kg", "M☉ M⊙", "solar_mass"),
    Row("mol", "1", "mol", "mols", "mole", prefixed=True),
    Row("eq", "1", "mol", words="equivalent", prefixed=True),
    Row("M", "1e3", "mol m-3", words="molar", prefixed=True),
    Row("molal", "1", "mol kg-1", words="molal"),
    Row("kat", "1", "mol s-1", words="katal", prefixed=True),
    # Mechanics.
    Row("N", "1", "kg m s-2", words="newton", prefixed=True),
    Row("dyn", "1e-5", "kg m s-2", words="dyne"),
    Row("lbf", "4.4482216152605", "kg m s-2", words="pound-force"),
    Row("kgf", "9.80665", "kg m s-2"),
    Row("Pa", "1", "kg m-1 s-2", words="pascal", prefixed=True),
    Row("bar", "1e5", "kg m-1 s-2", prefixed=True),
    Row("atm", "101325", "kg m-1 s-2", words="atmosphere"),
    Row("torr", "20265/152", "kg m-1 s-2", "Torr", prefixed=True),
    Row("mmHg", "133.322387415", "kg m-1 s-2", words="mm_hg"),
    Row("cmHg", "1333.22387415", "kg m-1 s-2", words="cm_hg"),
    Row("inHg", "3386.388640341", "kg m-1 s-2", words="in_hg"),
    Row("psi", "6894.757293168361", "kg m-1 s-2"),
    Row("J", "1", "kg m2 s-2", words="joule", prefixed=True),
    Row("erg", "1e-7", "kg m2 s-2", words="erg"),
    Row("cal", "4.184", "kg m2 s-2", words="calorie", prefixed=True),
    Row("Cal", "4184", "kg m2 s-2"),
    Row("Btu", "1055.05585262", "kg m2 s-2", "BTU btu"),
    Row(
        "eV",
        "1.602176634e-19",
        "kg m2 s-2",
        words="electronvolt electron-volt electron_volt",
        prefixed=True,
    ),
    Row("Eh", "4.3597447222071e-18", "kg m2 s-2", "E_h", "hartree"),
    Row("Wh", "3600", "kg m2 s-2", prefixed=True),
    Row("W", "1", "kg m2 s-3", words="watt", prefixed=True),
    Row("hp", "745.6998715822702", "kg m2 s-3", words="horsepower"),
    Row("L_sun", "3.828e26", "kg m2 s-3", "L☉ L⊙", "solar_luminosity"),
    Row("R_sun", "6.957e8", "m", "R☉ R⊙", "solar_radius"),
    Row("Nm", "1", "kg m2 s-2", prefixed=True),
    Row("Js", "1", "kg m2 s-1"),
    Row("Ns", "1", "kg m s-1"),
    Row("P", "0.1", "kg m-1 s-1", words="poise", prefixed=True),
    Row("St", "1e-4", "m2 s-1", words="stokes", prefixed=True),
    # Heat.
    Row("K", "1", "K", words="kelvin", prefixed=True),
    Row("°C", "1", "K", "℃ degC", "celsius centigrade", offset="273.15"),
    Row("°F", "5/9", "K", "℉ degF", "fahrenheit", offset="45967/180"),
    Row("°R", "5/9", "K", words="rankine"),
    # Electricity and magnetism.
    Row("A", "1", "A", "amp amps", "ampere", prefixed=True),
    Row("C", "1", "A s", words="coulomb", prefixed=True),
    Row("Ah", "3600", "A s", prefixed=True),
    Row("V", "1", "kg m2 s-3 A-1", words="volt", prefixed=True),
    Row("Ω", "1", "kg m2 s-3 A-2", "ohm ohms", "ohm", prefixed=True),
    Row("S", "1", "kg-1 m-2 s3 A2", "mho", "siemens", prefixed=True),
    Row("F", "1", "kg-1 m-2 s4 A2", words="farad", prefixed=True),
    Row("H", "1", "kg m2 s-2 A-2", words="henry", prefixed=True),
    Row("Wb", "1", "kg m2 s-2 A-1", words="weber", prefixed=True),
    Row("T", "1", "kg s-2 A-1", words="tesla", prefixed=True),
    Row("G", "1e-4", "kg s-2 A-1", words="gauss", prefixed=True),
    Row("D", "3.3356409519815204e-30", "A s m", words="debye"),
    Row("VA", "1", "kg m2 s-3", prefixed=True),
    # Light and radiation.
    Row("cd", "1", "cd", words="candela", prefixed=True),
    Row("lm", "1", "cd rad2", words="lumen"),
    Row("lx", "1", "cd rad2 m-2", words="lux"),
    Row("Gy", "1", "m2 s-2", words="gray", prefixed=True),
    Row("Sv", "1", "m2 s-2", words="sievert", prefixed=True),
    Row("rem", "0.01", "m2 s-2"),
    Row("Jy", "1e-26", "kg s-2", words="jansky", prefixed=True),
    # Information and levels.
    Row("bit", "1", "bit", words="bit", prefixed=True),
    Row("B", "8", "bit", words="byte", prefixed=True),
    Row("KiB", "8192", "bit"),
    Row("MiB", "8388608", "bit"),
    Row("GiB", "8589934592", "bit"),
    Row("bps", "1", "bit s-1", prefixed=True),
    Row("dB", "1", "dB", words="decibel"),
    Row("bp", "1", "bp", words="base_pair", prefixed=True),
    # Money: one dimension a currency, because rates of exchange are no constants.
    Row("$", "1", "USD", "USD US$ \\$", "dollar buck"),
    Row("¢", "0.01", "USD", words="cent"),
    Row("€", "1", "EUR", "EUR", "euro"),
    Row("£", "1", "GBP", "GBP"),
    Row("¥", "1", "JPY", "JPY", "yen"),
    Row("₹", "1", "INR", "INR Rs Rs.", "rupee"),
    Row("yuan", "1", "CNY", "CNY RMB", "yuan"),
    # Plain numbers.
    Row("%", "0.01", "", "\\% pct", "percent per_cent percentage"),
    Row("‰", "0.001", "", words="permille"),
    Row("ppm", "1e-6", ""),
    Row("ppb", "1e-9", ""),
    Row("dozen", "12", "", words="dozen"),
    Row("thousand", "1e3", "", words="thousand"),
    Row("million", "1e6", "", words="million"),
    Row("billion", "1e9", "", words="billion"),
    Row("trillion", "1e12", "", words="trillion"),
)

SYMBOLS_ONLY_IN_COMPOUNDS: Mapping[str, Row] = MappingProxyType(
    {"c": Row("c", "299792458", "m s-1"), "ħ": Row("ħ", "1.054571817e-34", "kg m2 s-1")}
)
"""Constants that serve as units beside another unit (MeV/c^2), and alone are variables."""

MISSPELT: Mapping[str, str] = MappingProxyType(
    {
        "Kg": "kg",
        "KG": "kg",
        "kgs": "kg",
        "Km": "km",
        "KM": "km",
        "KJ": "kJ",
        "KW": "kW",
        "KV": "kV",
        "KPa": "kPa",
        "KHz": "kHz",
        "Kcal": "kcal",
        "hz": "Hz",
        "ev": "eV",
        "inches": "in",
        "feet": "ft",
        "centuries": "century",
        "henries": "H",
        "cms": "cm",
        "mms": "mm",
        "kms": "km",
        "kilohm": "kΩ",
        "kilohms": "kΩ",
        "megohm": "MΩ",
        "megohms": "MΩ",
        "mls": "mL",
    }
)
"""Spellings that are wrong, unmistakable and frequent; and plurals that no rule makes."""

_COUNTED = """
answer apple arrangement atom bag ball banana base basket bead bird block boat book bottle
bottles box boy bus candidate candy car card cat cell chair chapter child children
chocolate choice chromosome class coin color colour combination computer cookie count cow cube
cup customer cycle decay desk device digit disintegration dog door edge egg electron
element employee event
face factor family fish flower formula fraction friend fruit game girl glass goal goat
group guest hand hat head horse house integer ion isomer item job kid lamp leaf letter
line loop machine man marble match member men message mouse neutron node number object
operation orange orbit outcome page pair paper parcel part particle path pattern pen
pencil penny people permutation person photon piece plant plate player point position
problem product proton puppy question rabbit ride road room root row ruler sample
seat section selection set sheep sheet ship shirt shoe shop side sister solution song
space square step stick sticker stone store story student subset sweet table team term
test ticket tile time toy train tree triangle trip truck unit user value vehicle vertex
vertices visitor vote walk way wheel window winner woman women word worker
"""

COUNTED: frozenset[str] = frozenset(_COUNTED.split())
"""Things that are counted: harmless after a number, and no two of them are told apart."""
