"""A row that cannot be read is refused by the name of its field."""

from __future__ import annotations

import base64
import contextlib
import json
import pickle
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_service.rows import FORMATS, spec_of_row
from reward_service.rows.signature import names
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import Spec


def packed(pickled: bytes) -> str:
    return base64.b64encode(zlib.compress(pickled)).decode()


def refusal(row: dict[str, Any], name: str | None = None) -> str:
    with pytest.raises(BadSpecError) as caught:
        spec_of_row(row, name)
    return str(caught.value)


def test_an_unknown_row_is_told_its_fields_and_the_known_formats() -> None:
    told = refusal({"frage": "2 + 2?", "antwort": "4", "leer": None})
    assert told.startswith("row: the fields (antwort, frage) make no known format")
    assert all(name in told for name in FORMATS)


def test_fields_that_are_common_to_many_datasets_are_not_guessed_at() -> None:
    row = {"question": "Who wrote it?", "answer": "Homer"}
    assert "no known format" in refusal(row)
    assert spec_of_row(row, "question_answer").model_dump(mode="json")["gold"] == "Homer"


def test_a_field_that_nobody_expects_makes_a_row_unknown(row_of: Any) -> None:
    assert "no known format" in refusal(row_of("problem_answer", tests=["assert f(1) == 2"]))


def test_fields_of_two_formats_at_once_are_ambiguous(row_of: Any) -> None:
    row = {**row_of("gpqa"), **row_of("verl")}
    assert "several formats: gpqa, verl; name one as format" in refusal(row)


def test_an_unknown_format_is_told_the_known_ones() -> None:
    assert refusal({}, "hf").startswith("row: unknown format 'hf'; known formats: acecoder, aime")


def test_errors_name_the_place_of_the_row(row_of: Any) -> None:
    with pytest.raises(BadSpecError, match=r"^items\.3\.row\.reward_model\.ground_truth: missing$"):
        spec_of_row(row_of("verl", reward_model={}), None, where="items.3.row")


def test_long_names_and_many_fields_stay_short_in_the_error() -> None:
    assert len(refusal({"x" * 100_000: 1})) < 1000
    assert len(refusal({f"field{n}": n for n in range(400)})) < 1000
    assert "at most 500" in refusal({f"field{n}": n for n in range(501)})


