"""Rows of instruction following: whose ids they are, which turn, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from instruction_rows import multi_if

from reward_service.rows import FORMATS, format_of_row, spec_of_row
from reward_service.rows.instruction_ids import OF_IFBENCH, OF_IFTRAIN
from reward_service.rows.python_literal import python_literal
from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval.ifbench import HEAD
from reward_verifiers.ifeval.iftrain import IFTRAIN
from reward_verifiers.specs import IfevalSpec

TRAINING = "[{'instruction_id': ['keywords:palindrome'], 'kwargs': [None]}]"
NO_COMMA = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [None]}


def spec_of(row: dict[str, Any], name: str | None = None) -> IfevalSpec:
    spec = spec_of_row(row, name)
    assert isinstance(spec, IfevalSpec)
    return spec


def refusal(row: dict[str, Any], name: str | None = None) -> str:
    with pytest.raises(BadSpecError) as caught:
        spec_of_row(row, name)
    return str(caught.value)


def labelled(label: Any, dataset: Any = "ifeval") -> dict[str, Any]:
    return {"messages": [], "ground_truth": label, "dataset": dataset}


def test_the_ids_that_rows_are_recognised_by_are_those_of_the_tables() -> None:
    assert set(IFTRAIN) == OF_IFTRAIN
    assert set(HEAD) == OF_IFBENCH
    assert not OF_IFTRAIN & OF_IFBENCH
    assert not (OF_IFTRAIN | OF_IFBENCH) & set(CLASSIC)


def test_ids_that_all_share_are_ifevals_and_a_named_format_decides_otherwise() -> None:
    assert format_of_row(NO_COMMA) == "ifeval"
    for name in ("ifeval", "iftrain", "ifbench"):
        assert spec_of(NO_COMMA, name).family.value == name
    assert spec_of(NO_COMMA, "nemo_gym_instruction_following").family.value == "iftrain"


def test_ids_of_two_families_are_ambiguous_until_the_format_is_named() -> None:
    row = {"instruction_id_list": ["keywords:palindrome", "words:palindrome"]}
    assert "several formats: ifbench, iftrain; name one as format" in refusal(row)
    args = {"args": {**row, "instruction_kwargs": [None, None]}}
    assert refusal(args).startswith("row.args.instruction_id_list: ids of both IFBench and")


def test_an_unknown_id_is_refused_when_judged_and_names_its_place() -> None:
    from reward_verifiers.ifeval import judge

    spec = spec_of({"instruction_id_list": ["keywords:existance"]})
    with pytest.raises(BadSpecError, match=r"^spec.instruction_id_list.0: family ifeval"):
        judge("Any.", spec)


def test_kwargs_may_be_absent_texts_or_nulls() -> None:
    for kwargs in ([None], [{}], ["{}"], ["null"], "[null]", '["{}"]', [{"N": None}]):
        row = {"instruction_id_list": '["punctuation:no_comma"]', "kwargs": kwargs}
        assert spec_of(row, "ifeval").instruction_id_list == ["punctuation:no_comma"]
    assert spec_of({"instruction_id_list": ["punctuation:no_comma"]}).kwargs == [None]


@pytest.mark.parametrize(
    "label",
    [
        TRAINING,
        [TRAINING],
        TRAINING.replace("'", '"').replace("None", "null"),
        json.dumps([json.dumps({"instruction_id": ["keywords:palindrome"], "kwargs": [{}]})]),
        {"instruction_id": ["keywords:palindrome"], "kwargs": [None]},
        [{"instruction_id_list": ["keywords:palindrome"]}],
    ],
)
@pytest.mark.parametrize("dataset", ["ifeval", ["ifeval"], "allenai/IF_multi_constraints_upto5"])
def test_a_label_may_be_packed_in_texts_and_lists_of_one(label: Any, dataset: Any) -> None:
    spec = spec_of(labelled(label, dataset))
    assert (spec.family.value, spec.instruction_id_list) == ("iftrain", ["keywords:palindrome"])


def test_a_label_that_names_a_function_is_rlvrs() -> None:
    label = {"func_name": "validate_end", "end_phrase": "Bye.", "N": None}
    for given in (label, json.dumps(label), [json.dumps(label)], repr(label)):
        spec = spec_of(labelled(given, "ifeval_old"))
        assert spec.family.value == "rlvr"
        assert spec.instruction_id_list == ["validate_end"]
        assert spec.kwargs == [{"end_phrase": "Bye."}]


@pytest.mark.parametrize(("turn", "n_instructions"), [(None, 3), (1, 1), (2, 2), (3, 3)])
def test_multi_if_is_judged_at_the_turn_named_or_the_last(
    turn: int | None, n_instructions: int
) -> None:
    spec = spec_of({**multi_if(3), "turn": turn})
    assert len(spec.instruction_id_list) == len(spec.kwargs) == n_instructions


def test_multi_if_of_languages_with_rules_of_their_own_is_refused_where_they_count() -> None:
    row = {**multi_if(3), "language": "Chinese"}
    assert refusal(row) == (
        "row.language: length_constraints:number_words counts by other rules in Chinese"
    )
    assert spec_of({**row, "turn": 2}).instruction_id_list[0] == "punctuation:no_comma"


PROGRAM = "def check_following(instruction, response):\n    return True\n"
RULE = {"instruction_id": "punctuation:no_comma"}

REFUSED: list[tuple[dict[str, Any], str | None, str]] = [
    ({"instruction_id_list": []}, None, "row.instruction_id_list: expected 1 to 100 entries"),
    ({"instruction_id_list": "x"}, "ifeval", "row.instruction_id_list: not JSON"),
    ({"instruction_id_list": [3]}, "ifeval", "row.instruction_id_list.0: expected text"),
    ({"prompt": "Hi"}, "ifeval", "row.instruction_id_list: missing"),
    ({"verifier_metadata": {}}, "iftrain", "row.verifier_metadata.instruction_id_list: missing"),
    ({**NO_COMMA, "kwargs": [None, None]}, None, "row.kwargs: 2 entries for 1 instructions"),
    ({**NO_COMMA, "kwargs": {}}, None, "row.kwargs: expected a list, got an object"),
    ({**NO_COMMA, "kwargs": [3]}, None, "row.kwargs.0: expected an object, got a number"),
    ({**NO_COMMA, "kwargs": ["{"]}, None, "row.kwargs.0: not JSON"),
    ({**NO_COMMA, "grading_mode": "mean"}, None, "row.grading_mode: expected binary or fraction"),
    ({**NO_COMMA, "grading_mode": [1]}, None, "row.grading_mode: expected binary or fraction"),
    ({"args": {}}, "llama_nemotron", "row.args.instruction_id_list: missing"),
    (
        {"args": {"instruction_id_list": ["a:b"], "instruction_kwargs": []}},
        None,
        "row.args.instruction_kwargs: 0 entries for 1 instructions",
    ),
    (labelled("[]"), None, "row.ground_truth: expected one label, got 0"),
    (labelled("[{}, {}]"), None, "row.ground_truth: expected one label, got 2"),
    (labelled("72"), None, "row.ground_truth: expected an object or its text, got a number"),
    (labelled("__import__('os')"), None, "row.ground_truth: neither JSON nor a Python literal"),
    (labelled("[{'a': 1 + 1}]"), None, "row.ground_truth: neither JSON nor a Python literal"),
    (labelled("{'a': }"), None, "row.ground_truth: neither JSON nor a Python literal"),
    (labelled("[" * 30 + "]" * 30), None, "row.ground_truth: "),
    (labelled("('" + "x" * 200_000 + "',)"), None, "row.ground_truth: longer than 200000"),
    (labelled({"kwargs": []}), None, "row.ground_truth.instruction_id_list: missing"),
    (labelled({"instruction_id": []}), None, "row.ground_truth.instruction_id: expected 1 to"),
    (labelled({"func_name": 3}), None, "row.ground_truth.func_name: expected text"),
    (labelled(PROGRAM), None, "row.ground_truth: programs as labels are not run"),
    (
        labelled(json.dumps({"checkers": ["[rule] x"], "functions": [PROGRAM]}), "verinstruct"),
        None,
        "row.ground_truth.functions: programs as labels are not run",
    ),
    (
        {"prompt": "Hi", "checkers": ["[rule] x"], "functions": [PROGRAM]},
        None,
        "row.functions: programs as labels are not run",
    ),
    ({**multi_if(3), "turn": 4}, None, "row.turn: expected 1 to 3, got 4"),
    ({**multi_if(1), "turn": 2}, None, "row.turn_2_instruction_id_list: "),
    ({**multi_if(1), "turn_1_kwargs": "{}"}, None, "row.turn_1_kwargs: expected a list"),
    (
        {"instructions": [{"instruction_id": "length_constraints:number_words"}]},
        None,
        "row.instructions.0.instruction_id: 'length_constraints:number_words' is judged by a rule",
    ),
    (
        {"instructions": [RULE], "llm_judge": [{"uid": 1, "content": "Is it nice?"}]},
        None,
        "row.llm_judge: questions to a model",
    ),
    (
        {"instructions": [{**RULE, "is_misalignment_check": True}]},
        None,
        "row.instructions.0.is_misalignment_check: ",
    ),
    ({"instructions": [RULE], "language": "ko"}, None, "row.language: 'ko': only the rules"),
]


@pytest.mark.parametrize(("row", "name", "complaint"), REFUSED)
def test_a_malformed_row_is_refused_by_its_field(
    row: dict[str, Any], name: str | None, complaint: str
) -> None:
    assert refusal(row, name).startswith(complaint)


def test_a_format_that_is_always_refused_says_so_in_its_summary() -> None:
    assert "refused" in FORMATS["verif"].summary


@pytest.mark.parametrize(
    "value",
    [
        [{"a": None, "b": [True, False, 1, -2, 3.5, 1e20]}],
        {"quote": 'He said "it\'s"\n', "escape": "\\d+ \t \x00 \u00e9 \U0001f600"},
        ("a", "'", '"', "[[[[", "None, 'x'"),
        "text",
        7,
    ],
)
def test_a_literal_is_read_as_python_reads_it(value: Any) -> None:
    assert python_literal(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        *("f'{1}'", "b'a'", "1 + 1", "-(1)", "[x for x in 'a']", "a.b", "print('a')", "9**9**9"),
        *("'open", "[1", "]", "''''''x", "1'x'2", "--1", "9" * 31, "lambda: 1", "{[]: 1}", "..."),
    ],
)
def test_anything_else_is_no_literal(text: str) -> None:
    with pytest.raises(ValueError, match=r"Python literal"):
        python_literal(text)


def test_escapes_that_python_does_not_know_are_kept_without_a_warning() -> None:
    assert python_literal(r"['\d']") == [r"\d"]


def test_deep_and_long_literals_are_refused_before_they_are_parsed() -> None:
    assert python_literal("[" * 20 + "]" * 20) is not None
    for text in ("[" * 21 + "]" * 21, "(" * 100_000, "'" * 200_001):
        with pytest.raises(ValueError, match=r"nested deeper|longer than"):
            python_literal(text)
