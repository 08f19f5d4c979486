"""Training instructions whose arguments are wrong are the data's fault, never a verdict."""

from __future__ import annotations

from typing import Any

import pytest
from verifiers.ifeval.stored_verdicts import followed

from reward_verifiers.errors import BadSpecError

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("copy:repeat_phrase", {"phrase": "a b"}, "spec.kwargs.0.small_n: missing"),
    ("copy:repeat_phrase", {"phrase": " ", "small_n": 1}, "spec.kwargs.0.phrase: "),
    ("copy:copy", {}, "spec.kwargs.0.prompt_to_repeat: missing"),
    ("copy:copy", {"prompt_to_repeat": ""}, "spec.kwargs.0.prompt_to_repeat: "),
    (
        "new:copy_span_idx",
        {"prompt_to_repeat": "a", "n_end": 1},
        "spec.kwargs.0.n_start: missing",
    ),
    (
        "new:copy_span_idx",
        {"prompt_to_repeat": "a", "n_start": 0, "n_end": 1.5},
        "spec.kwargs.0.n_end: expected a whole number",
    ),
    ("count:lowercase_counting", {"N": -1}, "spec.kwargs.0.N: "),
    ("count:lowercase_counting", {"N": "3"}, "spec.kwargs.0.N: expected a whole number"),
    (
        "letters:letter_counting",
        {"N": 3, "relation": "at most"},
        "spec.kwargs.0.relation: expected one of less than, at least",
    ),
    (
        "keywords:keyword_specific_position",
        {"keyword": "a", "n": 0, "m": 1},
        "spec.kwargs.0.n: expected a position from 1 on",
    ),
    ("first_word:first_word_sent", {"first_word": ["a", "b"]}, "spec.kwargs.0.first_word: "),
    ("first_word:first_word_sent", {"first_word": []}, "spec.kwargs.0.first_word: "),
    ("last_word:last_word_answer", {"last_word": 3}, "spec.kwargs.0.last_word: expected text"),
    ("keywords:word_once", {"keyword": "(open"}, "spec.kwargs.0.keyword: "),
    ("keywords:word_once", {"keyword": "(a+)+$"}, "spec.kwargs.0.keyword: "),
    ("keywords:palindrome", {"keyword": "a"}, "spec.kwargs.0.keyword: keywords:palindrome takes"),
]


@pytest.mark.parametrize(("name", "kwargs", "complaint"), REFUSED)
def test_wrong_arguments_are_refused_by_their_field(
    name: str, kwargs: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadSpecError) as caught:
        followed("iftrain", name, kwargs, "Any text.")
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("name", "kwargs", "text"),
    [
        ("count:lowercase_counting", {"N": 0.0, "relation": None}, "NONE"),
        ("letters:letter_counting", {"N": 0, "relation": "at least"}, "1"),
        ("copy:copying_multiple", {"prompt_to_repeat": "a", "N": 1.0}, "A"),
        ("new:copy_span_idx", {"prompt_to_repeat": "abc", "n_start": 0, "n_end": 2.0}, "ab"),
        ("keywords:exclude_word_harder", {"keyword": " cat ", "instruction": "Feed it"}, "A dog"),
    ],
)
def test_zeros_are_values_and_whole_floats_are_integers(
    name: str, kwargs: dict[str, Any], text: str
) -> None:
    assert followed("iftrain", name, kwargs, text)


def test_what_open_instruct_takes_off_is_not_judged() -> None:
    from reward_verifiers.registry import verifier
    from reward_verifiers.specs import IfevalSpec

    for family, name in (
        ("iftrain", "detectable_format:square_brackets"),
        ("rlvr", "validate_json_format"),
    ):
        spec = IfevalSpec.model_validate({"family": family, "instruction_id_list": [name]})
        answer = verifier("ifeval").verify("<think>Hm.</think>\n<answer>[1]</answer>\n", spec)
        assert (answer.score, answer.extracted) == (1.0, "[1]")
