"""ASCII punctuation, as these checks set it aside."""

from __future__ import annotations

import string

AROUND = string.punctuation + " "
"""What is stripped from both ends of a word or line; other blanks are not."""

_NONE = str.maketrans("", "", string.punctuation)


def without_punctuation(text: str) -> str:
    """Return ``text`` without its 32 ASCII punctuation marks."""
    return text.translate(_NONE)


def bare_words(text: str) -> list[str]:
    """Return the blank-separated words of ``text`` in lower case, less their punctuation."""
    return without_punctuation(text.lower()).split()
