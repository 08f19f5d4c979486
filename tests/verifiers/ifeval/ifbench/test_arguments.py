"""What IFBench's instructions take: what upstream would draw at random is the spec's fault."""

from __future__ import annotations

from typing import Any

import pytest
from verifiers.ifeval.ifbench.cases import MAKERS, cases
from verifiers.ifeval.ifbench.judging import follows
from verifiers.ifeval.ifbench.material import Case

from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.ifbench import HEAD, NOVEMBER_2025

TAKING = [name for name, row in HEAD.items() if row.arguments]


@pytest.mark.parametrize("version", ["head", "2025-11"])
@pytest.mark.parametrize("name", TAKING)
def test_each_argument_is_needed(name: str, version: str) -> None:
    kwargs = cases(name, 1)[0].kwargs
    for missing in kwargs:
        with pytest.raises(BadSpecError, match=rf"spec\.kwargs\.0\.{missing}: missing"):
            follows(name, Case({**kwargs, missing: None}, "x"), version)


@pytest.mark.parametrize(
    ("name", "kwargs", "message"),
    [
        ("count:numbers", {"N": -1}, "N: expected 0 or more, got -1"),
        ("count:numbers", {"N": 2.5}, "N: expected a whole number, got 2.5"),
        ("count:numbers", {"N": True}, "N: expected a whole number, got True"),
        ("count:words_japanese", {"N": 0}, "N: expected 1 or more, got 0"),
        ("words:keywords_specific_position", {"keyword": "a", "n": 0, "m": 1}, "n: expected 1 or"),
        ("ratio:stop_words", {"percentage": -1}, "percentage: expected a percentage, got -1"),
        ("ratio:stop_words", {"percentage": "50"}, "percentage: expected a percentage, got '50'"),
        ("sentence:keyword", {"word": "", "N": 1}, "word: expected text, got none"),
        ("sentence:keyword", {"word": "x" * 201, "N": 1}, "word: longer than 200 characters"),
        ("words:words_position", {"keyword": 7}, "keyword: expected text, got 7"),
        ("format:list", {"sep": ""}, "sep: expected text, got none"),
        ("repeat:repeat_change", {"prompt_to_repeat": " "}, "prompt_to_repeat: expected text"),
        ("format:emoji", {"N": 1}, "N: format:emoji takes no such argument"),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(
    name: str, kwargs: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadSpecError) as raised:
        follows(name, Case(kwargs, "x"), "head")
    assert f"spec.kwargs.0.{message}" in str(raised.value)


def test_whole_floats_and_nulls_are_taken_as_data_sets_write_them() -> None:
    padded = {"N": 2.0, "word": None, "keyword": None, "percentage": None}
    assert follows("count:numbers", Case(padded, "1 and 2"), "head")


def test_a_percentage_may_have_a_fraction() -> None:
    assert follows("ratio:stop_words", Case({"percentage": 33.4}, "the big cat"), "head")
    assert not follows("ratio:stop_words", Case({"percentage": 33.3}, "the big cat"), "head")


def test_a_span_from_the_start_is_taken_as_written() -> None:
    kwargs = {"prompt_to_repeat": "one two three", "n_start": 0, "n_end": 2}
    assert follows("repeat:repeat_span", Case(kwargs, "one two"), "2025-11")
    assert follows("repeat:repeat_span", Case(kwargs, "one"), "head")


def test_versions_share_what_did_not_change() -> None:
    changed = {name for name in MAKERS if HEAD[name] is not NOVEMBER_2025[name]}
    assert len(changed) == 17
    assert all(HEAD[name].arguments == NOVEMBER_2025[name].arguments for name in MAKERS)
