"""A right answer where an entry's own is an integral that SymPy left as one.

The package integrates ``x**3*cos(2*x)`` with a cosine that SymPy does not know, so one entry in
twelve of intermediate_integration answers ``Integral(x**3*cos(2*x), x) + C``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

_LEFT_OPEN = "Integral("
_PRODUCT = re.compile(
    r"(?P<sign>-?)(?:(?P<factor>[0-9]{1,9})\*)?(?P<name>[A-Za-z])(?:\*\*(?P<power>[0-9]{1,2}))?"
    r"\*(?P<function>sin|cos)\((?:(?P<inner>[0-9]{1,9})\*)?(?P=name)\)"
)
# A function, its antiderivative, and the sign of that.
_ANTIDERIVATIVES = {"sin": ("cos", -1), "cos": ("sin", 1)}


def closed_form(entry: Mapping[str, Any]) -> str | None:
    """Return the integral of ``k*x**n*sin(a*x)``, or cos, where the entry's answer leaves it open.

    By parts: each step differentiates the power and integrates the function. None for any other
    entry.
    """
    answer, metadata = entry.get("answer"), entry.get("metadata")
    if not isinstance(answer, str) or _LEFT_OPEN not in answer or not isinstance(metadata, Mapping):
        return None
    match = _PRODUCT.fullmatch(str(metadata.get("integrand", "")))
    if match is None:
        return None
    name, inner = match["name"], int(match["inner"] or 1)
    factor = Fraction(int(match["factor"] or 1) * (-1 if match["sign"] else 1))
    function, terms = match["function"], []
    for power in range(int(match["power"] or 1), -1, -1):
        function, sign = _ANTIDERIVATIVES[function]
        factor *= Fraction(sign, inner)
        terms.append(f"({factor})*{name}**{power}*{function}({inner}*{name})")
        factor *= -power
    return " + ".join([*terms, "C"])
