r"""Folds the many ways to type one formula: Unicode look-alikes to LaTeX, damaged LaTeX to whole, wrappers off.

Everything here is a table or one linear pass; nothing is interpreted.
"""

from __future__ import annotations

import re
import unicodedata

_DROP = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u2061\u2062\u2063\ufe0f"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

_SIGNS = {
    "\u2212": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-",
    "\u00d7": r"\times ", "\u2a2f": r"\times ", "\u00f7": r"\div ", "\u00b7": r"\cdot ", "\u22c5": r"\cdot ",
    "\u2219": r"\cdot ", "\u2022": r"\cdot ", "\u2215": "/", "\u2044": "/", "\u2217": "*", "\u221e": r"\infty ",
    "\u221a": r"\sqrt ", "\u221b": r"\cbrt ", "\u2264": r"\le ", "\u2a7d": r"\le ", "\u2266": r"\le ",
    "\u2265": r"\ge ", "\u2a7e": r"\ge ", "\u2267": r"\ge ", "\u2260": r"\ne ", "\u2248": r"\approx ",
    "\u2243": r"\approx ", "\u2245": r"\approx ", "\u2261": r"\equiv ", "\u2208": r"\in ", "\u2209": r"\notin ",
    "\u222a": r"\cup ", "\u22c3": r"\cup ", "\u2229": r"\cap ", "\u2216": r"\setminus ", "\u2205": r"\emptyset ",
    "\u2300": r"\emptyset ", "\u00b1": r"\pm ", "\u2213": r"\mp ", "\u00b0": r"^\circ ", "\u00ba": r"^\circ ",
    "\u2032": "'", "\u2019": "'", "\u2018": "'", "\u2033": "''", "\u27e8": r"\langle ", "\u27e9": r"\rangle ",
    "\u2329": r"\langle ", "\u232a": r"\rangle ", "\u3008": r"\langle ", "\u3009": r"\rangle ",
    "\u230a": r"\lfloor ", "\u230b": r"\rfloor ", "\u2308": r"\lceil ", "\u2309": r"\rceil ",
    "\u2223": "|", "\u2225": r"\|", "\u2211": r"\sum ", "\u222b": r"\int ", "\u220f": r"\prod ",
    "\u2202": r"\partial ", "\u2192": r"\to ", "\u21d2": r"\Rightarrow ", "\u2228": r" or ", "\u2227": r" and ",
    "\u2026": r"\ldots ", "\u22ef": r"\ldots ", "\u2220": r"\angle ", "\u2219\u0307": "",
    "\u211d": r"\mathbb{R}", "\u2124": r"\mathbb{Z}", "\u2115": r"\mathbb{N}", "\u211a": r"\mathbb{Q}",
    "\u2102": r"\mathbb{C}", "\u3001": ",", "\u3002": ".", "\u2236": ":", "\u02c6": "^", "\u2227\u0302": "",
    "\u2147": "e", "\u2148": "i", "\u212f": "e", "\u0131": "i", "\u2113": r"\ell ",
}  # fmt: skip

_GREEK = {
    "alpha": "\u03b1", "beta": "\u03b2", "gamma": "\u03b3", "delta": "\u03b4\u2206", "epsilon": "\u03b5\u03f5",
    "zeta": "\u03b6", "eta": "\u03b7", "theta": "\u03b8\u03d1", "iota": "\u03b9", "kappa": "\u03ba",
    "lambda": "\u03bb", "mu": "\u03bc\u00b5", "nu": "\u03bd", "xi": "\u03be", "pi": "\u03c0", "rho": "\u03c1",
    "sigma": "\u03c3", "tau": "\u03c4", "phi": "\u03c6\u03d5", "chi": "\u03c7", "psi": "\u03c8", "omega": "\u03c9",
    "Gamma": "\u0393", "Delta": "\u0394", "Theta": "\u0398", "Lambda": "\u039b", "Pi": "\u03a0", "Sigma": "\u03a3",
    "Phi": "\u03a6", "Psi": "\u03a8", "Omega": "\u03a9\u2126",
}  # fmt: skip

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₙₖₓ", "0123456789+-nkx", strict=True))
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")
_LOWERED_RUN = re.compile(f"[{''.join(_LOWERED)}]+")


def _table() -> dict[int, str]:
    table = dict.fromkeys(map(ord, _DROP), "")
    table |= dict.fromkeys(map(ord, _SPACES), " ")
    table |= {ord(sign): latex for sign, latex in _SIGNS.items() if len(sign) == 1}
    for name, letters in _GREEK.items():
        table |= dict.fromkeys(map(ord, letters), f"\\{name} ")
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
    r"""Return ``text`` in plain ASCII LaTeX as far as it has any, without wrappers and closing punctuation."""
    if not text.isascii():
        text = _ascii(text)
    text = _BLANKS.sub(" ", text)
    if _CONTROL.search(text):
        for damaged, whole in _DAMAGE:
            text = text.replace(damaged, whole)
    if r"\\" in text and r"\begin" not in text:
        text = _ESCAPED_TWICE.sub(r"\\", text)
    if r"\text{:}" in text:
        text = text.replace(r"\text{:}", ":")
    if "<su" in text:
        text = _HTML_LOWERED.sub(r"_{\1}", _HTML_RAISED.sub(r"^{\1}", text))
    return unwrapped(text)


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
        if text.endswith("..") or (text.endswith("\\\\") and len(text) < 3):
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


def _compatible(char: str) -> str:
    """Return the ASCII that Unicode holds ``char`` compatible with (full width, bold, vulgar fractions)."""
    plain = unicodedata.normalize("NFKC", char)
    if "\u2044" in plain:
        above, _, below = plain.partition("\u2044")
        return f"\\frac{{{above}}}{{{below}}}"
    if not plain.isascii():
        plain = plain.translate(_TABLE)
    return plain if plain.isascii() else char
