"""Pieces that texts are made of, and the ways to spoil one a little."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple


class Case(NamedTuple):
    """What is asked for, and what was written."""

    kwargs: dict[str, Any]
    text: str


_WORDS = """
apple brave cedar delta eager frost grand house inner joint knife lunar mango noble ocean piano
quiet river stone tiger under vivid whale xenon young zebra and but so yet or I he she it they them
this that what whose anybody the of to a is was not don't it's re-use e.g. 42 7 Mia Ava Leo Emma
Miami Noah's Nora London U.S. Mr. Dr. Inc. a.m. OK NASA iPhone x y
na\u00efve \u00cdsland \u0130x \u00aaa \u24d0b stra\u00dfe \u0391\u03a3 \u212aa 3.14 1,000
\u65e5\u672c \u30c6\u30b9\u30c8 \uff11\uff12 \u0663 x\u0301 strengths rhythms cannot
"""
WORDS = tuple(_WORDS.split())
ODD = (
    *".,;:!?*-#_/()[]{}|%&\"'1aA\n\t\r\x1c\x00\u201c\u201d\u2019\u203d\u2014\u00b2\u2160\u0301",
    *"\u3000\u00a0\u2028\u2728\ufe0f\u200d\U0001f600",
    *("''", "``", "**", "--", "..", "...", "?!", "!?", "\n\n", " \n", "  ", "\r\n", "\u2764\ufe0f"),
    *("<i>", "</i>", "<em>", "<stop>", "<prd>", "\U0001f44d\U0001f3fd"),
)
ENDS = (".", ".", ".", "?", "!", "...", '."', "!\u201d", "?'", ".)", "", " .", "?!")


def words(rng: Random, least: int, most: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most)))


def sentence(rng: Random, end: str | None = None) -> str:
    text = words(rng, 1, 6)
    opening = rng.choice(("", "", "", "", '"', "\u201c", "("))
    return opening + text[:1].upper() + text[1:] + (rng.choice(ENDS) if end is None else end)


def prose(rng: Random, least: int, most: int) -> str:
    gaps = (" ", " ", " ", "\n", "\n\n", "  ", "")
    return "".join(sentence(rng) + rng.choice(gaps) for _ in range(rng.randint(least, most)))


def spoilt(rng: Random, text: str) -> str:
    """Return ``text`` with a small change."""
    where = rng.randrange(len(text) + 1)
    pieces = text.split(rng.choice((" ", " ", "\n")))
    which = rng.randrange(len(pieces))
    change = rng.randrange(9)
    if change == 0:
        return text[:where] + text[where + 1 :]
    if change <= 2:
        return text[:where] + rng.choice(ODD) + text[where:]
    if change == 3:
        return text[:where] + text[where : where + 1].swapcase() + text[where + 1 :]
    if change == 4:
        return text + rng.choice(ODD)
    if change == 5:
        return rng.choice(ODD) + text
    if change == 6:
        return " ".join([*pieces[:which], *pieces[which + 1 :]])
    if change == 7:
        return "\n".join([*pieces[:which], pieces[which], *pieces[which:]])
    return " ".join([*pieces[:which], rng.choice(WORDS), *pieces[which:]])


def about(rng: Random, count: int, least: int = 0) -> int:
    return max(least, count + rng.choice((-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
