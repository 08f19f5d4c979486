"""The English stop words."""

from __future__ import annotations

from typing import Final

from reward_verifiers.ifeval.text.shipped import shipped_lines

STOP_WORDS: Final = frozenset(shipped_lines("stop_words_english.txt"))
"""NLTK's English list of 198 words, contractions of pronouns ("he'd") among them.

Source: ``corpora/stopwords/english`` of nltk_data; its list of before 2024 has 179 of the words.
"""
