"""What is wrong is said in the words of JSON, never in pydantic's or Python's."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from reward_verifiers.complaints import field_path, kind, validation_message
from reward_verifiers.specs import CodeSpec, MathSpec, StemSpec

LONG = "x" * 200


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    n: int = 0


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="x", min_length=1)
    number: FiniteFloat | None = Field(default=None, gt=0, lt=1)
    whole: int = Field(default=1, ge=1, le=10)
    flag: bool = False
    colour: Colour = Colour.RED
    by_colour: dict[Colour, float] = Field(default_factory=dict)
    inner: Inner = Inner()
    names: list[str] = Field(default_factory=lambda: ["a"], min_length=1, max_length=2)


def told(model: type[BaseModel], raw: Any, where: str = "") -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(raw)
    return validation_message(caught.value, where)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (1, "expected an object, got a number"),
        (None, "expected an object, got null"),
        ({"text": None}, "text: expected text, got null"),
        ({"text": ["x"]}, "text: expected text, got a list"),
        ({"text": ""}, "text: empty"),
        ({"text": "\ud800"}, "text: holds a lone surrogate, which is no text"),
        ({"number": "soon"}, "number: expected a number, got 'soon'"),
        ({"number": {}}, "number: expected a number, got an object"),
        ({"number": float("inf")}, "number: expected a finite number, got inf"),
        ({"number": 0}, "number: must be greater than 0, not 0"),
        ({"number": 1.5}, "number: must be less than 1, not 1.5"),
        ({"whole": 1.5}, "whole: expected a whole number, got 1.5"),
        ({"whole": "many"}, "whole: expected a whole number, got 'many'"),
        ({"whole": []}, "whole: expected a whole number, got a list"),
        ({"whole": 0}, "whole: must be at least 1, not 0"),
        ({"whole": "99"}, "whole: must be at most 10, not '99'"),
        ({"flag": "maybe"}, "flag: expected true or false, got 'maybe'"),
        ({"flag": None}, "flag: expected true or false, got null"),
        ({"colour": "green"}, "colour: expected 'red' or 'blue', got 'green'"),
        ({"colour": True}, "colour: expected 'red' or 'blue', got true"),
        ({"by_colour": {"green": 1}}, "by_colour.green: expected 'red' or 'blue', got 'green'"),
        ({"by_colour": []}, "by_colour: expected an object, got a list"),
        ({"inner": "x"}, "inner: expected an object, got text"),
        ({"names": []}, "names: empty"),
        ({"names": ["a", False]}, "names.1: expected text, got false"),
        ({"names": ["a"] * 3}, "names: expected at most 2 entries, got 3"),
        ({"a[b].c": 1}, "a[b].c: unknown field"),
        ({"text": [{"role": "user", "content": "?"}]}, "text: expected text, got chat messages; "),
        ({"text": {"role": "user"}}, "text: expected text, got chat messages; "),
    ],
)
def test_each_complaint_names_its_field_and_what_was_given(raw: Any, message: str) -> None:
    assert told(Sample, raw).startswith(message)
    where = message if message.startswith("expected") else f".{message}"
    separator = ": " if message.startswith("expected") else ""
    assert told(Sample, raw, "items.0").startswith(f"items.0{separator}{where}")


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        (None, "spec.gold: expected text, a number or a list of them, got null"),
        (True, "spec.gold: expected text, a number or a list of them, got true"),
        ({"a": 1}, "spec.gold: expected text, a number or a list of them, got an object"),
        ([], "spec.gold: empty"),
        (["4", None], "spec.gold.1: expected text, got null"),
        ("", "spec.gold: empty"),
        ("x" * 20_001, "spec.gold: longer than 20000 characters"),
        ([10**5000], "spec.gold.0: a number of too many digits; write it as text"),
    ],
)
def test_a_bad_gold_is_told_what_a_gold_is(gold: Any, message: str) -> None:
    assert told(MathSpec, {"gold": gold}, "spec") == message


def test_what_a_validator_of_ours_says_is_said_as_it_is() -> None:
    message = told(StemSpec, {"gold": "C", "options": {"A": "x", "B": "y"}}, "spec")
    assert message == "spec: gold 'C' is not one of the options ['A', 'B']"


def test_several_complaints_are_three_at_most_and_long_values_are_cut() -> None:
    message = told(Sample, {"colour": LONG, LONG: 1, "whole": None, "flag": None, "names": 1})
    assert message.count("; ") == 2
    assert len(message) < 400


def test_a_path_leaves_out_what_is_no_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({"by_colour": {"green": 1}})
    [detail] = caught.value.errors()
    assert detail["loc"] == ("by_colour", "green", "[key]")
    assert field_path(detail) == "by_colour.green"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *[(None, "null"), (True, "true"), (1, "a number"), (1.5, "a number"), ("x", "text")],
        *[([], "a list"), ((), "a list"), ({}, "an object"), (b"", "bytes")],
    ],
)
def test_kinds_have_the_names_that_json_gives_them(value: object, name: str) -> None:
    assert kind(value) == name


TEXT = st.text(st.characters(exclude_characters="["), max_size=5)  # what is given is quoted
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner),
    max_leaves=6,
)
PYDANTIC = re.compile(
    r"Input should|Value error|valid (?:string|dict)|instance of|NoneType|\[key\]"
)


@given(
    st.sampled_from([MathSpec, StemSpec, Sample]),
    st.dictionaries(
        st.sampled_from([*MathSpec.model_fields, *StemSpec.model_fields, *Sample.model_fields]),
        JSON,
    ),
)
def test_no_words_of_pydantic_get_out(model: type[BaseModel], raw: dict[str, Any]) -> None:
    message = ""
    try:
        model.model_validate(raw)
    except ValidationError as error:
        message = validation_message(error)
    assert PYDANTIC.search(message) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tests": {}}, "tests: expected an object with 'type'"),
        ({"tests": {"type": "unit"}}, "tests: 'type': expected one of 'stdio', "),
        ({"comparison": 3}, "comparison: expected tokens, exact or an object with a float"),
        ({"comparison": "fuzzy"}, "comparison: expected 'tokens' or 'exact', got 'fuzzy'"),
        ({"comparison": {}}, "comparison.float: missing"),
        (
            {"limits": {"memory_mb": 2**21}},
            "limits.memory_mb: must be at most 1048576, not 2097152",
        ),
    ],
)
def test_what_is_wrong_with_a_code_spec_is_told_by_its_field(
    fields: dict[str, Any], message: str
) -> None:
    tests = {"type": "stdio", "inputs": ["1"], "outputs": ["1"]}
    assert message in told(CodeSpec, {"tests": tests, **fields})


@pytest.mark.parametrize(
    ("limits", "total_s"),
    [({}, 5.0), ({"time_s": 2}, 5.0), ({"time_s": 10}, 10.0), ({"time_s": 10, "total_s": 4}, 4.0)],
)
def test_the_time_of_all_tests_is_at_least_that_of_one_unless_it_is_given(
    limits: dict[str, float], total_s: float
) -> None:
    tests = {"type": "stdio", "inputs": ["1"], "outputs": ["1"]}
    assert CodeSpec.model_validate({"tests": tests, "limits": limits}).limits.total_s == total_s
