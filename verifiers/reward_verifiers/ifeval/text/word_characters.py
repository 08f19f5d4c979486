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
def word_class() -> str:
    """Return the inside of a character class that holds every word character, ASCII ones too.

    Source: ``\\w`` of the regex package 2026.11.19.
    """
    ranges = (line.split("-") for line in shipped_lines("word_characters.txt"))
    return "0-9A-Z_a-z" + "".join("-".join(chr(int(end, 16)) for end in ends) for ends in ranges)


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(f"[{word_class()}]+")


def word_runs(text: str) -> list[str]:
    r"""Return the runs of word characters, as NLTK's ``RegexpTokenizer(r"\w+")``."""
    return (_ASCII_RUN if text.isascii() else _runs()).findall(text)