MALFORMED = [
    ("verl", {"reward_model": "rule"}, "row.reward_model: expected an object, got text"),
    ("verl", {"reward_model": {"style": "model"}}, "row.reward_model.ground_truth: missing"),
    (
        "verl",
        {"reward_model": {"ground_truth": None}},
        "row.reward_model.ground_truth: missing",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": b"72"}},
        "row.reward_model.ground_truth: expected text, a number or a list, got bytes",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": True}},
        "row.reward_model.ground_truth: expected text, got true",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": {"target": ["x"]}}},
        "row.reward_model.ground_truth: expected text, a number or a list, got an object",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": []}},
        "row.reward_model.ground_truth: expected 1 to",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": float("nan")}},
        "row.reward_model.ground_truth: nan is no answer",
    ),
    (
        "verl",
        {"reward_model": {"ground_truth": 10**5000}},
        "row.reward_model.ground_truth: a number of too many digits",
    ),
    ("verl", {"data_source": "my/own", "ability": "chat"}, "row.data_source: 'my/own'"),
    (
        "verl",
        {"data_source": "codecontests", "ability": "code"},
        "row.reward_model.ground_truth: expected an object or a list, got a number",
    ),
    (
        "verl",
        {"data_source": "x", "ability": "stem", "reward_model": {"ground_truth": "C"}},
        "row.reward_model.ground_truth: 'C' is an option's letter",
    ),
    ("open_instruct", {"dataset": "puzzles"}, "row.dataset: 'puzzles' is not known"),
    ("open_instruct", {"dataset": ["gsm8k", "math"]}, "row.dataset: 2 entries"),
    ("open_instruct", {"ground_truth": [["1"]]}, "row.ground_truth: expected text, got a list"),
    ("trl", {"solution": "First this.\nThen that."}, "row.solution: a worked solution without"),
    ("trl", {"solution": " "}, "row.solution: empty"),
    ("nemo_gym_math", {"expected_answer": ["4"]}, "row.expected_answer: expected text, got a list"),
    (
        "nemo_gym_mcqa",
        {"options": [{"A": "red", "B": "green"}]},
        "row.options: expected objects of one letter each",
    ),
    ("nemo_gym_mcqa", {"options": [{"A": "x"}, {"A": "y"}]}, "row.options: two options have"),
    (
        "nemo_gym_mcqa",
        {"expected_answer": "E"},
        "row.expected_answer: 'E' is not one of the letters",
    ),
    ("gsm8k", {"answer": "72 ####"}, "row.answer: no #### with the answer after it"),
    ("problem_solution", {"solution": "It is 3/4."}, r"row.solution: no \boxed{...}"),
    ("problem_answer", {"answer": "proof"}, "row.answer: 'proof' says that the problem has no"),
    ("problem_answer", {"answer": "x" * 1_000_001}, "row.answer: longer than 1000000"),
    ("problem_answer", {"answer": "1" * 20_001}, "row.answer: longer than 20000"),
    ("olympiad_bench", {"final_answer": []}, "row.final_answer: expected 1 to 100 entries"),
    (
        "olympiad_bench",
        {"final_answer": ["1", "2"], "is_multiple_answer": False},
        "row.final_answer: 2 entries, but is_multiple_answer is false",
    ),
    (
        "olympiad_bench",
        {"final_answer": ["2"], "error": "3"},
        "row.error: 3 allows more than the answer 2 is",
    ),
    ("web_instruct", {"answer_type": "Multiple Choice"}, "row.answer_type: multiple choice"),
    ("mmlu", {"answer": 4}, "row.answer: 4 is no position among 4 options"),
    ("mmlu", {"answer": -1}, "row.answer: -1 is no position"),
    ("mmlu", {"answer": 10**6000}, "row.answer: a number of too many digits"),
    ("mmlu", {"answer": 1.5}, "row.answer: expected a whole number, got 1.5"),
    ("mmlu", {"choices": "red"}, "row.choices: expected a list, got text"),
    ("mmlu", {"choices": ["x"] * 27}, "row.choices: 27 options; at most 26"),
    ("mmlu", {"choices": ["x"], "answer": 0}, "row.options: expected at least 2 entries, got 1"),
    ("mmlu_pro", {"answer_index": 0}, "row.answer_index: 0 is not answer I"),
    ("super_gpqa", {"answer": "red"}, "row.answer_letter: D is not the option that answer gives"),
    ("gpqa", {"options": None}, "row.options: missing: the order in which the model saw"),
    ("gpqa", {"options": ["a", "b"]}, "row.Correct Answer: 'white' is not among the options"),
    ("gpqa", {"options": ["white", "white"]}, "row.Correct Answer: 'white' is more than once"),
    ("sciq", {"options": None}, "row.options: missing: the order in which the model saw"),
    (
        "arc",
        {"choices": {"text": ["a", "b"], "label": ["A"]}},
        "row.choices.label: 1 labels for 2 texts",
    ),
    ("arc", {"answerKey": "5"}, "row.answerKey: '5' is not one of the labels"),
    ("lettered_options", {"answer_idx": "E"}, "row.answer_idx: 'E' is not among the options"),
    (
        "lettered_options",
        {"options": {"1": "a", "2": "b"}, "answer_idx": "1"},
        "row.options: '1' is no",
    ),
    ("columns_abcd", {"answer": "E"}, "row.answer: 'E' is not one of the letters"),
    ("medmcqa", {"opb": None}, "row.opb: missing"),
    (
        "livecodebench",
        {"private_test_cases": "%%%"},
        "row.private_test_cases: neither JSON nor base64",
    ),
    (
        "livecodebench",
        {"private_test_cases": base64.b64encode(b"no zlib").decode()},
        "row.private_test_cases: no zlib data in the base64",
    ),
    (
        "livecodebench",
        {"private_test_cases": packed(pickle.dumps("x" * 100))[:40]},
        "row.private_test_cases: ",
    ),
    (
        "livecodebench",
        {"private_test_cases": packed(pickle.dumps(["[]"]))},
        "row.private_test_cases: the pickle in the base64 is not one text alone",
    ),
    (
        "livecodebench",
        {"private_test_cases": packed(pickle.dumps(print))},
        "row.private_test_cases: the pickle in the base64 is not one text alone",
    ),
    (
        "livecodebench",
        {"private_test_cases": packed(pickle.dumps("[}"))},
        "row.private_test_cases: not JSON",
    ),
    ("livecodebench", {"public_test_cases": "{}"}, "row.public_test_cases: expected a list"),
    ("livecodebench", {"public_test_cases": '[{"input": "1"}]'}, "row.public_test_cases.0.output"),
    (
        "livecodebench",
        {
            "public_test_cases": '[{"input": "1", "output": "1", "testtype": "functional"}]',
            "private_test_cases": None,
        },
        "row.public_test_cases.0: functional without the name of a function",
    ),
    (
        "livecodebench",
        {"private_test_cases": '[{"input": "", "output": "", "testtype": "magic"}]'},
        "row.public_test_cases.1: 'magic' is no type of test",
    ),
    ("taco", {"input_output": "x"}, "row.input_output: not JSON"),
    ("taco", {"input_output": []}, "row.input_output: expected an object, got a list"),
    ("taco", {"input_output": {}}, "row.input_output.inputs: missing"),
    (
        "taco",
        {"input_output": {"inputs": [], "outputs": []}},
        "row.input_output.inputs: expected 1",
    ),
    (
        "taco",
        {"input_output": {"inputs": ["1"], "outputs": ["1", "2"]}},
        "row.input_output: 1 inputs but 2 outputs",
    ),
    (
        "taco",
        {"input_output": {"inputs": [1], "outputs": ["1"]}},
        "row.input_output.inputs.0: expected text or a list of lines, got a number",
    ),
    (
        "taco",
        {"input_output": {"inputs": ["1"], "outputs": ["1"], "fn_name": "not a name"}},
        "row.input_output: tests.functional.fn_name",
    ),
    ("taco", {"time_limit": "soon"}, "row.time_limit: 'soon' is no amount"),
    ("taco", {"memory_limit": {"x": 1}}, "row.memory_limit: "),
    ("taco", {"time_limit": 1e9}, "row.input_output: limits.time_s: must be at most"),
    ("code_contests", {"input_file": "in.txt"}, "row.input_file: programs that read or write"),
    (
        "code_contests",
        {"public_tests": {"input": [], "output": []}, "generated_tests": None},
        "row.public_tests: no tests",
    ),
    ("code_contests", {"private_tests": [1]}, "row.private_tests: expected an object"),
    ("sandbox_fusion", {"test": [{"input": "1"}]}, "row.test.0.input: expected an object of stdin"),
    ("sandbox_fusion", {"language": "cobol"}, "row.language: unknown language 'cobol'"),
    ("humaneval", {"entry_point": "a b"}, "row.test: tests.check.entry_point"),
    ("humaneval", {"test": None}, "row.test: missing"),
    ("mbpp", {"test_list": []}, "row.test_list: expected 1"),
    ("mbpp", {"test_list": [1]}, "row.test_list.0: expected text, got a number"),
    ("mbpp", {"test_list": [" "]}, "row.test_list.0: empty"),
    ("mbpp", {"challenge_test_list": "x"}, "row.challenge_test_list: expected a list of texts"),
    ("verification_info", {"verification_info": "{}"}, "row.verification_info.test_cases: missing"),
    (
        "verification_info",
        {"verification_info": {"language": "cobol", "test_cases": [{"input": "", "output": ""}]}},
        "row.verification_info.language: unknown language 'cobol'",
    ),
    ("deepcoder", {"tests": 5}, "row.tests: expected an object or a list, got a number"),
    ("deepcoder", {"metadata": {"func_name": 3}}, "row.metadata.func_name: expected text"),
    (
        "deepcoder",
        {
            "tests": [
                {"input": "1", "output": "1", "testtype": "functional"},
                {"input": "1", "output": "1", "testtype": "stdin"},
            ]
        },
        "row.tests: tests of several kinds (calls of add, stdin)",
    ),
    ("test_cases", {"test_cases": [["x"]]}, "row.test_cases.0: expected an object, got a list"),
    ("kodcode", {"test": " "}, "row.test: empty"),
    ("codeforces", {"interaction_format": "ask me"}, "row.interaction_format: interactive"),
    ("codeforces", {"input_mode": "file"}, "row.input_mode: programs that read files"),
    ("codeforces", {"official_tests": []}, "row.official_tests: expected 1"),
    ("nemo_gym_code", {"verifier_metadata": {}}, "row.verifier_metadata.unit_tests: missing"),
    ("open_instruct", {"dataset": "code", "ground_truth": "72"}, "row.ground_truth: "),
]


