"""Which regular expressions of a spec are searched for, and what plain words are instead."""

from __future__ import annotations

import re

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.ifeval import keyword
from reward_verifiers.ifeval.pattern import linear_pattern
from reward_verifiers.ifeval.text.text import Text

ADMITTED = (
    *("U.S.", "colou?r", "(cat|dog)s?", "[a-f]x", r"\d\d", "^a", "a$", "a{3}", "(?=a)b", "(?<!a)b"),
    *("C++", "x*", r"Section\s?\d+\s?", ".*", "a|b+", "(?:ab){2,4}", "$5", "a.{0,20}b", r"\bx\b"),
)
REFUSED = (
    *("(a+)+$", "a+b", "(a|a)*b", "(.*)(.*)(.*)$", r"(\w+\s)*x", "x*y", "a{1,99}{1,99}b", "(a*)*"),
    *("(a?){40}a{40}", "(a)\\1", "(?>a+)b", "a{20,}b", "(x+x+)+y", ".*=.*", "(?=a+)b"),
    *("[\u0100-\uffff]" * 30, "[^\x00-\U0010ffff]"),
    *("(it", "*", "+a", "[a", "a\\", "(?P<x", "a{2}{3}{4}{99999999999}", "x" * 300, "(" * 200),
)


@pytest.mark.parametrize("source", ADMITTED)
def test_a_pattern_is_searched_for_where_that_is_linear(source: str) -> None:
    pattern = linear_pattern(source, re.IGNORECASE)
    assert pattern == re.compile(source, re.IGNORECASE)
    with no_hang():
        for hostile in ("a", "x", "ab", "cat", "a ", "Section ", "Section 1", "c", "\n", "$"):
            pattern.findall(hostile * (60_000 // len(hostile)))


@pytest.mark.parametrize("source", REFUSED)
def test_a_pattern_that_is_none_or_may_be_slow_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"could take too long|is no regular|more than"):
        linear_pattern(source)


WORDS = st.text(
    alphabet=["a", "b", "S", "\u017f", "\u0130", "i", "-", " ", "_", "\u00e9", "\u00c9"]
)


@settings(deadline=None)
@given(word=WORDS.filter(bool), text=WORDS)
def test_a_plain_word_is_found_where_the_official_code_finds_it(word: str, text: str) -> None:
    found = keyword.official(word)
    assert found.fold is not None
    assert found.within(Text(text)) is (re.search(word, text, re.IGNORECASE) is not None)
    assert found.count(Text(text)) == len(re.findall(word, text, re.IGNORECASE))
    apart = re.search(rf"\b{word}\b", text, re.IGNORECASE) is not None
    assert keyword.official_apart(word).within(Text(text)) is apart


@settings(deadline=None)
@given(word=st.text(alphabet="a+.(\\[").filter(bool), text=st.text(alphabet="ab+.(\\["))
def test_a_literal_keyword_means_its_characters(word: str, text: str) -> None:
    assert keyword.literal(word).within(Text(text)) is (word in text)
    assert keyword.literal(word).count(Text(text)) == text.count(word)
