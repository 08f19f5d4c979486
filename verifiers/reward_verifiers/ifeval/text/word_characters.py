r"""What a word character is: ``\w`` as the regular expressions of NLTK 3.10 read it.

NLTK 3.10 matches with the ``regex`` package, whose ``\w`` holds combining marks (so a Hindi word
is one run) and leaves out numbers that are no digits. Python's own ``re`` draws the line elsewhere.
"""

from __future__ import annotations

import re
from functools import cache

from reward_verifiers.ifeval.text.shipped import shipped_lines

_ASCII_RUN = re.compile(r"\w+", re.ASCII)


@cache
def _ranges() -> tuple[tuple[int, int], ...]:
    r"""Return the ranges of word characters past ASCII.

    Source: ``\w`` of the regex package 2026.11.19.
    """
    ends = (line.split("-") for line in shipped_lines("word_characters.txt"))
    return tuple((int(pair[0], 16), int(pair[-1], 16)) for pair in ends)


def _class(low: int, high: int) -> str:
    inside = ((max(start, low), min(end, high)) for start, end in _ranges())
    ranges = (f"{chr(start)}-{chr(end)}" for start, end in inside if start <= end)
    return f"[{''.join(ranges)}]"


@cache
def word_character() -> str:
    """Return the pattern of a word character.

    Python looks up a class of the basic plane in a table, and walks through a longer one: so the
    other planes are apart, and those of the emoji apart from the letters.
    """
    basic = _class(0x80, 0xFFFF).replace("[", "[0-9A-Z_a-z", 1)
    letters, pictures = _class(0x10000, 0x1EFFF), _class(0x1F000, 0x10FFFF)
    return f"(?:{basic}|(?=[\U00010000-\U0001efff]){letters}|(?=[\U0001f000-\U0010ffff]){pictures})"


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(f"{word_character()}+")


def word_runs(text: str) -> list[str]:
    r"""Return the runs of word characters, as NLTK's ``RegexpTokenizer(r"\w+")``."""
    return (_ASCII_RUN if text.isascii() else _runs()).findall(text)