@pytest.mark.parametrize(("name", "changes", "complaint"), MALFORMED)
def test_a_malformed_row_is_refused_by_its_field(
    row_of: Any, name: str, changes: dict[str, Any], complaint: str
) -> None:
    assert refusal(row_of(name, **changes), name).startswith(complaint)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    sorted(
        names(
            "answer, solution, options, choices, expected_answer, final_answer, ground_truth, "
            "unit, reward_model, data_source, error, label, text, A, B, cop, answerKey, dataset, "
            "verifier_metadata, input_output, public_test_cases, private_test_cases, test, tests, "
            "test_list, entry_point, test_cases, official_tests, time_limit, verification_info, "
            "instruction_id_list, kwargs, args, instruction_kwargs, instructions, func_name, "
            "grading_mode, turn_1_instruction_id_list, turn_1_kwargs, turn, functions, checkers"
        )
    )
)


@given(
    row=st.dictionaries(
        FIELDS | st.text(), JSON | st.sampled_from(["A", "1", "math", "\\boxed{2}"])
    ),
    name=st.none() | st.sampled_from(sorted(FORMATS)),
)
def test_any_row_is_read_or_refused(row: dict[str, Any], name: str | None) -> None:
    with contextlib.suppress(BadSpecError):
        assert isinstance(spec_of_row(row, name), Spec)


