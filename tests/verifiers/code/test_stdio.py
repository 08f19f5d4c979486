"""Stdio tests: what is run, and what comes of the results."""

from __future__ import annotations

from typing import Any

import pytest
from trials import Bench, ended, printed

from reward_sandboxes.types import Built, ExitReason
from reward_verifiers.code.runs import of_inputs
from reward_verifiers.verdict import Outcome

SPEC: dict[str, Any] = {
    "tests": {"type": "stdio", "inputs": ["1\n", "2\n", "3\n"], "outputs": ["1\n", "4\n", "9\n"]}
}
ALL = {**SPEC, "reward": "all"}
SECRET = "expected-7f3a"


def test_only_inputs_go_into_the_sandbox() -> None:
    bench = Bench([printed("1")])
    spec = {"tests": {"type": "stdio", "inputs": ["in"], "outputs": [SECRET]}, "files": {"a": "b"}}
    bench.judge("source", spec)
    (job,) = bench.jobs
    assert SECRET not in repr([job, *job.runs])
    assert [run.stdin for run in job.runs] == [b"in"]
    assert job.program.source == "source"
    assert job.program.files == {"a": b"b"}
    assert not job.program.prelude


def test_runs_are_made_when_they_are_asked_for() -> None:
    runs = of_inputs(["a", "b", "\u00e9"])
    assert len(runs) == 3
    assert [run.stdin for run in runs] == [b"a", b"b", b"\xc3\xa9"]
    assert [run.stdin for run in runs[1:][1:]] == [b"\xc3\xa9"]
    assert runs[-1].stdin == b"\xc3\xa9"
    with pytest.raises(IndexError):
        runs[3]


def test_the_limits_of_the_spec_are_those_of_the_job() -> None:
    bench = Bench([printed("1")] * 3)
    limits = {"time_s": 9.0, "total_s": 7.5, "memory_mb": 99, "output_kb": 11}
    bench.judge("x", {**SPEC, "limits": limits})
    used = bench.jobs[0].limits
    assert (used.cpu_s, used.total_cpu_s, used.memory_mb, used.output_kb) == (7.5, 7.5, 99, 11)


def test_all_right_is_correct() -> None:
    verdict = Bench([printed("1"), printed("4\n\n"), printed("9")]).judge("x", SPEC)
    assert (verdict.outcome, verdict.score, verdict.extracted) == (Outcome.CORRECT, 1.0, "x")
    assert verdict.details["tests"] == ["passed"] * 3
    assert verdict.details["n_passed"] == verdict.details["n_total"] == 3
    assert "first_failure" not in verdict.details


def test_a_part_earns_its_fraction_and_the_first_failure_is_shown() -> None:
    verdict = Bench([printed("1"), printed("5"), printed("8")]).judge("x", SPEC)
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.score == pytest.approx(1 / 3)
    assert verdict.details["first_failure"] == {"test": 1, "expected": "4\n", "got": "5"}
    assert verdict.details["counts"] == {"passed": 1, "wrong": 2}
    assert verdict.reason == "1 of 3 tests passed; test 2 wrong"


def test_a_fraction_runs_all_and_all_stops_at_the_first_failure() -> None:
    results = [printed("1"), printed("5"), printed("9")]
    assert Bench(results).judge("x", SPEC).score == pytest.approx(2 / 3)
    verdict = Bench(results).judge("x", ALL)
    assert (verdict.outcome, verdict.score) == (Outcome.WRONG, 0.0)
    assert verdict.details["tests"] == ["passed", "wrong"]
    assert verdict.details["n_total"] == 3


@pytest.mark.parametrize("ahead", [0, 1, 5])
def test_the_verdict_is_the_same_however_many_ran_ahead(ahead: int) -> None:
    results = [printed("x", cpu_s=1.0), ended(ExitReason.TIME), printed("9", cpu_s=1.0)]
    assert Bench(results, ahead=ahead).judge("x", ALL) == Bench(results).judge("x", ALL)


def test_the_exit_code_behind_a_right_answer_does_not_count() -> None:
    results = [printed("1", exit_code=1), printed("4", exit_code=255), printed("9")]
    verdict = Bench(results).judge("x", SPEC)
    assert verdict.outcome is Outcome.CORRECT
    assert verdict.details["nonzero_exits"] == 2


