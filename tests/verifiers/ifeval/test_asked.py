"""What a spec asks for: arguments are read, never made up, and errors name the field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from verifiers.ifeval.classic_cases import MAKERS, cases
from verifiers.ifeval.hostile import _VALUES

from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.asked import asked
from reward_verifiers.ifeval.classic.language import LANGUAGES
from reward_verifiers.ifeval.families import FAMILIES
from reward_verifiers.ifeval_spec import Family
from reward_verifiers.registry import read_spec

ROWS = [
    pytest.param(family.value, version, name, row, id=f"{family.value} {version} {name}")
    for family, versions in FAMILIES.items()
    for version, table in versions.items()
    for name, row in table.items()
]


def ask(name: str, kwargs: Any, **spec: Any) -> None:
    asked(
        read_spec({"domain": "ifeval", "instruction_id_list": [name], "kwargs": [kwargs], **spec})
    )


def refused(name: str, kwargs: Any, **spec: Any) -> str:
    with pytest.raises(BadSpecError) as caught:
        ask(name, kwargs, **spec)
    return str(caught.value)


def value_for(argument: Any) -> Any:
    for value in _VALUES:
        try:
            argument.read(value)
        except ValueError:
            continue
        return value
    raise AssertionError


@pytest.mark.parametrize(("family", "version", "name", "row"), ROWS)
def test_each_argument_is_named_when_it_is_missing_or_of_another_type(
    family: str, version: str, name: str, row: Any
) -> None:
    of = {"family": family, "version": version}
    given = {key: value_for(argument) for key, argument in row.arguments.items()}
    ask(name, {**given, "padding": None}, **of)
    for key, argument in row.arguments.items():
        rest = {other: value for other, value in given.items() if other != key}
        if argument.optional:
            ask(name, rest, **of)
        else:
            assert refused(name, rest, **of).startswith(f"spec.kwargs.0.{key}: missing")
            assert refused(name, {**rest, key: None}, **of).startswith(f"spec.kwargs.0.{key}: ")
        for wrong in ({"a": 1}, True, [[]]):
            assert refused(name, {**given, key: wrong}, **of).startswith(f"spec.kwargs.0.{key}: ")
    assert "spec.kwargs.0.excess: " in refused(name, {**given, "excess": 1}, **of)


@pytest.mark.parametrize("name", MAKERS)
def test_profile_fixed_takes_what_parity_takes(name: str) -> None:
    for case in cases(name):
        ask(name, case.kwargs, profile="fixed")


@pytest.mark.parametrize(
    ("name", "kwargs", "said"),
    [
        ("keywords:existence", {"keywords": []}, "keywords: expected at least one"),
        ("keywords:existence", {"keywords": ["a", " "]}, "keywords: expected text that is not bl"),
        ("keywords:existence", {"keywords": "rain"}, "keywords: expected a list of texts"),
        ("keywords:existence", {"keywords": ["a*b"]}, "keywords: the pattern .* could take"),
        ("keywords:forbidden_words", {"forbidden_words": ["(a"]}, "forbidden_words: '.* is no reg"),
        ("keywords:letter_frequency", {"letter": "ab"}, "letter: expected one letter, got 'ab'"),
        ("language:response_language", {"language": "zh"}, "language: .* Chinese is zh-cn"),
        ("language:response_language", {"language": "English"}, "language: no language"),
        ("length_constraints:number_words", {"num_words": -1}, "num_words: expected a number from"),
        ("length_constraints:number_words", {"num_words": 2.5}, "num_words: expected a whole"),
        (
            "length_constraints:number_words",
            {"num_words": 2, "relation": "at most"},
            "relation: expected one of less than, at least, got 'at most'",
        ),
        ("startend:end_checker", {"end_phrase": " "}, "end_phrase: expected text that is not"),
        (
            "detectable_content:postscript",
            {"postscript_marker": "*"},
            "postscript_marker: '.* is no",
        ),
        (
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"},
            "nth_paragraph: expected 1 to 2, got 3",
        ),
    ],
)
def test_what_is_random_or_fails_elsewhere_is_refused(
    name: str, kwargs: dict[str, Any], said: str
) -> None:
    assert re.match(rf"spec\.kwargs\.0\.{said}", refused(name, kwargs))


def test_an_unknown_instruction_is_named_with_the_nearest() -> None:
    said = refused("keyword:existence", {})
    assert said == (
        "spec.instruction_id_list.0: family ifeval, version 1, has no 'keyword:existence'; "
        "did you mean 'keywords:existence'?"
    )


def test_an_instruction_of_another_family_or_version_is_told_with_it() -> None:
    assert refused("count:pronouns", {}).endswith(
        "has no 'count:pronouns'; family ifbench has it: set family"
    )
    head = set(FAMILIES[Family.IFBENCH]["head"]) - set(FAMILIES[Family.IFBENCH]["2025-11"])
    for name in head:
        said = refused(name, {}, family="ifbench", version="2025-11")
        assert said.endswith(f"has no {name!r}; version head has it: set version")


def test_keywords_that_the_other_profile_takes_are_told_so() -> None:
    cpp = {"forbidden_words": ["C++"]}
    assert refused("keywords:forbidden_words", cpp).endswith(
        "(keywords:forbidden_words); profile fixed takes it as it stands"
    )
    assert "profile" not in refused("keywords:forbidden_words", {"forbidden_words": [1]})


def test_a_language_that_is_no_code_is_told_with_some() -> None:
    said = refused("language:response_language", {"language": "English"})
    assert "'English'; expected a code as en, de or ar (docs/ifeval.md lists all 55)" in said


def test_an_unknown_version_is_named_with_the_known_ones() -> None:
    said = refused("punctuation:no_comma", {}, family="ifbench", version="2024")
    assert said == "spec.version: ifbench has no version '2024'; known: head, 2025-11"


def test_specs_that_differ_only_in_how_they_count_share_what_was_read() -> None:
    spec = {"domain": "ifeval", "instruction_id_list": ["punctuation:no_comma"]}
    first = asked(read_spec(spec))
    assert asked(read_spec({**spec, "mode": "loose", "reward": "all"})) is first
    assert asked(read_spec({**spec, "profile": "fixed"})) is not first


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("\ud800", "spec.kwargs.0: holds a lone surrogate, which is no text"),
        (["\udfff"], "spec.kwargs.0: holds a lone surrogate, which is no text"),
        ({"\ud800": 1}, "spec.kwargs.0: holds a lone surrogate, which is no text"),
        (float("nan"), "spec.kwargs.0: holds a number that is not finite"),
        (float("inf"), "spec.kwargs.0: holds a number that is not finite"),
        ([10**5000], "spec.kwargs.0: holds a number of too many digits"),
        (object(), "spec.kwargs.0: holds what is no JSON: object"),
        (["a" * 100_000] * 5, "spec.kwargs.0: of more than 400000 characters and values together"),
    ],
)
def test_arguments_that_no_json_has_are_told_as_such(value: Any, told: str) -> None:
    for name in ("keywords", "of_another_instruction"):
        assert refused("keywords:existence", {name: value}) == told


def test_arguments_are_not_nested_without_end() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    told = refused("keywords:existence", {"keywords": deep})
    assert told == "spec.kwargs.0: nested more than 30 deep"


def test_the_page_lists_every_language_that_can_be_asked_for() -> None:
    page = Path(__file__).parents[3] / "docs" / "ifeval.md"
    listed = page.read_text(encoding="utf-8").split("by its codes:\n")[1].split("\n\n")[0]
    assert set(re.findall(r"`(.*?)`", listed)) == LANGUAGES
