"""Words around and instead of mathematics: which are answers, which are harmless, which contradict.

Bare words never become products of letters: ``east`` is a word, and not ``seat``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.math.nodes import (
    EMPTY,
    INFINITY,
    REALS,
    Items,
    Neg,
    Num,
    Scalar,
    Sym,
    Value,
    Words,
)
from reward_verifiers.math.spoken import SMALL, spoken_integer
from reward_verifiers.math.tokens import Token, UnreadableError
from reward_verifiers.math.vocabulary import listed
from reward_verifiers.units import is_unit_word


def _phrases(text: str) -> frozenset[str]:
    """Return the phrases of ``text``, which stand between bars."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


_EMPTY = _phrases(
    """no solution | no solutions | no real solution | no real solutions | no real root | none
    | no real roots | empty set | the empty set | empty | null set | no such number | no roots
    | no integer solutions | no such integer | no such integers | no such numbers | no value
    | there is no solution | there are no solutions | no real number | no real numbers | no values
    | no real value | has no solution"""
)
_REALS = _phrases(
    """all real numbers | all reals | all real number | any real number | the real numbers
    | real numbers | all real values | all real x | x is any real number | every real number
    | the set of all real numbers | all real | the set of real numbers"""
)
_SAME = {
    "dne": "does not exist",
    "doesnt exist": "does not exist",
    "nonexistent": "does not exist",
    "infinite": "infinitely many",
    "infinitely many solutions": "infinitely many",
    "infinite solutions": "infinitely many",
    "infinite number of solutions": "infinitely many",
    "not defined": "does not exist",
    "undefined": "does not exist",
    "cannot be determined": "not enough information",
    "it cannot be determined": "not enough information",
    "cant be determined": "not enough information",
    "divergent": "diverges",
    "diverge": "diverges",
    "convergent": "converges",
    "converge": "converges",
    "t": "true",
    "correct": "true",
    "f": "false",
}
_ORDINALS = {
    name: value
    for value, name in enumerate(
        listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
}

# Two letters that are a word and not a product.
_SHORT_WORDS = frozenset(listed("no NO No up Up go in on at is of to it so am pm"))

# Words that say something about a value instead of naming what was counted.
_SAYING = frozenset((*SMALL, "twenty")) | frozenset(
    listed(
        """is isnt are arent was were be not no never nor neither or and either both but maybe
        perhaps possibly probably wrong incorrect false right correct true except minus plus times
        divided equals equal approximately about around roughly nearly almost more less fewer
        greater smaller than least most over under above below between from to if then because
        since hence thus so therefore instead rather half double twice triple answer solution
        options option choice otherwise actually unless without negative positive undefined nan
        infinity infinite unknown squared cubed hundred thousand factorial halves thirds quarters
        quarter fourths fifths tenths hundredths power point root square tens hundreds thousands
        exponent gross doubled tripled halved anything any none billions lakhs dozens scores
        millions grosses times percents others less factorials powers squares roots ones twos"""
    )
)
# What may be told of the things counted: "72 clips sold altogether".
_TOLD = frozenset(
    listed(
        """altogether overall total together left remaining sold needed used made bought spent given
        earned saved lost found eaten required"""
    )
)
_MAX_NOUN_WORDS = 5
_MAX_PRODUCT_LETTERS = 3
_NOUN = re.compile(r"[A-Za-z][A-Za-z'.\- ]*")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|or|&)\s+", re.IGNORECASE)
_LETTER = re.compile(r"\s*\(?([A-Z])\)?\s*")
_ARTICLE = re.compile(r"^(?:the|an|a) (?=[a-z]{2})")
_NOT_LETTERS = re.compile(r"[^A-Za-z0-9]+")

_SPOKEN = frozenset(("word", "text", "sym", "func", "logic"))
_BETWEEN = frozenset(("-", "'", ",", ".", "&"))


def spoken(tokens: Sequence[Token]) -> Value | None:
    """Return the value of an answer in words; None where there is mathematics in it."""
    has_word = False
    for token in tokens:
        if token.kind in ("text", "word"):
            has_word = has_word or is_word(token.text)
            if token.kind == "text" and any(char.isdigit() for char in token.text):
                return None
        elif token.kind not in _SPOKEN and token.text not in _BETWEEN:
            return None
    if not has_word or _has_list(tokens):
        return None
    return phrase(" ".join(token.text for token in tokens))