@pytest.mark.parametrize("reason", [r for r in ExitReason if r is not ExitReason.EXITED])
def test_a_right_answer_of_a_run_that_was_stopped_earns_nothing(reason: ExitReason) -> None:
    verdict = Bench([ended(reason, "1\n")] * 3).judge("x", SPEC)
    assert verdict.score == 0.0
    limits = (ExitReason.TIME, ExitReason.MEMORY, ExitReason.OUTPUT, ExitReason.DISK)
    stopped = Outcome.OVER_LIMIT if reason in limits else Outcome.WRONG
    assert verdict.outcome is stopped


def test_an_exit_code_without_a_right_answer_is_told_as_an_error() -> None:
    crash = printed("", exit_code=1, stderr="Traceback\n  ...\nValueError: no such thing")
    verdict = Bench([crash] * 3).judge("x", SPEC)
    assert verdict.details["tests"] == ["error"] * 3
    assert verdict.reason.endswith("ended in an error: ValueError: no such thing")


def test_limits_alone_are_over_limit_and_beside_wrong_answers_they_are_wrong() -> None:
    slow, wrong = ended(ExitReason.TIME), printed("0")
    assert Bench([slow, slow, slow]).judge("x", SPEC).outcome is Outcome.OVER_LIMIT
    assert Bench([slow, wrong, slow]).judge("x", SPEC).outcome is Outcome.WRONG
    assert Bench([slow, printed("4"), slow]).judge("x", SPEC).outcome is Outcome.PARTIAL


def test_where_all_count_the_first_failure_is_what_became_of_it() -> None:
    right, slow, wrong = printed("1"), ended(ExitReason.TIME), printed("0")
    assert Bench([right, slow]).judge("x", ALL).outcome is Outcome.OVER_LIMIT
    assert Bench([right, wrong]).judge("x", ALL).outcome is Outcome.WRONG


def test_tests_that_were_not_reached_in_time_have_failed() -> None:
    verdict = Bench([printed("1")], most=1).judge("x", SPEC)
    assert verdict.score == pytest.approx(1 / 3)
    assert verdict.details["tests"] == ["passed", "not_run", "not_run"]
    assert Bench([printed("1")], most=1).judge("x", ALL).outcome is Outcome.OVER_LIMIT
    assert Bench([]).judge("x", SPEC).outcome is Outcome.OVER_LIMIT


def test_a_program_that_does_not_compile_is_wrong_with_what_the_compiler_said() -> None:
    built = Built(ok=False, message="main.cpp:1:1: error: expected unqualified-id")
    verdict = Bench(built=built).judge("x", SPEC)
    assert (verdict.outcome, verdict.score) == (Outcome.WRONG, 0.0)
    assert "expected unqualified-id" in verdict.reason
    assert verdict.details["compiler"].endswith("unqualified-id")


def test_a_compiler_over_its_limits_is_over_limit() -> None:
    built = Built(ok=False, reason=ExitReason.MEMORY)
    assert Bench(built=built).judge("x", SPEC).outcome is Outcome.OVER_LIMIT


def test_what_a_verdict_shows_is_bounded() -> None:
    n = 3000
    spec = {"tests": {"type": "stdio", "inputs": ["x"] * n, "outputs": ["y" * 5000] * n}}
    noise = printed("z" * 100_000, stderr="e\ud800" * 5000)
    verdict = Bench([noise] * n).judge("s" * 5000, spec)
    assert len(verdict.model_dump_json()) < 20_000
    assert len(verdict.details["tests"]) == 1000
    assert verdict.details["counts"] == {"wrong": n}


def test_what_it_cost_is_told() -> None:
    results = [printed("1", cpu_s=0.25), printed("4", cpu_s=0.5, retried=True), printed("9")]
    details = Bench(results).judge("x", SPEC).details
    assert (details["cpu_s"], details["retried"], details["shared_process"]) == (0.75, 1, False)


def test_lines_in_any_order_and_a_tolerance_are_taken_from_the_spec() -> None:
    tests = {"type": "stdio", "inputs": ["x"], "outputs": ["1.5\n2.5\n"]}
    spec = {"tests": tests, "any_order": True, "comparison": {"float": 1e-3}}
    assert Bench([printed("2.5001\n1.5")]).judge("x", spec).score == 1.0
    assert Bench([printed("2.5001\n1.5")]).judge("x", {"tests": tests}).score == 0.0
