"""Functional tests: what is called, and what comes of the replies."""

from __future__ import annotations

from typing import Any

import pytest
from trials import Bench, ended, of_function, printed, replied, returned

from reward_sandboxes import calls, plain
from reward_sandboxes.types import Built, ExitReason
from reward_verifiers.code import trial
from reward_verifiers.code_spec import CodeSpec, FunctionalTests
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import read_spec
from reward_verifiers.trial import RunJob
from reward_verifiers.verdict import Outcome

SPEC: dict[str, Any] = {
    "tests": {
        "type": "functional",
        "fn_name": "add",
        "inputs": [[1, 2], "3\n4"],
        "outputs": [3, "7"],
    }
}


def one(output: Any, **more: Any) -> dict[str, Any]:
    return {
        "tests": {"type": "functional", "fn_name": "f", "inputs": [[1]], "outputs": [output]},
        **more,
    }


def test_calls_go_in_and_values_are_compared_outside() -> None:
    bench = Bench(of_function(lambda a, b: a + b))
    verdict = bench.judge("source", SPEC)
    assert verdict.outcome is Outcome.CORRECT
    (job,) = bench.jobs
    assert job.program.prelude
    assert [run.call.function for run in job.runs if run.call] == ["add", "add"]
    assert [plain.loads(run.call.arguments) for run in job.runs if run.call] == [[1, 2], [3, 4]]


def test_expected_values_stay_outside() -> None:
    bench = Bench([returned(0)])
    bench.judge("source", one("expected-7f3a"))
    assert "expected-7f3a" not in repr(bench.jobs)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (calls.Returned(4), "wrong"),
        (calls.Raised("ValueError", "no"), "error"),
        (calls.NoFunction("there is no f"), "no_function"),
        (calls.NotPlain("a value of type 'Yes'"), "not_plain"),
        (b'{"i": 3}', "not_plain"),
        (b"\xff", "not_plain"),
    ],
)
def test_whatever_is_not_the_value_fails_the_test(reply: Any, outcome: str) -> None:
    verdict = Bench([replied(reply)]).judge("x", one(3))
    assert (verdict.outcome, verdict.details["tests"]) == (Outcome.WRONG, [outcome])


def test_a_missing_function_is_wrong_with_the_reason() -> None:
    verdict = Bench([replied(calls.NoFunction("the program defines no f"))]).judge("x", one(3))
    assert "the program defines no f" in verdict.reason


def test_a_program_that_ends_instead_of_returning_earns_nothing() -> None:
    verdict = Bench([printed("3\n")]).judge("x", one(3))
    assert verdict.details["tests"] == ["error"]
    assert Bench([ended(ExitReason.TIME)]).judge("x", one(3)).outcome is Outcome.OVER_LIMIT
    stopped = ended(ExitReason.MEMORY)
    assert Bench([stopped]).judge("x", one(3)).outcome is Outcome.OVER_LIMIT


def test_a_value_behind_a_stopped_run_earns_nothing() -> None:
    late = replied(calls.Returned(3))
    stopped = type(late)(reason=ExitReason.TIME, reply=late.reply)
    assert Bench([stopped]).judge("x", one(3)).score == 0.0


def test_a_wrapped_output_is_met_by_what_is_in_it() -> None:
    assert Bench([returned(3)]).judge("x", one([3])).score == 1.0
    assert Bench([returned([3])]).judge("x", one([3])).score == 1.0
    assert Bench([returned(True)]).judge("x", one([1])).score == 0.0


def test_order_and_tolerance_are_taken_from_the_spec() -> None:
    assert Bench([returned([2, 1])]).judge("x", one([1, 2])).score == 0.0
    assert Bench([returned([2, 1])]).judge("x", one([1, 2], any_order=True)).score == 1.0
    assert Bench([returned(1.01)]).judge("x", one(1.0, comparison={"float": 0.1})).score == 1.0


IN_PLACE = {
    "tests": {
        "type": "functional",
        "fn_name": "f",
        "in_place": True,
        "inputs": [[[3, 1, 2], 7], [[1, 2], 7]],
        "outputs": [[1, 2, 3], [1, 2]],
    }
}