def test_a_gold_that_looks_like_a_list_stays_a_gold(row_of: Any) -> None:
    interval = spec_of_row(row_of("verl", reward_model={"ground_truth": "[1, 2]"}), None)
    cut_off = spec_of_row(row_of("verl", reward_model={"ground_truth": '["1'}), None)
    assert (interval.golds, cut_off.golds) == (("[1, 2]",), ('["1',))  # type: ignore[attr-defined]  # both are math


def test_every_wording_of_several_golds_means_any_of_them(row_of: Any) -> None:
    for golds in (["1", "2"], json.dumps(["1", "2"]), [1, 2.0]):
        spec = spec_of_row(row_of("verl", reward_model={"ground_truth": golds}), None)
        assert spec.golds == ("1", "2")  # type: ignore[attr-defined]  # it is math


def test_a_gsm8k_solution_as_ground_truth_gives_its_last_number(row_of: Any) -> None:
    row = row_of("verl", reward_model={"ground_truth": "6 * 12 = 72\n#### 72"})
    assert spec_of_row(row, None).golds == ("72",)  # type: ignore[attr-defined]  # it is math


def test_ids_of_instructions_make_a_row_whatever_stands_beside() -> None:
    row = {"instruction_id_list": ["punctuation:no_comma"], "foo_bar": 1}
    spec = spec_of_row(row, None)
    assert (spec.domain, spec.model_dump()["kwargs"]) == ("ifeval", [None])
