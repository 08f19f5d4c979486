"""The first words of a long sentence are those of the whole."""

from __future__ import annotations

from random import Random

import pytest

from reward_verifiers.ifeval.iftrain import words
from reward_verifiers.ifeval.iftrain.words import first_words
from reward_verifiers.ifeval.text.words import word_tokenize

PIECES = (
    *("cat", "Mr.", "U.S.", "can't", "cannot", "gonna", "'tis", "3.5", "x", "\u201cHi\u201d"),
    *("[", "]", "(", ")", "<", ">", "*", "?", "!", ".", ",", ":", ";", "--", "...", ". )", "). "),
    *('"', "'", "''", "``", "'s", "n't", "\u2019", "''''"),
)
GAPS = ("", "", " ", " ", "  ", "\n")


@pytest.mark.parametrize("n_chars", [1, 2, 20])
def test_cutting_a_sentence_short_changes_no_word(
    n_chars: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_CHARS_PER_WORD", n_chars)
    rng = Random(n_chars)
    for _ in range(700):
        text = "".join(rng.choice(PIECES) + rng.choice(GAPS) for _ in range(rng.randint(1, 60)))
        number = rng.randint(1, 12)
        assert first_words(text, number) == word_tokenize(text)[:number], text