@pytest.mark.parametrize(
    ("replies", "tests"),
    [
        # The second list is sorted as it is: it is left as it was, and that is right.
        ([calls.Returned(None, ([1, 2, 3], 7)), calls.Returned(None)], ["passed", "passed"]),
        ([calls.Returned(None), calls.Returned(None)], ["wrong", "passed"]),
        ([calls.Returned(None, ([], 7)), calls.Returned(None, ([], 7))], ["wrong", "wrong"]),
        ([calls.Returned(None, (7, [1, 2, 3]))] * 2, ["wrong", "wrong"]),
        ([calls.Returned(None, ())] * 2, ["wrong", "wrong"]),  # forged
        ([calls.Returned([1, 2, 3]), calls.Returned([1, 2])], ["passed", "passed"]),
        ([calls.Returned(0, ([1, 2, 3], 7)), calls.Returned(False)], ["wrong", "wrong"]),
        ([calls.Raised("ValueError", "no"), calls.NotPlain("Yes")], ["error", "not_plain"]),
    ],
)
def test_what_is_changed_in_place_is_the_result_where_nothing_is_returned(
    replies: list[calls.Reply], tests: list[str]
) -> None:
    verdict = Bench([replied(reply) for reply in replies]).judge("x", IN_PLACE)
    assert verdict.details["tests"] == tests


def test_without_that_the_value_alone_counts() -> None:
    spec = {"tests": {**IN_PLACE["tests"], "in_place": False}}
    replies = [calls.Returned(None, ([1, 2, 3], 7)), calls.Returned(None)]
    verdict = Bench([replied(reply) for reply in replies]).judge("x", spec)
    assert verdict.details["tests"] == ["wrong", "wrong"]


def test_what_is_changed_in_place_needs_an_argument() -> None:
    tests = {**IN_PLACE["tests"], "inputs": [[[1]], []], "outputs": [[1], [1]]}
    with pytest.raises(BadSpecError, match=r"inputs\.1: no argument to be changed in place"):
        read_spec({"domain": "code", "tests": tests})


def test_runs_that_were_not_made_have_failed() -> None:
    verdict = Bench([returned(3)], most=1).judge("x", SPEC)
    assert verdict.details["tests"] == ["passed", "not_run"]
    assert verdict.score == 0.5


def test_all_stops_at_the_first_failure_and_ignores_what_ran_ahead() -> None:
    spec = {**SPEC, "reward": "all"}
    results = [returned(0), returned(7)]
    verdicts = {Bench(results, ahead=n).judge("x", spec).model_dump_json() for n in (0, 3)}
    assert len(verdicts) == 1
    assert '"tests":["wrong"]' in verdicts.pop()


def test_a_program_that_does_not_compile_is_wrong() -> None:
    verdict = Bench(built=Built(ok=False, message="SyntaxError: line 1")).judge("x", SPEC)
    assert "SyntaxError: line 1" in verdict.reason


@pytest.mark.parametrize(
    "tests",
    [
        {"inputs": ["[1"], "outputs": ["1"]},
        {"inputs": [3], "outputs": ["1"]},
        {"inputs": [[1], [2]], "outputs": [1]},
        {"inputs": ["1"], "outputs": ["None"]},
    ],
)
def test_tests_that_cannot_be_read_are_a_bad_spec(tests: dict[str, Any]) -> None:
    spec = {"domain": "code", "tests": {"type": "functional", "fn_name": "f", **tests}}
    with pytest.raises(BadSpecError, match=r"spec\.tests"):
        read_spec(spec)


UNWRITTEN: list[Any] = ["\ud800", {"\udfff": 1}, float("nan"), [float("inf")], 10**5000]


@pytest.mark.parametrize("number", range(len(UNWRITTEN)))
def test_values_that_json_cannot_write_are_refused(number: int) -> None:
    value = UNWRITTEN[number]
    for inputs, outputs in (([[value]], [1]), ([[1]], [value])):
        tests = {"type": "functional", "fn_name": "f", "inputs": inputs, "outputs": outputs}
        with pytest.raises(BadSpecError, match=r"lone surrogate|JSON cannot write"):
            read_spec({"domain": "code", "tests": tests})


def test_the_calls_of_a_spec_are_written_once_for_all_its_programs() -> None:
    spec = read_spec({"domain": "code", **SPEC})
    assert isinstance(spec, CodeSpec)
    assert isinstance(spec.tests, FunctionalTests)
    first = next(trial("one", spec))
    second = next(trial("two", spec))
    assert isinstance(first, RunJob)
    assert isinstance(second, RunJob)
    pairs = zip(first.job.runs, second.job.runs, strict=True)
    assert all(one.call is other.call is not None for one, other in pairs)
    assert "cases" not in spec.tests.model_dump()
