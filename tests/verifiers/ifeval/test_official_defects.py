"""Where the official code fails or leaves the verdict to chance, and what is settled here."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from verifiers.ifeval import oracles

from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import read_spec, verifier

FAILS: list[tuple[str, dict[str, Any], str, type[Exception], bool | None]] = [
    ("keywords:existence", {"keywords": ["(it"]}, "(it", re.error, None),
    (
        "keywords:frequency",
        {"keyword": "*a", "frequency": 1, "relation": "at least"},
        "a",
        re.error,
        None,
    ),
    ("keywords:existence", {"keywords": ["a\\"]}, "a", re.error, None),
    ("keywords:existence", {"keywords": ["a"], "extra": 1}, "a", TypeError, None),
    (
        "keywords:frequency",
        {"keyword": "a", "frequency": 1, "relation": "at most"},
        "a",
        ValueError,
        None,
    ),
    ("combination:repeat_prompt", {}, "a", ValueError, None),
    ("language:response_language", {"language": "zh"}, "a", KeyError, None),
    # Languages that langdetect knows, and the official list of names does not.
    (
        "language:response_language",
        {"language": "tr"},
        "Evin bah\u00e7esi \u00e7ok g\u00fczel.",
        KeyError,
        True,
    ),
    ("detectable_format:json_format", {}, "[" * 50_000, RecursionError, False),
]
"""An instruction, its arguments, a text, how the official code fails, and our verdict: None where
the spec is refused."""

RANDOM: list[tuple[str, dict[str, Any], str, bool | None]] = [
    (
        "keywords:letter_frequency",
        {"letter": "#", "let_frequency": 1, "let_relation": "at least"},
        "# a",
        True,
    ),
    (
        "keywords:letter_frequency",
        {"letter": "ab", "let_frequency": 1, "let_relation": "at least"},
        "a",
        None,
    ),
    ("length_constraints:number_words", {"relation": "at least"}, "a " * 300, None),
    ("length_constraints:number_words", {"num_words": 3}, "a b", None),
    (
        "length_constraints:number_sentences",
        {"num_sentences": -1, "relation": "at least"},
        "A a. " * 9,
        None,
    ),
    ("detectable_content:number_placeholders", {}, "[a] [b]", None),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"},
        "a\n\nb",
        None,
    ),
]
"""The same where the official verdict depends on chance."""


def ours(name: str, kwargs: dict[str, Any], text: str) -> bool | None:
    spec = read_spec({"domain": "ifeval", "instruction_id_list": [name], "kwargs": [kwargs]})
    try:
        return verifier("ifeval").verify(text, spec).score == 1.0
    except BadSpecError:
        return None


@pytest.mark.parametrize(("name", "kwargs", "text", "error", "verdict"), FAILS)
def test_where_the_official_code_fails_the_spec_is_refused_or_judged(
    name: str, kwargs: dict[str, Any], text: str, error: type[Exception], verdict: bool | None
) -> None:
    with pytest.raises(error):
        oracles.verdict(oracles.lm_eval(), name, kwargs, text, loose=False)
    assert ours(name, kwargs, text) is verdict


@pytest.mark.parametrize(("name", "kwargs", "text", "verdict"), RANDOM)
def test_where_the_official_verdict_is_random_the_spec_is_refused_or_judged(
    name: str, kwargs: dict[str, Any], text: str, verdict: bool | None
) -> None:
    seen = set()
    for seed in range(200):
        random.seed(seed)
        seen.add(oracles.verdict(oracles.lm_eval(), name, kwargs, text, loose=False))
    assert seen == {True, False}
    assert ours(name, kwargs, text) is verdict
