"""A unit as a number of base units, and what converts one into another.

Factors are exact fractions, and a power of pi is kept beside them, so that 36 km/h is 10 m/s and
180 degrees are pi radians without rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Dimension = tuple[tuple[str, Fraction], ...]
"""Base quantities with their exponents, in alphabetical order: hashable and comparable."""

ANGLE = "rad"
"""The base quantity of angles: a number to the SI, but degrees must not equal bare numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit, possibly compound: ``value * factor * pi**pi + offset`` is in base units."""

    symbol: str
    """How it was written, tidied; for messages, and to tell ``%`` from a bare number."""
    dimension: Dimension = ()
    """What it measures; empty for percent, counting words and bare numbers."""
    factor: Fraction = Fraction(1)
    """Base units in one of this unit, without the power of pi."""
    pi: int = 0
    """The power of pi that belongs to ``factor``: 1 for degrees, because one is pi/180 radians."""
    offset: Fraction = Fraction(0)
    """Base units at the unit's zero: 273.15 for degrees Celsius. Zero in every compound unit."""
    cyclic: bool = False
    """Counts turns rather than radians (Hz, so that 1 Hz is 2 pi rad/s and not 1 rad/s)."""

    @property
    def dimensionless(self) -> bool:
        """Whether it is a plain number times something: percent, dozens, apples."""
        return not self.dimension

    def times(self, other: Unit) -> Unit:
        """Return the product. Offsets are lost: J/°C counts differences of temperature."""
        exponents = dict(self.dimension)
        for base, exponent in other.dimension:
            exponents[base] = exponents.get(base, Fraction(0)) + exponent
        return Unit(
            symbol=f"{self.symbol}*{other.symbol}" if self.symbol else other.symbol,
            dimension=dimension(exponents.items()),
            factor=self.factor * other.factor,
            pi=self.pi + other.pi,
            cyclic=self.cyclic or other.cyclic,
        )

    def to_the(self, exponent: Fraction) -> Unit:
        """Return the power. The first power of a unit is itself, offset and all."""
        if exponent == 1:
            return self
        return Unit(
            symbol=_symbol_of_power(self.symbol, exponent),
            dimension=dimension((base, power * exponent) for base, power in self.dimension),
            factor=_power(self.factor, exponent),
            pi=int(self.pi * exponent),
            cyclic=self.cyclic,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversion:
    """``target = source * factor * pi**pi + shift``."""

    factor: Fraction
    pi: int
    shift: Fraction

    def apply(self, value: Fraction) -> Fraction:
        """Convert ``value``; exact unless a power of pi is needed, else to 17 digits."""
        if self.pi == 0:
            return value * self.factor + self.shift
        return value * self.factor * Fraction(math.pi) ** self.pi + self.shift


def conversion(source: Unit, target: Unit) -> Conversion | None:
    """Return what turns a number of ``source`` into one of ``target``; None: they do not compare.

    An angle also compares with a plain number of radians (1 rad/s is 1/s), and a frequency in hertz
    with an angular one by the 2 pi between them.
    """
    factor = source.factor / target.factor
    pi = source.pi - target.pi
    if source.dimension != target.dimension:
        if _without_angle(source.dimension) != _without_angle(target.dimension):
            return None
        if source.cyclic != target.cyclic:
            # The cyclic side counts turns: one of them is 2 pi of the other side's radians.
            factor, pi = (factor * 2, pi + 1) if source.cyclic else (factor / 2, pi - 1)
    shift = Fraction(0)
    if source.offset or target.offset:
        shift = (source.offset - target.offset) / target.factor
    return Conversion(factor=factor, pi=pi, shift=shift)


def dimension(exponents: Iterable[tuple[str, Fraction]]) -> Dimension:
    """Return ``exponents`` in their one canonical order, without zeros."""
    return tuple(sorted((base, exponent) for base, exponent in exponents if exponent))


def _without_angle(of: Dimension) -> Dimension:
    return tuple(part for part in of if part[0] != ANGLE)


def _power(factor: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator == 1:
        return factor**exponent.numerator
    return Fraction(float(factor) ** float(exponent))


def _symbol_of_power(symbol: str, exponent: Fraction) -> str:
    base = f"({symbol})" if "*" in symbol or "^" in symbol else symbol
    return f"{base}^{exponent}"
