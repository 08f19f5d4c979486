r"""A second verifier: the answer is the gold once both are written by the same rules.

It computes nothing, so it is independent of the symbolic verifier, and fast. The rules are those
published with MATH and Minerva, rewritten, with their known errors mended:

===============================================  ==================================================
published rule                                   mended here
===============================================  ==================================================
delete units and words                           a list of known ones; and where both sides name a
                                                 unit, it must be the same (5 cm is not 5 m)
take what follows the last ``=``                 only a label such as ``x=`` is dropped, and only
                                                 when the other side has none
delete all spaces                                "1 1/4" is a mixed number and not 11/4
delete thousands commas                          only between groups of three digits, and not in
                                                 brackets: (1,234) is a pair
compare numbers as floats                        digits are compared as text, to the last one
an empty text equals an empty text               nothing equals an empty text
===============================================  ==================================================

Source: Hendrycks et al. 2021, https://arxiv.org/abs/2103.03874 (its answer normalisation);
Lewkowycz et al. 2022, https://arxiv.org/abs/2206.14858, appendix D.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reward_verifiers.math.scales import is_number_word
from reward_verifiers.math.words import changes_value
from reward_verifiers.units import is_unit_word

_MAX_CHARS = 1000  # Longer texts are only compared as they are, but for white space.

_BOXED = re.compile(r"\s*\\(?:boxed|fbox)\s*\{(.*)\}\s*\Z", re.DOTALL)
_VANISHES = re.compile(
    r"\\(?:left|right|displaystyle|textstyle|limits|[bB]igg?[lr]?)(?![A-Za-z])"
    r"|\\!|\u200b|\{\}"
)
_MONEY = re.compile(r"\s*(\\\$|€|£)")
_CURRENCIES = {"\\$": "dollar", "€": "euro", "£": "pound"}
_SPACE = re.compile(r"(?:\\q?quad(?![A-Za-z])|\\[,;: ]|\\[()\[\]]|[~$\s])+")
_WORDS = re.compile(r"\\(?:text[a-z]{0,4}|math(?:rm|bf|it)|mbox|operatorname)\s?\{([^{}]*)\}")

_SYNONYMS = (
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:leqslant|leq|le)(?![A-Za-z])|<=|≤"), r"\\le "),
    (re.compile(r"\\(?:geqslant|geq|ge)(?![A-Za-z])|>=|≥"), r"\\ge "),
    (re.compile(r"\\neq?(?![A-Za-z])|!=|≠"), r"\\ne "),
    (re.compile(r"\\(?:varnothing|emptyset)(?![A-Za-z])|∅"), r"\\emptyset "),
    (re.compile(r"\\infty(?![A-Za-z])|∞"), r"\\infty "),
    (re.compile(r"\\pi(?![A-Za-z])|π"), r"\\pi "),
    (re.compile(r"(?:\\times(?![A-Za-z])|[·×*])(?=\s?\d)"), r"\\cdot "),
    (re.compile(r"[\u2212\u2013]"), "-"),
    (re.compile(r"\\?%"), " percent"),
    (re.compile(r"\^\s?(?:\{\s?\\circ\s?\}|\\circ(?![A-Za-z]))|°"), " degrees"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r" +(?=\^)"), ""),
)
# Braces that may be left out: \frac12, \frac{1}2, \sqrt2, x^{2}, a_{1}.
_BRACES = (
    (re.compile(r"\\frac\s?([0-9]|(?<= )[A-Za-z])(?=[\s0-9A-Za-z{])"), r"\\frac{\1}"),
    (re.compile(r"(\\frac\{[^{}]*\})\s?([0-9A-Za-z])"), r"\1{\2}"),
    (re.compile(r"\\sqrt\s?([0-9]|(?<= )[A-Za-z])"), r"\\sqrt{\1}"),
    (re.compile(r"([\^_])\s?\{\s?([0-9A-Za-z])\s?\}"), r"\1\2"),
)
_NUMBERS = (
    # 10 000, then 1 1/4, then 3/4.
    (re.compile(r"(?<![\d.,/])(\d{1,3}(?: \d{3})+)(?![\d/])"), lambda m: m[1].replace(" ", "")),
    (re.compile(r"(?<![\w./}])(\d+) (\d+)\s?/\s?(\d+)(?![\w./])"), r"\1\\frac{\2}{\3}"),
    (re.compile(r"(?<![\w./})^_])(\d+)\s?/\s?(\d+)(?![\w./(])"), r"\\frac{\1}{\2}"),
    (re.compile(r"(?<![\d.\w])\.(?=\d)"), "0."),
    (re.compile(r"(?<=\d)\.0*(?![\d.])"), ""),
    (re.compile(r"(\d\.\d*[1-9])0+(?!\d)"), r"\1"),
)
_STOP = re.compile(r"(?<![.,;:])[.,;:]\Z")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,])")
_LABEL = re.compile(r"([A-Za-z](?:_?\w)?|\\[a-z]+|[A-Za-z]\([A-Za-z]\))=(?!=)")
_WORD = r"[A-Za-z]{2,20}(?:\^[23])?"
_UNIT = re.compile(rf"(.*[\d}})])\s({_WORD}(?:[\s./]{{1,2}}{_WORD}){{0,3}})\Z", re.DOTALL)
_BESIDE_UNITS = frozenset(["square", "cubic", "per", "of", "the", "percent", "degrees"])
_PARTS = frozenset(["ppm", "ppb", "ppt"])
_FROM_ONE = re.compile(r"-?[1-9][0-9]*(?:\.[0-9]+)?")


def same_by_rules(gold: str, answer: str) -> bool:
    """Are ``gold`` and ``answer`` one text, once both are written by the same rules?"""
    if gold.split() == answer.split():
        return bool(gold.strip())
    if max(len(gold), len(answer)) > _MAX_CHARS:
        return False
    one, other = _written(gold), _written(answer)
    return (
        one.value == other.value != ""
        and _agree(one.label, other.label)
        and _agree(one.unit, other.unit)
        and (one.unit == other.unit or not _is_part(one.value, one.unit or other.unit))
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """A text by the rules, taken apart; label and unit are empty where there is none."""

    label: str
    value: str
    unit: str


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _is_part(value: str, unit: str) -> bool:
    """Whether a unit that one side leaves out is per cent of less than one: a proportion."""
    return unit == "percent" and not _FROM_ONE.fullmatch(value)


def _written(text: str) -> _Written:
    if boxed := _BOXED.match(text):
        text = boxed[1]
    text = text.strip().removeprefix("**").removesuffix("**")
    money = _MONEY.match(text)
    text = _WORDS.sub(r" \1 ", _VANISHES.sub("", text[money.end() :] if money else text))
    text = _SPACE.sub(" ", text)
    for rules in (_SYNONYMS, _BRACES, _NUMBERS):
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
        text = _SPACE.sub(" ", text)
    value, unit = _without_unit(_STOP.sub("", text.strip()))
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    label, value = _without_label(_unspaced(value))
    unit = " ".join(filter(None, [_CURRENCIES[money[1]] if money else "", unit]))
    return _Written(label, value.removeprefix("+"), unit)


def _without_unit(text: str) -> tuple[str, str]:
    """Split off known units and counted things at the end: "7 apples", "12 square feet"."""
    found = _UNIT.match(text)
    if found is None:
        return text, ""
    words = re.findall(r"[A-Za-z]+", found[2])
    if not all(word in _BESIDE_UNITS or is_unit_word(word) for word in words):
        return text, ""
    lower = [word.lower() for word in words]
    if any(map(is_number_word, lower)) or changes_value(" ".join(lower)):
        return text, ""
    if not _PARTS.isdisjoint(lower) or ("percent" in lower and len(lower) > 1):
        return text, ""
    return found[1], re.sub(r"s\b|[\s.]", "", found[2])


def _without_label(text: str) -> tuple[str, str]:
    label = _LABEL.match(text)
    if label is None or "=" in text[label.end() :]:
        return "", text
    return label[1], text[label.end() :]


def _unspaced(text: str) -> str:
    """Delete spaces, except where two numbers or two words would run into each other."""
    return re.sub(
        r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])|(?<=\d) (?!\d)|(?<=[A-Za-z]) (?=\d)", "", text
    )
