"""Whether short texts say the same: case that tells units apart, abbreviations, yes and no."""

from __future__ import annotations

import re

from reward_verifiers.stem.chemistry import read_chemistry
from reward_verifiers.units import read_unit

# --- case ----------------------------------------------------------------------------------------

_RUN = re.compile(r"[A-Za-zµ]+")
_MAX_RUN = 4
_MAX_SYMBOL = 2
# Words that happen to be spelt like formulas or units, and abbreviations that many write small;
# the x of a cross is a sign.
_WORDS = frozenset(
    ("no", "am", "pm", "ph", "poh", "pka", "pkb", "mrna", "trna", "rrna", "cdna", "x")
)
_GENOTYPE = re.compile(r"(?:([A-Z])\1){1,8}", re.IGNORECASE)  # Aa, TT, AaBb
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_RING = re.compile(r"(?=.{0,40}\d)(?:\d{0,2}[bcnopsfi]){4,40}\d{0,2}", re.IGNORECASE)  # c1ccccc1


def same_case(gold: str, answer: str) -> bool:
    """Whether two texts that differ in case at most mean the same: MW is not mW, nor Aa AA.

    They are compared from the end, for an answer may open with words of its own: "it is Aa".
    """
    if gold == answer:
        return True
    runs = _RUN.findall(gold)
    # A letter beside words is not told by its case (vitamin d), among symbols it is (R, r), and
    # beside numbers it may be a unit (5 M, 5 m).
    numbers, words = _DIGIT.search(gold) is not None, any(len(run) > _MAX_SYMBOL for run in runs)
    letters = None if numbers else not words
    pairs = zip(reversed(runs), reversed(_RUN.findall(answer)), strict=False)
    if any(_case_tells(one, other, letters) for one, other in pairs):
        return False
    tokens = zip(reversed(_TOKEN.findall(gold)), reversed(_TOKEN.findall(answer)), strict=False)
    return not any(
        one != other and one.lower() == other.lower() and _RING.fullmatch(one)
        for one, other in tokens
    )


def _case_tells(one: str, other: str, letters: bool | None) -> bool:
    """Whether two spellings of one word are two symbols, units or formulas.

    ``letters`` says whether the case of a single letter tells; None where it may be a unit.
    """
    if one == other or one.lower() != other.lower() or one.lower() in _WORDS:
        return False
    if len(one) == 1 and letters is not None:
        return letters
    if _GENOTYPE.fullmatch(one):
        return True
    if len(one) > _MAX_RUN:
        return False
    if _is_mixed(one) or _is_mixed(other):
        return True
    units = read_unit(one), read_unit(other)
    if units[0] is not None and units[1] is not None:
        return units[0].factor != units[1].factor or units[0].dimension != units[1].dimension
    formulas = read_chemistry(one), read_chemistry(other)
    return None not in formulas and formulas[0] != formulas[1]


def _is_mixed(word: str) -> bool:
    """Whether ``word`` has a capital inside and is not all in capitals: XRXr, not Co or DNA."""
    return not word.isupper() and not word[1:].islower() and len(word) > 1


# --- abbreviations -------------------------------------------------------------------------------

_ABBREVIATION = re.compile(r"[A-Z0-9][A-Za-z0-9+-]{0,7}")
_DENIALS = frozenset(("no", "not", "non", "none", "never"))


def abbreviates(short: str, text: str) -> bool:
    """Whether ``short`` may stand in brackets behind ``text``: "nitric oxide (NO)", "iron (Fe)".

    It is made of letters of the text in their order, from the first of a word on, or is a chemical
    symbol or formula. A word that denies must be made of first letters.
    """
    if not _ABBREVIATION.fullmatch(short):
        return False
    words = re.findall(r"[a-z0-9]+", text.lower())
    letters = short.lower()
    if letters in _DENIALS:
        return _in_order(letters, "".join(word[0] for word in words))
    if read_chemistry(short) is not None:
        return True
    return any(
        _in_order(letters, "".join(words[at:]))
        for at, word in enumerate(words)
        if word[0] == letters[0]
    )


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


# --- yes and no ----------------------------------------------------------------------------------

_YES = frozenset(("yes", "true"))
_OPENING = re.compile(r"\s*(yes|no|true|false)\s*[,.;:—–-]\s*", re.IGNORECASE)
_VERDICT = re.compile(r"\b(?:yes|no|true|false)\b", re.IGNORECASE)
_REASON = re.compile(r"(?:because|since|as|due|given|for)\b", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\b(?:but|however|unless|except|although|though|only\s(?:if|when)|not\s(?:really|exactly|quite"
    r"|always|necessarily|entirely|sure)|maybe|perhaps|possibly|probably|part(?:ly|ially)|sometimes"
    r"|sort\sof|kind\sof|depend(?:s|ing)|or|wrong|incorrect|untrue|otherwise)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|cannot|no|hardly|neither|nor)\b", re.IGNORECASE)
_AFFIRMED = re.compile(
    r"(?:it|this|that|they|these|those|he|she|we|you|there)\s"
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should|may|might)\b"
    r"(?!\s?(?:not\b|n['’]t))",
    re.IGNORECASE,
)


def opening_verdict(text: str) -> str | None:
    """Return the yes, no, true or false that ``text`` opens with, if what follows stands by it.

    A reason may follow, or the verdict in a sentence: "No, it does not"; but no second thoughts,
    and no sentence that says the opposite: "Yes, not really", "No, it is".
    """
    opening = _OPENING.match(text)
    if opening is None or len({word.lower() for word in _VERDICT.findall(text)}) > 1:
        return None
    word, rest = opening[1].lower(), text[opening.end() :]
    if _QUALIFIED.search(rest):
        return None
    if not _REASON.match(rest):
        opposite = _NEGATED.search(rest) if word in _YES else _AFFIRMED.match(rest)
        if opposite:
            return None
    return word
