"""Checkers: what they are given, how they are read, and whose fault it is when they break."""

from __future__ import annotations

from typing import Any

import pytest
from trials import Bench, ended, printed

from reward_sandboxes.types import Built, ExitReason, Run, RunResult
from reward_verifiers.code import checker as checkers
from reward_verifiers.errors import BadSpecError
from reward_verifiers.trial import RunJob
from reward_verifiers.verdict import Outcome


def spec(n: int = 2, **checker: Any) -> dict[str, Any]:
    return {
        "tests": {
            "type": "checker",
            "inputs": [f"in {index}" for index in range(n)],
            "outputs": [f"answer {index}" for index in range(n)],
            "checker": {"language": "python", "source": "the checker", **checker},
        }
    }


def exits(code: int, stderr: str = "") -> RunResult:
    return RunResult(reason=ExitReason.EXITED, exit_code=code, stderr=stderr)


def test_the_program_sees_inputs_and_the_checker_all_three_files() -> None:
    bench = Bench([printed("out 0"), printed("out 1")], [exits(0), exits(0)])
    verdict = bench.judge("source", spec())
    program, checker = bench.jobs
    assert "answer" not in repr([program, *program.runs])
    assert "the checker" not in repr(program)
    assert checker.program.source == "the checker"
    assert checker.runs[1].arguments == ("input.txt", "output.txt", "answer.txt")
    assert checker.runs[1].files == {
        "input.txt": b"in 1",
        "output.txt": b"out 1",
        "answer.txt": b"answer 1",
    }
    assert verdict.outcome is Outcome.CORRECT


def test_the_order_of_the_arguments_is_the_spec_s() -> None:
    bench = Bench([printed("o")] * 2, [exits(0)] * 2)
    bench.judge("x", spec(order="input_answer_output"))
    assert bench.jobs[1].runs[0].arguments == ("input.txt", "answer.txt", "output.txt")


@pytest.mark.parametrize(
    ("result", "score"),
    [
        (exits(0), 1.0),
        (exits(1, "wrong answer"), 0.0),
        (exits(2), 0.0),
        (exits(4), 0.0),
        (exits(7, "points 0.25 nearly"), 0.25),
        (printed("points 1.0", exit_code=7), 1.0),
    ],
)
def test_exit_codes_are_testlib_s(result: RunResult, score: float) -> None:
    assert Bench([printed("o")], [result]).judge("x", spec(1)).score == score


@pytest.mark.parametrize(
    ("said", "score"),
    [("1", 1.0), ("0\n", 0.0), ("0.5 half", 0.5), ("True", 1.0), ("false\n1", 0.0)],
)
def test_stdout_is_a_score_or_true_or_false(said: str, score: float) -> None:
    judged = Bench([printed("o")], [printed(said)]).judge("x", spec(1, says="stdout"))
    assert judged.score == pytest.approx(score)


BREAKS: list[tuple[RunResult, str]] = [
    (exits(3, "FAIL no answer file"), "exit_code"),
    (exits(7, "no number"), "exit_code"),
    (exits(1, "Traceback (most recent call last):\nZeroDivisionError"), "exit_code"),
    (exits(7, "points 50"), "exit_code"),
    (ended(ExitReason.TIME), "exit_code"),
    (ended(ExitReason.SIGNALLED), "exit_code"),
    (printed(""), "stdout"),
    (printed("maybe"), "stdout"),
    (printed("1e3"), "stdout"),
    (printed("nan"), "stdout"),
    (printed("2"), "stdout"),
    (ended(ExitReason.TIME, "1"), "stdout"),
]


@pytest.mark.parametrize(("broken", "says"), BREAKS)
def test_a_checker_that_breaks_on_the_reference_answer_is_a_bad_spec(
    broken: RunResult, says: str
) -> None:
    bench = Bench([printed("o")], lambda _run: broken)
    with pytest.raises(BadSpecError, match="the checker is broken"):
        bench.judge("x", spec(1, says=says))
    assert bench.jobs[2].runs[0].files["output.txt"] == b"answer 0"


