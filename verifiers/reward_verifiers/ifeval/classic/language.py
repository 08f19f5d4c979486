"""The language that the whole text must be in."""

from __future__ import annotations

from typing import Any

from reward_verifiers.ifeval.text.text import Text

# What langdetect 1.0.9 can answer.
_LANGUAGES = (
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr "
    "ne nl no pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh-cn zh-tw"
)
LANGUAGES = frozenset(_LANGUAGES.split(" "))


def response_language(text: Text, *, language: str) -> bool:
    """Whether the text is in the language; a text whose language cannot be told counts as so."""
    return text.language is None or text.language == language


def response_language_told(text: Text, *, language: str) -> bool:
    """Whether the text can be told to be in the language."""
    return text.language == language


def language(value: Any) -> str:
    """Read the code of a language that can be detected.

    Raises:
        ValueError: it is none; the official code could never be satisfied, or fails.
    """
    if not isinstance(value, str) or value not in LANGUAGES:
        codes = "Chinese is zh-cn or zh-tw" if value == "zh" else "expected a code as en, de or ar"
        raise ValueError(
            f"no language that can be detected: {str(value)[:20]!r}; {codes} "
            "(docs/ifeval.md lists all 55)"
        )
    return value
