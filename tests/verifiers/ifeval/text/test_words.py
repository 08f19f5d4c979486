"""Words are where NLTK's word tokenizer cuts them."""

from __future__ import annotations

import re
from pathlib import Path

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize import NLTKWordTokenizer, RegexpTokenizer
from verifiers.ifeval.nltk_data import install_nltk_data
from verifiers.ifeval.text.samples import LANGUAGES, PROSE, SIGNS, loops, texts

from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.treebank import CONTRACTED, cut
from reward_verifiers.ifeval.text.words import treebank, word_tokenize

TREEBANK = NLTKWordTokenizer()
RUNS = RegexpTokenizer(r"\w+")


@pytest.fixture(scope="module", autouse=True)
def _nltk(tmp_path_factory: pytest.TempPathFactory) -> None:
    install_nltk_data(Path(tmp_path_factory.mktemp("nltk_data")))


@pytest.mark.parametrize("text", [*PROSE, *LANGUAGES.values(), *SIGNS, "", " "])
def test_prose_is_cut_as_by_nltk(text: str) -> None:
    assert word_tokenize(text) == nltk.word_tokenize(text)
    assert treebank(text) == TREEBANK.tokenize(text)


@pytest.mark.parametrize("seed", range(3))
def test_random_texts_are_cut_as_by_nltk(seed: int) -> None:
    for raw in texts(100 + seed, 250):
        expected = nltk.word_tokenize(raw)
        text = Text(raw)
        assert list(text.words) == expected
        assert text.n_capital_words == sum(map(str.isupper, expected))
        assert treebank(raw) == cut(raw) == TREEBANK.tokenize(raw)


def test_loops_of_a_few_tokens_are_cut_as_by_nltk() -> None:
    for text in loops(1, 1500):
        assert word_tokenize(text) == nltk.word_tokenize(text), repr(text)
        assert treebank(text) == cut(text) == TREEBANK.tokenize(text), repr(text)


@given(st.text(alphabet=",:5\u0663x .", max_size=12))
def test_commas_and_colons_in_a_row_are_cut_as_by_nltk(text: str) -> None:
    assert cut(text) == TREEBANK.tokenize(text)


@pytest.mark.parametrize(
    "token", [",", ":,", ",,5", "'", '"', "\n'", "'\n", '`"', '("', ".'", "n't'RE", "a'\t"]
)
def test_a_long_loop_is_cut_as_by_nltk(token: str) -> None:
    assert word_tokenize(token * 301) == nltk.word_tokenize(token * 301)


@given(st.text(alphabet=" .?!\"'`)-aAsStTnN:,\n\u2019\xbb", max_size=30))
def test_quotes_beside_blanks_are_cut_as_by_nltk(text: str) -> None:
    assert treebank(text) == TREEBANK.tokenize(text)


@pytest.mark.parametrize("seed", range(2))
def test_runs_of_word_characters_are_those_of_nltk(seed: int) -> None:
    for raw in (*LANGUAGES.values(), *texts(200 + seed, 300)):
        expected = RUNS.tokenize(raw)
        assert list(Text(raw).word_runs) == expected
        assert Text(raw).n_word_runs == len(expected)


def test_every_character_is_a_word_character_where_it_is_one_to_nltk() -> None:
    for start in range(0, 0x30000, 0x1000):
        text = " ".join(map(chr, range(start, start + 0x1000)))
        assert list(Text(text).word_runs) == RUNS.tokenize(text), hex(start)


def test_a_hindi_word_is_one_run() -> None:
    assert Text("\u0928\u092e\u0938\u094d\u0924\u0947").n_word_runs == 1


def test_a_contraction_shouted_counts_twice() -> None:
    text = Text("DON'T tell IBM, Bob.")
    assert text.words == ("DO", "N'T", "tell", "IBM", ",", "Bob", ".")
    assert text.n_capital_words == 3


def test_no_letter_but_three_stands_for_another_where_case_does_not_matter() -> None:
    letters = re.compile(f"(?i)[{''.join(set(''.join(CONTRACTED)))}]")
    others = {chr(code) for code in range(128, 0x110000) if letters.match(chr(code))}
    assert others == {"\u0130", "\u0131", "\u017f"}
