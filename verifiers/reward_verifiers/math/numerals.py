r"""Reads one numeral exactly, in every notation: ``1{,}234.5``, ``6.02e23``, ``0.1\overline{6}``.

A comma is the one ambiguous sign: it groups thousands in ``1,234``, separates in ``1,2`` and in
``(1,234)``, and is a decimal point in ``3,14``. ``Commas`` says which reading is wanted;
``compare.py`` asks for another one only where the first made a list of what should be a number, or
the reverse.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from reward_verifiers.math.bounds import MAX_DIGITS
from reward_verifiers.math.nodes import Num


class Commas(StrEnum):
    """What a comma between digits is."""

    AUTO = "auto"
    """Groups thousands where every group has three digits, else separates."""
    SEPARATE = "separate"
    """Always separates."""
    DECIMAL = "decimal"
    """Is a decimal point."""


class Numeral(NamedTuple):
    """A numeral that was read."""

    num: Num
    digits: str
    """Its digits as written, without separators."""
    end: int


_PLAIN = re.compile(r"(\d+)(?:\.(\d+))?|\.(\d+)")
_LATEX_GROUP = re.compile(
    r"[1-9]\d{0,2}(?:(?:\{,\}\s?|,?\\[,;:!]\s?|\{\\,\}|\\ |~| )\d{3})+(?![\d]|[ ~]\d)"
)
_COMMA_GROUP = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?![\d])(?!,\d)")
_COMMA_DECIMAL = re.compile(r"\d+,\d+(?![,\d])")
_DECIMALS = re.compile(r"\.(\d+)")
_NO_DIGIT = re.compile(r"[^\d]+")
_POWER = re.compile(r"[eE]([+-]?\d{1,5})(?![\d.]*[A-Za-z\d])")
_REPEATED = (
    re.compile(r"(\d*)\.(\d*)\\(?:overline|bar|overbar)\s*\{\s*(\d+)\s*\}"),
    re.compile(r"(\d*)\.(\d*)\\(?:overline|bar)\s*()(\d)"),
    re.compile(r"(\d+)\.(\d*)\((\d+)\)"),
)
_DOTTED = re.compile(r"(\d*)\.(\d*)\\dot\s*\{?\s*(\d)\s*\}?(?:\s*(\d*)\\dot\s*\{?\s*(\d)\s*\}?)?")
_TRAILING_DOTS = re.compile(r"\s*(?:\.\.\.|\\(?:ldots|dots|cdots|dotsc)(?![A-Za-z]))")
_MAX_POWER = 5_000


def numeral(
    text: str, start: int, commas: Commas, *, in_row: bool, spaced: bool = True
) -> Numeral | None:
    r"""Read the numeral at ``start``, or return None where there is none.

    Args:
        text: the folded text.
        start: index of its first character, a digit or a point.
        commas: what a comma between digits is.
        in_row: inside brackets, where a comma separates.
        spaced: whether a space may group thousands; behind ``\log_2 100`` it does not.
    """
    repeated = _repeating(text, start)
    if repeated is not None:
        return repeated
    whole, decimals, end = _digits(text, start, commas, in_row=in_row, spaced=spaced)
    if end < 0:
        return None
    if len(whole) + len(decimals) > MAX_DIGITS:
        return None
    dots = _TRAILING_DOTS.match(text, end)
    if dots is not None and len(decimals) >= 2:
        return _endless(whole, decimals, dots.end())
    value: int | Fraction = _exact(whole, decimals)
    places = len(decimals) or None
    power = _POWER.match(text, end)
    if power is not None and abs(int(power[1])) <= _MAX_POWER:
        exponent = int(power[1])
        value = _whole(value * Fraction(10) ** exponent)
        places = None if places is None else places - exponent
        end = power.end()
    return Numeral(Num(value, places), whole + decimals, end)


def _digits(
    text: str, start: int, commas: Commas, *, in_row: bool, spaced: bool
) -> tuple[str, str, int]:
    """Return the digits before and behind the point, and where they end (-1: no numeral)."""
    grouped = _LATEX_GROUP.match(text, start) if spaced else None
    if grouped is None and commas is Commas.AUTO and not in_row and text[start - 1 : start] != ",":
        grouped = _COMMA_GROUP.match(text, start)
    if grouped is not None:
        fraction = _DECIMALS.match(text, grouped.end())
        decimals = fraction[1] if fraction else ""
        end = fraction.end() if fraction else grouped.end()
        return _NO_DIGIT.sub("", grouped[0]), decimals, end
    if commas is Commas.DECIMAL:
        european = _COMMA_DECIMAL.match(text, start)
        if european is not None:
            whole, _, decimals = european[0].partition(",")
            return whole, decimals, european.end()
    plain = _PLAIN.match(text, start)
    if plain is None:
        return "", "", -1
    return plain[1] or "0", plain[2] or plain[3] or "", plain.end()


def _repeating(text: str, start: int) -> Numeral | None:
    for pattern in _REPEATED:
        match = pattern.match(text, start)
        if match is not None and match.end() - start <= MAX_DIGITS:
            block = match[match.lastindex or 3]
            return _recurring(match[1], match[2], block, match.end())
    match = _DOTTED.match(text, start)
    if match is None or match.end() - start > MAX_DIGITS:
        return None
    block = match[3] + (match[4] or "") + match[5] if match[5] else match[3]
    return _recurring(match[1], match[2], block, match.end())


def _recurring(whole: str, lead: str, block: str, end: int) -> Numeral:
    period = Fraction(int(block), 10 ** len(block) - 1) / 10 ** len(lead)
    return Numeral(
        Num(_whole(_exact(whole or "0", lead) + period)), (whole or "0") + lead + block, end
    )


def _endless(whole: str, decimals: str, end: int) -> Numeral:
    """Read ``0.333...``: recurring if its tail is a block seen twice (one digit: thrice)."""
    for size in range(1, len(decimals) // 2 + 1):
        block = decimals[-size:]
        times = 3 if size == 1 else 2
        if decimals.endswith(block * times):
            lead = decimals
            while lead.endswith(block):
                lead = lead[:-size]
            return _recurring(whole, lead, block, end)
    return Numeral(Num(_exact(whole, decimals), len(decimals)), whole + decimals, end)


def _exact(whole: str, decimals: str) -> int | Fraction:
    if not decimals:
        return int(whole)
    return _whole(Fraction(int(whole + decimals), 10 ** len(decimals)))


def _whole(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
