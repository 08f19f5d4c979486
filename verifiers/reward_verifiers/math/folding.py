r"""Folds the many ways to type one formula: look-alikes to LaTeX, damaged to whole, wrappers off.

Everything here is a table or one linear pass; nothing is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from reward_verifiers.extract.unicode import compatible

_DROPPED = "200b 200c 200d 2060 feff ad 200e 200f 2061 2062 2063 fe0f"
_SPACES = "a0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200a 202f 205f 3000"

# What to write for each sign, and the code points of its look-alikes.
_SIGNS = {
    "-": "2212 2012 2013 2014 2010 2011 fe63",
    r"\times ": "d7 2a2f",
    r"\div ": "f7",
    r"\cdot ": "b7 22c5 2219 2022",
    "/": "2215 2044",
    "*": "2217",
    r"\infty ": "221e",
    r"\sqrt ": "221a",
    r"\cbrt ": "221b",
    r"\le ": "2264 2a7d 2266",
    r"\ge ": "2265 2a7e 2267",
    r"\ne ": "2260",
    r"\approx ": "2248 2243 2245",
    r"\equiv ": "2261",
    r"\in ": "2208",
    r"\notin ": "2209",
    r"\cup ": "222a 22c3",
    r"\cap ": "2229",
    r"\setminus ": "2216",
    r"\emptyset ": "2205 2300",
    r"\pm ": "b1",
    r"\mp ": "2213",
    r"^\circ ": "b0 ba",
    "'": "2032 2019 2018",
    "''": "2033",
    r"\langle ": "27e8 2329 3008",
    r"\rangle ": "27e9 232a 3009",
    r"\lfloor ": "230a",
    r"\rfloor ": "230b",
    r"\lceil ": "2308",
    r"\rceil ": "2309",
    "|": "2223",
    r"\|": "2225",
    r"\sum ": "2211",
    r"\int ": "222b",
    r"\prod ": "220f",
    r"\partial ": "2202",
    r"\to ": "2192",
    r"\Rightarrow ": "21d2",
    " or ": "2228",
    " and ": "2227",
    r"\ldots ": "2026 22ef",
    r"\angle ": "2220",
    r"\mathbb{R}": "211d",
    r"\mathbb{Z}": "2124",
    r"\mathbb{N}": "2115",
    r"\mathbb{Q}": "211a",
    r"\mathbb{C}": "2102",
    ",": "3001",
    ".": "3002",
    ":": "2236",
    "^": "2c6",
    "e": "2147 212f",
    "i": "2148 131",
    r"\ell ": "2113",
    " or  ": "6216",
    " and  ": "4e14 548c",
    r"^\circ  ": "5ea6",
    r"\text{ yuan}": "5143",
    "\u00a5": "ffe5",
    "\u00a3": "ffe1",
}

_GREEK = {
    "alpha": "3b1",
    "beta": "3b2",
    "gamma": "3b3",
    "delta": "3b4 2206",
    "epsilon": "3b5 3f5",
    "zeta": "3b6",
    "eta": "3b7",
    "theta": "3b8 3d1",
    "iota": "3b9",
    "kappa": "3ba",
    "lambda": "3bb",
    "mu": "3bc b5",
    "nu": "3bd",
    "xi": "3be",
    "pi": "3c0",
    "rho": "3c1",
    "sigma": "3c3",
    "tau": "3c4",
    "phi": "3c6 3d5",
    "chi": "3c7",
    "psi": "3c8",
    "omega": "3c9",
    "Gamma": "393",
    "Delta": "394",
    "Theta": "398",
    "Lambda": "39b",
    "Pi": "3a0",
    "Sigma": "3a3",
    "Phi": "3a6",
    "Psi": "3a8",
    "Omega": "3a9 2126",
}

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₙₖₓ", "0123456789+-nkx", strict=True))
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")
_LOWERED_RUN = re.compile(f"[{''.join(_LOWERED)}]+")


def _characters(codes: str) -> Iterator[int]:
    for code in codes.split():
        yield int(code, 16)


def _table() -> dict[int, str]:
    table = dict.fromkeys(_characters(_DROPPED), "")
    table |= dict.fromkeys(_characters(_SPACES), " ")
    for latex, codes in _SIGNS.items():
        table |= dict.fromkeys(_characters(codes), latex)
    for name, codes in _GREEK.items():
        table |= dict.fromkeys(_characters(codes), f"\\{name} ")
    return table


_TABLE = _table()

# A backslash that was taken for an escape somewhere on the way: form feed + "rac" was "\frac".
_DAMAGE = (
    ("\x0crac", r"\frac"),
    ("\x08inom", r"\binom"),
    ("\x08oxed", r"\boxed"),
    ("\x08eta", r"\beta"),
    ("\x08egin", r"\begin"),
    ("\times", r"\times"),
    ("\text", r"\text"),
    ("\tfrac", r"\tfrac"),
    ("\theta", r"\theta"),
    ("\tan", r"\tan"),
    ("\rangle", r"\rangle"),
    ("\right", r"\right"),
    ("\neq", r"\neq"),
    ("\x07lpha", r"\alpha"),
    ("\x07pprox", r"\approx"),
)
_CONTROL = re.compile(r"[\x07\x08\x0c\t\r\n]")
_ESCAPED_TWICE = re.compile(r"\\{2,}(?=[A-Za-z]{2})")
_UNIT_AND = re.compile(r"(\\(?:text|textrm|mathrm|mbox)\s*\{[^{}]{1,60}?\S) (and|or) \}")
_PRECISION = re.compile(  # "1.57 (to two decimal places)"
    r"\s{0,3}(?:\\(?:text|textrm|mathrm|mbox)\s?\{)?[\s(]{0,3}(?:rounded |correct |accurate )?to "
    r"(?:the nearest [a-z]{1,20}"
    r"|[a-z\d]{1,5} (?:decimal place|decimal|significant (?:figure|digit))s?)"
    r"\)?\s?\}?\s{0,3}\Z",
    re.IGNORECASE,
)
_CURRENCY = re.compile(  # "Rs. 50", "\pounds 50", "\text{\$}50", "USD 50"
    r"(?<![A-Za-z\d\\])(?:\\(?:text|textrm|mathrm|mbox)\s?\{\s?)?"
    r"(Rs\.?|INR|USD|EUR|GBP|\\pounds|\\yen|\\euro|\\\$(?=[\s~]?\}))"
    r"[\s~]{0,3}\}?(?:[\s~]|\\ ){0,3}(?=\d)"
)
_CURRENCY_SIGNS = {
    **dict.fromkeys(("Rs", "Rs.", "INR"), "\u20b9"),
    **dict.fromkeys(("USD", "\\$"), "\\$"),
    **dict.fromkeys(("EUR", "\\euro"), "\u20ac"),
    **dict.fromkeys(("GBP", "\\pounds"), "\u00a3"),
    "\\yen": "\u00a5",
}
_GLUED_QUAD = re.compile(r"\\q?quad(?=[A-Za-z])")
_BLANKS = re.compile(r"[ \n\r]{2,}")
_HTML_RAISED = re.compile(r"<sup>([^<>]{1,40})</sup>")
_HTML_LOWERED = re.compile(r"<sub>([^<>]{1,40})</sub>")

_WRAPPERS = (
    ("$$", "$$"),
    ("$", "$"),
    (r"\(", r"\)"),
    (r"\[", r"\]"),
    ("**", "**"),
    ("`", "`"),
    ('"', '"'),
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_DRESS = re.compile(r"\\(?:text|mathrm|mbox|textbf|mathbf)\s*\{")
_MAX_LAYERS = 8
_BLANK = " \t\r\n\f\v~"


def fold(text: str) -> str:
    """Return ``text`` in plain ASCII LaTeX as far as it has any, without what wraps it."""
    if not text.isascii():
        text = _ascii(text)
    text = _BLANKS.sub(" ", text)
    if _CONTROL.search(text):
        for damaged, whole in _DAMAGE:
            text = text.replace(damaged, whole)
    if r"\\" in text and r"\begin" not in text:
        text = _ESCAPED_TWICE.sub(r"\\", text)
    if "and }" in text or "or }" in text:
        text = _UNIT_AND.sub(r"\1} \\text{ \2 }", text)
    if "to " in text and ("decimal" in text or "nearest" in text or "significant" in text):
        text = _PRECISION.sub("", text)
    if "quad" in text:
        text = _GLUED_QUAD.sub(r"\g<0> ", text)
    if r"\text{:}" in text:
        text = text.replace(r"\text{:}", ":")
    if "<su" in text:
        text = _HTML_LOWERED.sub(r"_{\1}", _HTML_RAISED.sub(r"^{\1}", text))
    return unwrapped(_CURRENCY.sub(lambda found: _CURRENCY_SIGNS[found[1]], text))


def unwrapped(text: str) -> str:
    r"""Return ``text`` without math delimiters, boxes, bold and the full stop around it."""
    for _ in range(_MAX_LAYERS):
        bare = _without_layer(text.strip(_BLANK))
        if bare == text:
            break
        text = bare
    return text


def _without_layer(text: str) -> str:
    text = _without_stop(text)
    for left, right in _WRAPPERS:
        if len(text) > len(left) + len(right) and text.startswith(left) and text.endswith(right):
            inner = text[len(left) : -len(right)]
            if left not in inner or left == right == '"':
                return inner
    dress = _DRESS.match(text)
    if dress is not None and text.endswith("}") and _is_one_group(text, dress.end()):
        inner = text[dress.end() : -1]
        return inner if any(char.isdigit() for char in inner) else text
    box = _BOX.match(text)
    if box is not None and text.endswith("}") and _is_one_group(text, box.end()):
        return text[box.end() : -1]
    return text


def _without_stop(text: str) -> str:
    while text.endswith((".", ",", ";", "\\,", "\\ ", "\\;", "\\!", "\\\\")):
        if text.endswith(("..", r"\right.", r"\left.")) or (
            text.endswith("\\\\") and len(text) < 3
        ):
            return text
        text = text[: -2 if text[-2:] in ("\\,", "\\ ", "\\;", "\\!", "\\\\") else -1].rstrip(
            _BLANK
        )
    return text


def _is_one_group(text: str, start: int) -> bool:
    """Whether the brace before ``start`` closes at the very end of ``text``."""
    depth = 1
    for index in range(start, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index == len(text) - 1
    return False


def _ascii(text: str) -> str:
    text = _RAISED_RUN.sub(lambda run: f"^{{{''.join(_RAISED[char] for char in run[0])}}}", text)
    text = _LOWERED_RUN.sub(lambda run: f"_{{{''.join(_LOWERED[char] for char in run[0])}}}", text)
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _compatible(char) for char in text)


@lru_cache(maxsize=4096)
def _compatible(char: str) -> str:
    """Return the ASCII that Unicode holds ``char`` compatible with: full width, bold, fractions."""
    plain = compatible(char)
    if "\u2044" in plain:
        above, _, below = plain.partition("\u2044")
        return f"\\frac{{{above}}}{{{below}}}"
    if not plain.isascii():
        plain = plain.translate(_TABLE)
    return plain if plain.isascii() else char