def _has_list(tokens: Sequence[Token]) -> bool:
    """Whether single letters stand beside signs: "a, b and c" is a list of symbols."""
    words = [token for token in tokens if token.kind in ("text", "word")]
    return sum(token.text in (",", "&") for token in tokens) >= len(words) and len(tokens) > 1


def is_word(run: str) -> bool:
    """Whether a run of letters is a word rather than a product of two or so."""
    return len(run) > 2 or run in _SHORT_WORDS


def phrase(text: str) -> Value:
    """Return what ``text`` says: a set, a number, or the words themselves."""
    number = spoken_integer(text.replace("-", " ").strip(" .").casefold())
    if number is not None:
        return Scalar(Num(number) if number >= 0 else Neg(Num(-number)))
    letter = _LETTER.fullmatch(text)
    if letter is not None:
        return Scalar(Sym(letter[1]))
    parts = _AND.split(text)
    if len(parts) > 1 and all(part.strip() for part in parts):
        return Items("list", tuple(phrase(part) for part in parts))
    plain = " ".join(_NOT_LETTERS.sub(" ", text.replace("'", "")).casefold().split())
    if plain in _EMPTY:
        return EMPTY
    if plain in _REALS:
        return REALS
    if plain in ("infinity", "positive infinity"):
        return Scalar(INFINITY)
    if plain in _ORDINALS:
        return Scalar(Num(_ORDINALS[plain]))
    return Words(_SAME.get(plain, _ARTICLE.sub("", plain)))


def scaled(noun: str) -> int | None:
    """Return the number that a scale word behind a number stands for."""
    return {"hundred": 100, "thousand": 1000}.get(noun.casefold().strip())


def has_text(tokens: Sequence[Token]) -> bool:
    """Whether words stand beside the mathematics, so that a unit or a noun has to be split off."""
    for index, token in enumerate(tokens):
        if token.kind == "text":
            return True
        if token.kind == "word" and (
            len(token.text) > 3 or token.space or index == len(tokens) - 1
        ):
            return True
        if token.text in ("deg", "circ") and token.kind == "op" and index + 1 < len(tokens):
            after = tokens[index + 1]
            if after.text in ("C", "F", "K") or (after.text == "}" and tokens[index + 2 :]):
                return True
    return False


def trailing_noun(tokens: Sequence[Token]) -> tuple[int, str]:
    """Return how many tokens at the end are a noun, and the noun; 0 for products of letters.

    Raises:
        UnreadableError: the words say something about the value, or stand elsewhere.
    """
    count = 0
    for token in reversed(tokens):
        if not _is_noun(token):
            break
        count += 1
    if not count:
        return 0, ""
    noun = " ".join(token.text for token in tokens[len(tokens) - count :])
    if not _NOUN.fullmatch(noun):
        raise UnreadableError("text beside the value that is no unit")
    plain = noun.casefold().replace("'", "").replace(".", "").replace("-", " ").split()
    if len(plain) > _MAX_NOUN_WORDS or not _SAYING.isdisjoint(plain):
        raise UnreadableError("words beside the value that are no unit")
    return count, " ".join(plain)


def _is_noun(token: Token) -> bool:
    """Whether a token is a word on its own, rather than letters that multiply a number."""
    apart = len(token.text) > _MAX_PRODUCT_LETTERS or (token.space and is_word(token.text))
    return token.kind == "text" or (token.kind == "word" and apart)


def is_harmless(noun: str) -> bool:
    """Whether words behind a number only name what was counted: a plural, or a known one."""
    words = noun.split()
    while len(words) > 1 and words[-1] in _TOLD:
        words.pop()
    last = words[-1] if words else ""
    return last in _TOLD or is_unit_word(last) or (len(last) > 3 and last.endswith("s"))


def says_something(text: str) -> bool:
    """Whether words make a statement, so that they are no mere name: "not", "at most", "8 or"."""
    plain = _NOT_LETTERS.sub(" ", text.replace("'", "")).casefold().split()
    return any(char.isdigit() for char in text) or not _SAYING.isdisjoint(plain)
