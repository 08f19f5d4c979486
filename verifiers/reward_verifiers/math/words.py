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
    Prod,
    Scalar,
    Sym,
    Value,
    Words,
)
from reward_verifiers.math.scales import ORDINALS, is_number_word, spoken_fraction
from reward_verifiers.math.spoken import spoken_integer
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
# Two letters that are a word and not a product.
_SHORT_WORDS = frozenset(listed("no NO No up Up go in on at is of to it so am pm"))

# Words that say something about a value instead of naming what was counted; numbers do as well.
_SAYING = frozenset(
    listed(
        """is isnt are arent was were be not no never nor neither or and either both but maybe
        perhaps possibly probably wrong incorrect false right correct true except minus plus times
        divided equals equal approximately about around roughly nearly almost more less fewer
        greater smaller than least most over under above below between from to if then because
        since hence thus so therefore instead rather half double twice triple answer solution
        options option choice otherwise actually unless without negative positive undefined nan
        infinity infinite unknown squared cubed factorial power point root square exponent doubled
        tripled halved anything any none grosses times percents percentage basis permille permilles
        cents grand grands thou mils mio bn mn others factorials powers squares roots"""
    )
)
# What is done to a value, in the plural of what is counted.
_OPERATIONS = frozenset(
    listed(
        """negatives opposites reciprocals inverses negations conjugates complements doubles mods
        moduli remainders logarithms halvings doublings squarings"""
    )
)
_CHANGING = re.compile(
    r"\b(?:(?:square|cube|cubic|fourth|nth) roots?|per cents)\Z|^(?:cube|square|root)$"
    r"|^[kmb] (?:dollars?|euros?|pounds?|rupees?|yen|yuan|usd|people)\b"  # thousands by a letter
)
# What may be told of the things counted: "72 clips sold altogether".
_TOLD = frozenset(
    listed(
        """altogether overall total together left remaining sold needed used made bought spent given
        earned saved lost found eaten required old long tall wide high deep thick
        each apiece"""
    )
)
_TOLD_AT_END = re.compile(
    rf"(?<=[^\s~\d{{])(?:[\s~]+(?:{'|'.join(sorted(_TOLD))}))+(?=\s?\}}?\s?\Z)"
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
    fraction = spoken_fraction(text.replace("-", " ").strip(" .").casefold().split())
    if fraction is not None:
        return Scalar(Prod((Num(fraction.numerator),), (Num(fraction.denominator),)))
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
    if plain in ORDINALS:
        return Scalar(Num(ORDINALS[plain]))
    return Words(_SAME.get(plain, _ARTICLE.sub("", plain)))


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
    if len(plain) > _MAX_NOUN_WORDS or _says(plain):
        raise UnreadableError("words beside the value that are no unit")
    return count, " ".join(plain)


def _is_noun(token: Token) -> bool:
    """Whether a token is a word on its own, rather than letters that multiply a number."""
    apart = len(token.text) > _MAX_PRODUCT_LETTERS or (token.space and is_word(token.text))
    return token.kind == "text" or (token.kind == "word" and apart)


def is_harmless(noun: str) -> bool:
    """Whether words behind a number only name what was counted: a plural, or a known one.

    So does what it is a part of: "of the cake".
    """
    words = noun.split()
    if words[:2] == ["of", "the"]:
        return len(words) > 2
    while len(words) > 1 and words[-1] in _TOLD:
        words.pop()
    last = words[-1] if words else ""
    return last in _TOLD or is_unit_word(last) or _is_plural(last)


def untold(text: str) -> str:
    """Return ``text`` without what is told of a quantity behind its unit: "5 cm long" is 5 cm."""
    return _TOLD_AT_END.sub("", text)


def _is_plural(word: str) -> bool:
    """Whether a word looks like several of something: not "guess", "minus" or "basis"."""
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def says_something(text: str) -> bool:
    """Whether words make a statement, so that they are no mere name: "not", "at most", "8 or"."""
    plain = _NOT_LETTERS.sub(" ", text.replace("'", "")).casefold().split()
    return any(char.isdigit() for char in text) or _says(plain)


def _says(words: Sequence[str]) -> bool:
    """Whether words, in small letters, do more than name something."""
    return not _SAYING.isdisjoint(words) or any(map(is_number_word, words))


def refuse_operation(text: str) -> None:
    """Refuse words behind a value that change it, though they look like things counted.

    Raises:
        UnreadableError: they do, as in "5 negatives", "5 square roots".
    """
    if changes_value(text):
        raise UnreadableError("words beside the value that change it")


def changes_value(text: str) -> bool:
    """Whether words behind a value, alike to things counted, make another value of it."""
    plain = text.casefold().strip(" .")
    return plain.rpartition(" ")[2] in _OPERATIONS or _CHANGING.search(plain) is not None
