"""Sentences are where NLTK's Punkt cuts them, and where the hand-written rules do."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from verifiers.ifeval.nltk_data import install_nltk_data
from verifiers.ifeval.oracles import lm_eval
from verifiers.ifeval.text.samples import LANGUAGES, PROSE, SIGNS, loops, texts

from reward_verifiers.ifeval.text.sentences import sent_tokenize, split_by_rules
from reward_verifiers.ifeval.text.text import Text


@pytest.fixture(scope="module", autouse=True)
def _nltk(tmp_path_factory: pytest.TempPathFactory) -> None:
    install_nltk_data(Path(tmp_path_factory.mktemp("nltk_data")))


@pytest.mark.parametrize("text", [*PROSE, *LANGUAGES.values(), *SIGNS, "", " "])
def test_prose_is_cut_as_by_nltk(text: str) -> None:
    assert sent_tokenize(text) == nltk.sent_tokenize(text)


@pytest.mark.parametrize("seed", range(3))
def test_random_texts_are_cut_as_by_nltk(seed: int) -> None:
    for text in texts(seed, 500):
        expected = nltk.sent_tokenize(text)
        assert sent_tokenize(text) == expected
        assert Text(text).n_sentences == len(expected)


def test_loops_of_a_few_tokens_are_cut_as_by_nltk() -> None:
    for text in loops(0, 4000):
        assert sent_tokenize(text) == nltk.sent_tokenize(text), repr(text)


def test_long_words_are_cut_as_by_nltk() -> None:
    for text in loops(2, 300):
        word = "".join(text.split()) * 30
        expected = nltk.sent_tokenize(f"{word}\n{text} The end")
        assert sent_tokenize(f"{word}\n{text} The end") == expected, repr(text)


@pytest.mark.parametrize(
    "token", [". ", '." ', "? ", "A. ", "Mr. a. ", "\n. ", "\u201d..", "..'", "\xe9.:", ".\xa0"]
)
def test_a_long_loop_is_cut_as_by_nltk(token: str) -> None:
    assert sent_tokenize(token * 300) == nltk.sent_tokenize(token * 300)


@given(st.text(alphabet=" .?!\"')-aAbB\n\u201d5,;", max_size=40))
def test_near_boundaries_are_cut_as_by_nltk(text: str) -> None:
    assert sent_tokenize(text) == nltk.sent_tokenize(text)


def test_marks_that_begin_a_sentence_are_cut_after_the_first() -> None:
    assert sent_tokenize("!?! Now. !!!!! Then") == ["!", "?!", "Now.", "!", "!!!!", "Then"]


def test_an_abbreviation_ends_a_sentence_only_before_a_word_that_starts_one() -> None:
    assert sent_tokenize("He saw Dr. Smith at 5 p.m. The end.") == [
        "He saw Dr. Smith at 5 p.m.",
        "The end.",
    ]


def test_initials_and_numbers_keep_their_period() -> None:
    assert sent_tokenize("J. S. Bach wrote 1. a fugue in 1720. He slept.") == [
        "J. S. Bach wrote 1. a fugue in 1720.",
        "He slept.",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert sent_tokenize('(He ran.) "Stop!" she cried.') == ["(He ran.)", '"Stop!"', "she cried."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. X ran. He won!", ["Mr. X ran.", "He won!"]),
        ("See example.com for 3.5 reasons. OK", ["See example.com for 3.5 reasons.", "OK"]),
        ("Wait... what? No", ["Wait...", "what?", "No"]),
        ("A Ph.D. from the U.S. He left.", ["A Ph.D. from the U.S.", "He left."]),
        ('She said "go." Then', ['She said "go".', "Then"]),
        ("Acme Inc. It grew. J. Doe", ["Acme Inc", "It grew.", "J. Doe"]),
        ("One\ntwo. !", ["One two.", "!"]),
        ("a <stop> b", ["a", "b"]),
        ("", []),
        ("Hi.  ", ["Hi."]),
    ],
)
def test_the_rules_cut(text: str, sentences: list[str]) -> None:
    assert split_by_rules(text) == sentences


def test_the_rules_cut_as_those_of_lm_eval() -> None:
    lm_eval()
    published = sys.modules["lm_eval.tasks.ifeval.instructions_util"].split_into_sentences
    pieces = (
        *("Mr.", "Ms. ", "Ph.D.", "Ph.D", ".com", ".net ", "1.2", "..", "...", "A.B.", "A.B.C. "),
        *("A.B. He ", "Inc. He ", "Inc.", " Ltd. This ", " Co.", " Jr.", "x. ", " x.", '."', '!"'),
        *('?"', ".\u201d", "\u201d", '"', "!", "?", ".", "<prd>", "<stop>", "However ", "He\n"),
        *("U.S. They ", "a.b.", "\n", " ", "\t", "word", "Wherever"),
    )
    random = Random(1)
    mixtures = ("".join(random.choices(pieces, k=random.randint(0, 8))) for _ in range(5000))
    for text in (*PROSE, *texts(7, 300), *mixtures):
        assert split_by_rules(text) == published(text), text
