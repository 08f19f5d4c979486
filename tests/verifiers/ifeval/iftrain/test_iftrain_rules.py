"""The training instructions by hand: what each rule takes and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from verifiers.ifeval.stored_verdicts import followed

from reward_verifiers.ifeval.iftrain import IFTRAIN

PHRASE = {"phrase": "The early bird catches the worm", "small_n": 2}
ASKED = {"prompt_to_repeat": "Tell a joke."}
SPAN = {"prompt_to_repeat": "Hello big world", "n_start": 6, "n_end": 9}

RULES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "copy:repeat_phrase",
        PHRASE,
        "The early fox catches the worm. The early bird eats the worm!",
        "The early bird catches the worm. The early bird eats the worm!",
    ),
    (
        "copy:repeat_phrase",
        PHRASE,
        "The late bird catches the worm, The early bird hates the worm",
        "The late bird catches the worm, The early bird\nhates the worm",
    ),
    ("copy:copy", ASKED, " tell a JOKE.\n", "Tell a joke. Why?"),
    ("copy:copying_simple", ASKED, "Tell a joke.", "Sure: Tell a joke."),
    (
        "copy:copying_multiple",
        {**ASKED, "N": 2},
        "Tell a joke.\n******\ntell a joke.",
        "Tell a joke.\n******\ntell a joke.\n******",
    ),
    ("copy:copying_multiple", {**ASKED, "N": 1}, "Tell a joke.", "Tell a joke.******Tell a joke."),
    ("new:copy_span_idx", SPAN, "big", "big "[:2]),
    ("new:copy_span_idx", {**SPAN, "n_start": 0}, "Hello big", "big"),
    ("new:copy_span_idx", {**SPAN, "n_end": -1}, "BIG WORL", "big world"),
    (
        "detectable_format:sentence_hyphens",
        {},
        "It rains.-We stay.-Why not?",
        "It rains. - We stay.",
    ),
    ("detectable_format:sentence_hyphens", {}, "It rains", "A well-known fact."),
    ("detectable_format:square_brackets", {}, "[It] [rains.]", "[It] [rains]."),
    ("detectable_format:bigram_wrapping", {}, "<<I am>> <<at home>>", "<<I am at home>>"),
    ("detectable_format:bigram_wrapping", {}, "<<I am>> home", "<<I am at>> home"),
    ("keywords:no_adjacent_consecutive", {}, "apple cat apple", "apple Banana"),
    ("keywords:no_adjacent_consecutive", {}, "banana apple", "1 2"),
    ("keywords:palindrome", {}, "At noon we eat", "At Noon we eat"),
    ("keywords:palindrome", {}, "This is a test", "Is this, level. so"),
    ("keywords:start_end", {}, "Yes we say yes", "Yes we say yes."),
    ("keywords:start_end", {}, "no no", "no"),
    ("keywords:word_once", {"keyword": "cat"}, "A CAT sat", "A cat met a tomcat"),
    ("keywords:word_once", {"keyword": "c.t"}, "A cot", "A cot and a cut"),
    (
        "keywords:word_count_different_numbers",
        {"keyword": "cat", "frequency": 2, "relation": "at least"},
        "cats and CATS",
        "a cat",
    ),
    (
        "keywords:word_count_different_numbers",
        {"keyword": "cat", "frequency": 2, "relation": "less than"},
        "a cat",
        "cats and cats",
    ),
    ("keywords:exclude_word_harder", {"keyword": "cat"}, "The cat. The Cat sat", "The cat sat"),
    (
        "keywords:keyword_specific_position",
        {"keyword": "sat", "n": 2, "m": 3},
        "Hi there. The cat sat. Then it went.",
        "Hi there. The old cat sat.",
    ),
    (
        "keywords:keyword_specific_position",
        {"keyword": ["cat"], "n": 1, "m": 4},
        "Well, my cat sat.",
        "Well, my Cat sat.",
    ),
    ("paragraphs:paragraphs", {}, "One.\n***\nTwo.", "One.\n***\nTwo.\n***\nThree."),
    ("paragraphs:paragraphs", {}, "*** One *** Two ***", "One.\n* * *\nTwo."),
    ("paragraphs:paragraphs2", {}, "One.\n\nTwo.", "One.\n\n\n\nTwo."),
    ("paragraphs:paragraphs2", {}, "\n\nOne.\n\nTwo.\n\n", "One.\nTwo."),
    (
        "first_word:first_word_sent",
        {"first_word": "We"},
        "We eat. we drink. WE SLEEP!",
        "We eat. They drink.",
    ),
    ("first_word:first_word_sent", {"first_word": ["we"]}, "We met Mr. Fox.", "We, too."),
    ("first_word:first_word_answer", {"first_word": "We"}, " we eat.", "We, too, eat."),
    (
        "last_word:last_word_sent",
        {"last_word": "home"},
        'I go home. You are "home". At HOME!',
        "I go home. You too.",
    ),
    ("last_word:last_word_answer", {"last_word": "home"}, "I go (Home).\n", "Home I go."),
    ("last_word:last_word_answer", {"last_word": "cant"}, "I can't", "I can"),
    ("punctuation:punctuation_dot", {}, "No! Never?", "3.5"),
    ("punctuation:punctuation_exclamation", {}, "No.", "No!"),
    ("count:lowercase_counting", {"N": 2}, "Two words HERE", "two words here"),
    ("count:lowercase_counting", {"N": 0}, "NO Word a1", "a"),
    (
        "letters:letter_counting",
        {"N": 4, "relation": "less than"},
        "ab1 c. \u00e9\u00e9\u00e9",
        "abc d",
    ),
    ("letters:letter_counting", {"N": 4, "relation": "at least"}, "abc d", "ab1 c"),
    (
        "letters:letter_counting2",
        {"letter": "A", "let_frequency": 2, "let_relation": "at least"},
        "a cAt",
        "\u00e1 cat",
    ),
    (
        "count:counting_composition",
        {"n_sent": 2, "n_words": 3},
        "I go. You stay.\n***\nWe eat. They eat!\n***\nIt is. So long.",
        "I go. You stay.\n***\nWe eat. They eat!\n***\nIt is. So very long.",
    ),
    (
        "count:counting_composition",
        {"n_sent": 1, "n_words": 3},
        "I go. *** You go. *** We go.",
        "I go. *** You go. *** We go. ***",
    ),
    ("count:count_unique", {}, "The cat saw the dog", "the cat saw the dog"),
    ("count:count_unique", {}, "I go.", "I go. You stay."),
    (
        "count:count_increment_word",
        {"keyword1": "sun", "keyword2": "sea"},
        "Sea, sun and SEA",
        "Sea, sun and seaside, sea",
    ),
]


@pytest.mark.parametrize(("name", "kwargs", "right", "wrong"), RULES)
def test_a_rule(name: str, kwargs: dict[str, Any], right: str, wrong: str) -> None:
    assert followed("iftrain", name, kwargs, right)
    assert not followed("iftrain", name, kwargs, wrong)


def test_every_instruction_has_a_rule() -> None:
    assert {name for name, *_ in RULES} == set(IFTRAIN)


# Where the official rule has a bug: a text, the official verdict, and the repaired one.
REPAIRED: list[tuple[str, dict[str, Any], str, bool, bool]] = [
    ("detectable_format:sentence_hyphens", {}, "It rains.-", True, False),
    ("detectable_format:sentence_hyphens", {}, "It rains.-We stay.", True, True),
    ("detectable_format:bigram_wrapping", {}, "<<I am>> home", True, False),
    ("detectable_format:bigram_wrapping", {}, "word", True, False),
    ("detectable_format:bigram_wrapping", {}, "<<I am>> <<at home>>", True, True),
    ("keywords:palindrome", {}, "This is a test", True, False),
    ("keywords:palindrome", {}, "A Level, they say", True, True),
    ("keywords:palindrome", {}, "It is (Level).", False, True),
    ("keywords:palindrome", {}, "-- is no word", True, False),
    ("keywords:exclude_word_harder", {"keyword": "cat"}, "The cat.", True, False),
    ("keywords:exclude_word_harder", {"keyword": "cat"}, "Cat food", True, False),
    ("keywords:exclude_word_harder", {"keyword": "cat"}, "The tomcat", True, True),
    ("keywords:word_once", {"keyword": "U.S."}, "The U.S. has U-S-", False, True),
    ("last_word:last_word_answer", {"last_word": "can't"}, "I can't.", False, True),
    ("last_word:last_word_answer", {"last_word": "can't"}, "I can.", False, False),
    ("last_word:last_word_sent", {"last_word": "can't"}, "I can't. You can't!", False, True),
    ("first_word:first_word_answer", {"first_word": "Well"}, "Well, I can.", False, True),
    ("first_word:first_word_sent", {"first_word": "Well"}, "Well, I can. Well!", False, True),
    ("detectable_format:bigram_wrapping", {}, "<<I>> <<am>>", True, False),
    (
        "count:count_increment_word",
        {"keyword1": "a.c", "keyword2": "d"},
        "a.c abc d d",
        False,
        True,
    ),
    ("count:count_unique", {}, "I go. You stay.", False, True),
    ("count:count_unique", {}, "The cat saw the dog", True, False),
    (
        "count:counting_composition",
        {"n_sent": 1, "n_words": 2},
        "I go. *** You go. *** We go. ***",
        False,
        True,
    ),
    (
        "count:counting_composition",
        {"n_sent": 1, "n_words": 3},
        "I go. *** You go. *** We go.",
        True,
        False,
    ),
    (
        "keywords:word_count_different_numbers",
        {"keyword": ".", "frequency": 2, "relation": "less than"},
        "One.",
        False,
        True,
    ),
]


@pytest.mark.parametrize(("name", "kwargs", "text", "official", "repaired"), REPAIRED)
def test_a_known_bug_is_repaired_in_the_fixed_profile_alone(
    name: str, kwargs: dict[str, Any], text: str, official: bool, repaired: bool
) -> None:
    assert followed("iftrain", name, kwargs, text) is official
    assert followed("iftrain", name, kwargs, text, profile="fixed") is repaired


def test_every_repair_has_a_case() -> None:
    changed = {name for name, row in IFTRAIN.items() if row.fixed or row.fixed_arguments}
    assert {name for name, *_ in REPAIRED} == changed
