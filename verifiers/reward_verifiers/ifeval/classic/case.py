"""Upper and lower case, and commas."""

from __future__ import annotations

from reward_verifiers.ifeval.relation import holds
from reward_verifiers.ifeval.text.text import Text


def capital_word_frequency(text: Text, *, capital_frequency: int, capital_relation: str) -> bool:
    """Whether so many words are all upper case."""
    return holds(text.n_capital_words, capital_relation, capital_frequency)


def english_capital(text: Text) -> bool:
    """Whether the text is all upper case, and English or of no language that can be told."""
    return text.raw.isupper() and text.language in ("en", None)


def english_capital_told(text: Text) -> bool:
    """Whether the text is all upper case, and can be told to be English."""
    return text.raw.isupper() and text.language == "en"


def english_lowercase(text: Text) -> bool:
    """Whether the text is all lower case, and English or of no language that can be told."""
    return text.raw.islower() and text.language in ("en", None)


def english_lowercase_told(text: Text) -> bool:
    """Whether the text is all lower case, and can be told to be English."""
    return text.raw.islower() and text.language == "en"


def no_comma(text: Text) -> bool:
    """Whether there is no comma."""
    return "," not in text.raw
