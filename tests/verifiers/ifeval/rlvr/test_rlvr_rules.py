"""RLVR-IFeval's functions by hand: what each rule takes and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from verifiers.ifeval.stored_verdicts import followed

from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.rlvr import RLVR

FIVE = "One two three four five"
SECTIONS = {"N": 2, "section_splitter": "Section"}
GERMAN = "Dies ist eine einfache Antwort \u00fcber das Wetter und das Meer."

RULES: list[tuple[str, dict[str, Any], str, str]] = [
    ("verify_keywords", {"keyword_list": ["cat", "DOG"]}, "Dogs and CATS", "A dog"),
    ("verify_keyword_frequency", {"word": "Cat", "N": 2}, "cat, CAT, tomcat", "cat cats"),
    ("verify_keyword_frequency", {"word": "cat", "N": 0}, "cats", "a cat"),
    ("validate_forbidden_words", {"forbidden_words": ["cat"]}, "A dog", "Concatenate"),
    ("verify_letter_frequency", {"letter": "a", "N": 1}, "A cat", "A cat has"),
    ("validate_response_language", {"language": "de"}, GERMAN, "This is the answer in English."),
    ("validate_response_language", {"language": "de"}, GERMAN, "123 456"),
    ("verify_paragraph_count", {"N": 2}, "One.\n * * * \nTwo.", "One.\n***\nTwo."),
    ("verify_paragraph_count", {"N": 2}, "One. * * * Two.", "One.\n* * *\nTwo.\n* * *"),
    ("validate_word_constraint", {"N": 5, "quantifier": "at least"}, FIVE, "One two-three"),
    ("validate_word_constraint", {"N": 4, "quantifier": "around"}, FIVE, FIVE + " six"),
    ("validate_word_constraint", {"N": 20, "quantifier": "around"}, "a " * 22, "a " * 23),
    ("validate_word_constraint", {"N": 4, "quantifier": "at most"}, "One two", FIVE),
    (
        "verify_sentence_constraint",
        {"N": 3, "quantifier": "at least"},
        "Yes. No! Why? Mr. Fox knows, e.g. now.",
        "Mr. Fox came. He left.No.",
    ),
    ("verify_sentence_constraint", {"N": 1, "quantifier": "around"}, "A. B.", "A. B. C."),
    ("verify_sentence_constraint", {"N": 1, "quantifier": "at most"}, "A.B.", "It is. So."),
    (
        "validate_paragraphs",
        {"N": 2, "first_word": "Then", "i": 2},
        "First we eat.\n\nThenceforth we sleep.",
        "First we eat.\n\nthen we sleep.",
    ),
    (
        "validate_paragraphs",
        {"N": 3, "first_word": "Two", "i": 3},
        "One\n\n\n\nTwo",
        "One\n\nTwo",
    ),
    ("verify_postscript", {"postscript_marker": "P.S."}, "Bye.\nP.S. Write!", "Bye.\nP.S. "),
    ("verify_postscript", {"postscript_marker": "P.S."}, "P.S. x", "p.s. x"),
    ("validate_placeholders", {"N": 2}, "[name] and []", "[name] and [\n]"),
    ("verify_bullet_points", {"N": 2}, "* one\n  - two\n+ three", "* one\n---\n**three**"),
    ("validate_title", {}, "<<>> text", "<<a\n>> text"),
    ("validate_choice", {"options": ["yes", "no"]}, "I know", "Yes!"),
    ("validate_highlighted_sections", {"N": 2}, "**bold**", "*one* two"),
    ("validate_sections", SECTIONS, "Section 1 a Section 2 b", "Intro Section 1 a Section 2 b"),
    ("validate_sections", SECTIONS, "Intro Section 1", "Section 1 a"),
    ("validate_json_format", {}, " [NaN] ", "```json\n{}\n```"),
    ("validate_repeat_prompt", {"original_prompt": "Sing!"}, "Sing! La.", "sing! La."),
    ("validate_two_responses", {}, "One.\n******\nTwo.", "One.******Two.******Three."),
    ("validate_two_responses", {}, "One.******", "One. ******One."),
    ("validate_uppercase", {}, "ALL 123!", "ALL IN a"),
    ("validate_lowercase", {}, "all 123!", "all in A"),
    (
        "validate_frequency_capital_words",
        {"N": 2, "quantifier": "at least"},
        "I work at NASA",
        "Nasa A1 USAID_X I",
    ),
    (
        "validate_frequency_capital_words",
        {"N": 1, "quantifier": "around"},
        "NASA",
        "A B C",
    ),
    ("validate_end", {"end_phrase": "The end."}, "So be it. The end.", "So be it. The end. "),
    ("validate_quotation", {}, '"Hello"', '"Hello".'),
    ("validate_no_commas", {}, "One; two", "One, two"),
]


@pytest.mark.parametrize(("name", "kwargs", "right", "wrong"), RULES)
def test_a_rule(name: str, kwargs: dict[str, Any], right: str, wrong: str) -> None:
    assert followed("rlvr", name, kwargs, right)
    assert not followed("rlvr", name, kwargs, wrong)


def test_every_function_has_a_rule() -> None:
    assert {name for name, *_ in RULES} == set(RLVR)


# Where the official rule has a bug: a text, the official verdict, and the repaired one.
REPAIRED: list[tuple[str, dict[str, Any], str, bool, bool]] = [
    ("verify_keyword_frequency", {"word": "well-known", "N": 1}, "A well-known cat", False, True),
    ("verify_keyword_frequency", {"word": "cat", "N": 1}, "A cat, a tomcat", True, True),
    ("validate_title", {}, "<<>> <<>>", True, False),
    ("validate_title", {}, "<< >> <<A <b>>>", True, True),
    ("validate_choice", {"options": ["no"]}, "I know", True, False),
    ("validate_choice", {"options": ["A)"]}, "(A) it is", True, True),
    ("validate_highlighted_sections", {"N": 2}, "**bold**", True, False),
    ("validate_highlighted_sections", {"N": 2}, "**bold** and *so*", True, True),
    ("validate_highlighted_sections", {"N": 1}, "* *", True, False),
    ("validate_sections", SECTIONS, "Intro. Section 1 a Section 2 b", False, True),
    ("validate_sections", SECTIONS, "Intro Section", True, False),
    ("validate_sections", SECTIONS, "SECTION 1 SECTION 2 section3", False, True),
    ("validate_two_responses", {}, "One.******", True, False),
    ("validate_two_responses", {}, "One.******Two.", True, True),
    ("validate_quotation", {}, '"', True, False),
    ("validate_quotation", {}, '""', True, True),
]


@pytest.mark.parametrize(("name", "kwargs", "text", "official", "repaired"), REPAIRED)
def test_a_known_bug_is_repaired_in_the_fixed_profile_alone(
    name: str, kwargs: dict[str, Any], text: str, official: bool, repaired: bool
) -> None:
    assert followed("rlvr", name, kwargs, text) is official
    assert followed("rlvr", name, kwargs, text, profile="fixed") is repaired


def test_every_repair_has_a_case() -> None:
    changed = {name for name, row in RLVR.items() if row.fixed or row.fixed_arguments}
    assert {name for name, *_ in REPAIRED} == changed


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("verify_letter_frequency", {"letter": "ab", "N": 1}, "letter: expected one character, got 2"),
    ("verify_letter_frequency", {"letter": "", "N": 1}, "letter: expected one character, got 0"),
    ("validate_response_language", {"language": "German"}, "language: "),
    ("validate_word_constraint", {"N": 3, "quantifier": "exactly"}, "quantifier: expected one of"),
    ("validate_word_constraint", {"N": 3}, "quantifier: missing"),
    ("validate_paragraphs", {"N": 2, "first_word": "A", "i": 3}, "i: there is no paragraph 3 of 2"),
    ("validate_paragraphs", {"N": 2, "first_word": "A", "i": 0}, "i: expected a position from 1"),
    ("validate_choice", {"options": "yes, no"}, "options: expected a list of texts"),
    ("verify_keywords", {"keyword_list": "cat"}, "keyword_list: expected a list of texts"),
    ("validate_sections", {"N": 2, "section_splitter": ""}, "section_splitter: empty"),
    ("verify_bullet_points", {"N": -1}, "N: "),
    ("validate_title", {"N": 3}, "N: validate_title takes no such argument"),
]


@pytest.mark.parametrize(("name", "kwargs", "complaint"), REFUSED)
def test_wrong_arguments_are_refused_by_their_field(
    name: str, kwargs: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadSpecError) as caught:
        followed("rlvr", name, kwargs, "Any text.")
    assert str(caught.value).startswith(f"spec.kwargs.0.{complaint}")


def test_json_that_nests_too_deep_is_none() -> None:
    assert followed("rlvr", "validate_json_format", {}, "[" * 500 + "]" * 500)
    assert not followed("rlvr", "validate_json_format", {}, "[" * 501 + "]" * 501)
    assert not followed("rlvr", "validate_json_format", {}, "[" * 100_000)