@pytest.mark.parametrize(("broken", "says"), BREAKS)
def test_a_checker_that_breaks_on_an_output_alone_refuses_it(broken: RunResult, says: str) -> None:
    good = printed("1")

    def run(run: Run) -> RunResult:
        return broken if run.files["output.txt"] == b"garbage" else good

    verdict = Bench([printed("garbage"), printed("o")], run).judge("x", spec(says=says))
    assert verdict.details["tests"] == ["wrong", "passed"]


def test_a_checker_that_does_not_compile_is_a_bad_spec() -> None:
    class Compiling(Bench):
        def judge(self, source: str, spec: dict[str, Any]) -> Any:
            return super().judge(source, spec)

        def _run(self, step: Any) -> None:
            if self.jobs:
                self.built = Built(ok=False, message="error: testlib.h: no such file")
            super()._run(step)

    with pytest.raises(BadSpecError, match=r"does not compile: .*testlib"):
        Compiling([printed("o")], [exits(0)]).judge("x", spec(1))


def test_only_runs_that_ended_by_themselves_reach_the_checker() -> None:
    bench = Bench([ended(ExitReason.TIME, "right"), printed("o", exit_code=1)], [exits(0)])
    verdict = bench.judge("x", spec())
    assert len(bench.jobs[1].runs) == 1
    assert bench.jobs[1].runs[0].files["input.txt"] == b"in 1"
    assert verdict.details["tests"] == ["time", "passed"]


def test_a_checker_that_is_slow_is_asked_again_about_the_rest() -> None:
    cut = ended(ExitReason.TIME)  # after no CPU time of its own: that of the job is used up

    class Slow(Bench):
        def _run(self, step: RunJob) -> None:
            self.checker = [exits(0), cut] if len(self.jobs) == 1 else [exits(0)] * 2
            super()._run(step)

    bench = Slow([printed("a"), printed("b"), printed("c")])
    assert bench.judge("x", spec(3)).score == 1.0
    asked = [[run.files["output.txt"] for run in job.runs] for job in bench.jobs[1:]]
    assert asked == [[b"a", b"b", b"c"], [b"b", b"c"]]


def test_a_checker_whose_time_is_used_up_before_the_next_is_asked_about_it() -> None:
    class Slow(Bench):
        def _run(self, step: RunJob) -> None:
            self.most = 1 if self.jobs else None
            super()._run(step)

    bench = Slow([printed("o")] * 3, lambda _run: exits(0))
    assert bench.judge("x", spec(3)).score == 1.0
    assert [len(job.runs) for job in bench.jobs] == [3, 3, 2, 1]


def test_a_checker_that_never_judges_an_output_is_not_asked_for_ever() -> None:
    bench = Bench([printed("a")], lambda _run: ended(ExitReason.TIME))
    with pytest.raises(BadSpecError, match="gives no judgement"):
        bench.judge("x", spec(1))
    assert len(bench.jobs) == 3  # the program, the checker, and the checker on the reference


def test_nothing_to_check_starts_no_checker() -> None:
    bench = Bench([ended(ExitReason.TIME)] * 2)
    assert bench.judge("x", spec()).outcome is Outcome.OVER_LIMIT
    assert len(bench.jobs) == 1
    built = Bench(built=Built(ok=False, message="no"))
    assert built.judge("x", spec()).outcome is Outcome.WRONG
    assert len(built.jobs) == 1


def test_partial_credit_is_a_part_and_not_all() -> None:
    results = [exits(7, "points 0.5"), exits(0)]
    judged = Bench([printed("o")] * 2, results).judge("x", spec())
    assert (judged.outcome, judged.score) == (Outcome.PARTIAL, 0.75)
    strict = Bench([printed("o")] * 2, results).judge("x", {**spec(), "reward": "all"})
    assert (strict.outcome, strict.score) == (Outcome.WRONG, 0.0)


def test_outputs_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkers, "MAX_KEPT_BYTES", 100)
    bench = Bench([printed("x" * 60)] * 3, [exits(0)] * 3)
    verdict = bench.judge("x", spec(3))
    assert verdict.details["tests"] == ["passed", "output", "not_run"]


def test_what_the_checker_said_is_shown() -> None:
    judged = Bench([printed("5 5")], [exits(1, "5 + 5 is not 9")]).judge("x", spec(1))
    assert judged.details["first_failure"] == {
        "test": 0,
        "got": "5 5",
        "message": "5 + 5 is not 9",
    }
