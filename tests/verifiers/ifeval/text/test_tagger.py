"""The first word's part of speech is the one that NLTK's tagger gives it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import nltk
import pytest
from nltk.corpus import stopwords
from verifiers.ifeval.nltk_data import install_nltk_data
from verifiers.ifeval.text.samples import PROSE, SIGNS, WORDS

from reward_verifiers.ifeval.text.stop_words import STOP_WORDS
from reward_verifiers.ifeval.text.tagger import first_tag
from reward_verifiers.ifeval.text.words import word_tokenize

VERBS = (
    *("Run", "Write", "Consider", "Imagine", "go", "take", "Making", "written"),
    *("is", "Be", "Click", "Note", "Let", "open", "Please"),
)


@pytest.fixture(scope="module", autouse=True)
def _nltk(tmp_path_factory: pytest.TempPathFactory) -> None:
    install_nltk_data(Path(tmp_path_factory.mktemp("nltk_data")))


def test_first_tags_are_those_of_nltk() -> None:
    random = Random(0)
    prose = [word for text in PROSE for word in word_tokenize(text)]
    signs = [sign for sign in SIGNS if sign.strip()]
    for _ in range(3000):
        words = random.choices(random.choice((prose, WORDS, VERBS, signs)), k=random.randint(1, 4))
        assert first_tag(words) == nltk.pos_tag(words)[0][1], words


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        (["Write", "a", "poem"], "VB"),
        (["The", "dog"], "DT"),
        (["Running", "is", "fun"], "VBG"),
        (["1999"], "CD"),
        (["12", "dogs"], "CD"),
        (["re-use", "it"], "NN"),
        (["London"], "NNP"),
    ],
)
def test_first_tags(words: list[str], tag: str) -> None:
    assert first_tag(words) == tag


def test_only_the_first_three_words_matter() -> None:
    assert first_tag(["Time", "flies", "like"]) == first_tag(["Time", "flies", "like"] * 5000)


def test_the_stop_words_are_those_of_nltk() -> None:
    assert set(stopwords.words("english")) == STOP_WORDS
    assert len(STOP_WORDS) == 198
