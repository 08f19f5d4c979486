r"""Chemical formulas in one notation: ``H₂SO₄``, ``\ce{H2SO4}`` and ``\mathrm{H_2SO_4}`` alike."""

from __future__ import annotations

import re

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_LOWERED_RUN = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")

_DRESS = re.compile(
    r"\\(?:ce|text(?:rm|bf|it|sf)?|math(?:rm|bf|it|sf)|operatorname|mbox|rm|left|right|displaystyle|chemfig"
    r"|large|bf)(?![A-Za-z])|\$|\\[()\[\]]"
)
_ARROWS = re.compile(
    r"\\(?:x?(?:long)?(?:left)?rightarrow|x?(?:left|right)(?:right|left)harpoons|to|implies)(?![A-Za-z])"
    r"(?:\[[^\[\]]{0,60}\])?(?:\{[^{}]{0,60}\})?|<?[=-]{1,3}>{1,2}|[→⟶⇌⇄⇋↔⟷➝➔⇒]",
    re.IGNORECASE,
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "•": "*", "⋅": "*", "∙": "*", "＋": "+"})
_CLEANED = (
    (re.compile(r"\\(?:cdot|bullet|ast|times)(?![A-Za-z])"), "*"),
    (re.compile(r"\\[dt]?frac\s*\{?\s*(\d{1,3})\s*\}?\s*\{?\s*(\d{1,3})\s*\}?"), r"\1/\2 "),
    (re.compile(r"\\[,;:! ]|~|\\q?quad(?![A-Za-z])|\{\s*\}|\\(?:uparrow|downarrow)|[↑↓]"), " "),
    (re.compile(r"_\s*\{\s*\(\s*([a-z]{1,2})\s*\)\s*\}"), r"(\1)"),
    (re.compile(r"_\s*\{\s*(\d{1,3}|[a-z]{1,2})\s*\}"), r"_\1"),
    (re.compile(r"\^\s*\{\s*([+-]?\d{0,3}[+-]?)\s*\}"), r"^\1"),
    (re.compile(r"(?<=[A-Za-z)])(_?\d)?\.(?=\s?\d{0,2}\s?H_?2O)"), r"\1*"),  # CuSO4.5H2O
    (re.compile(r"\s+"), " "),
)
_ISOTOPE = re.compile(r"\A([A-Z][a-z]?)-(\d{1,3})\Z")  # C-14


def plain_formula(text: str) -> str:
    """Return ``text`` without dress: subscripts as ``_2``, charges as ``^2-``, one arrow ``->``."""
    text = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), text)
    text = _LOWERED_RUN.sub(lambda run: "_" + run[0].translate(_LOWERED), text)
    text = _ARROWS.sub(" -> ", text).translate(_SIGNS)
    text = _DRESS.sub(" " if "\\rm" in text else "", text)
    for pattern, plain in _CLEANED:
        text = pattern.sub(plain, text)
    return _ISOTOPE.sub(r"^\2\1", text.replace("{", "").replace("}", "").strip(" ."))
