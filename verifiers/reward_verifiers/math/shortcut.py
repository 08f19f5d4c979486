"""Decides at once, in microseconds, where both sides are plain numbers; leaves the rest alone.

Runs in the service's event loop: no parser, one bounded pattern per side, exact integers and
fractions.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Verdict

_MAX_CHARS = 400

# [-]123 | [-]12.5 | [-]3/4 | [-]\frac{3}{4}; what may stand around it is stripped before.
_AROUND = " \t\r\n$"
_PLAIN = re.compile(
    r"(?P<sign>[-+]?) ?(?:(?P<whole>\d{1,300})(?:\.(?P<decimals>\d{1,80}))?"
    r"(?:\s?/\s?(?P<below>\d{1,80}))?"
    r"|\\[dt]?frac\s?\{\s?(?P<above>-?\d{1,80})\s?\}\s?\{\s?(?P<under>\d{1,80})\s?\})",
    re.ASCII,
)


class _Plain(NamedTuple):
    value: int | Fraction
    places: int


def shortcut(answer: str, spec: MathSpec) -> Verdict | None:
    """Return the verdict on a plain number against plain golds, or None where more is needed."""
    if len(answer) > _MAX_CHARS:
        return None
    given = _plain(answer)
    if given is None:
        return None
    sure = True
    for gold in spec.golds:
        wanted = _gold(gold)
        if wanted is None:
            sure = False
        elif given.value == wanted.value:
            return Verdict.correct(answer, "equal as exact numbers", rule="exact")
        elif wanted.places or spec.tolerance is not None:
            sure = False
    if not sure:
        return None
    return Verdict.wrong(answer, "the values differ", rule="value")


@lru_cache(maxsize=2048)
def _gold(text: str) -> _Plain | None:
    return _plain(text) if len(text) <= _MAX_CHARS else None


def _plain(text: str) -> _Plain | None:
    match = _PLAIN.fullmatch(text.strip(_AROUND).removesuffix(".").rstrip(_AROUND))
    if match is None:
        return None
    sign, whole, decimals, below, above, under = match.groups()
    if above is not None:
        if not int(under):
            return None
        value: int | Fraction = Fraction(int(above), int(under))
    elif decimals is not None:
        if below is not None:
            return None
        value = Fraction(int(whole + decimals), 10 ** len(decimals))
    elif below is not None:
        if not int(below):
            return None
        value = Fraction(int(whole), int(below))
    else:
        value = int(whole)
    return _Plain(-value if sign == "-" else value, len(decimals or ""))
