"""Stdio tests whose outputs a checker judges (special judge).

The program runs on every input first; then the checker, in another sandbox, on every output that
came of a run that ended by itself. A checker that breaks on the reference answer is broken, and the
data is at fault. One that breaks on a program's output alone refuses it: who prints what no checker
can read has not solved the task, and would else go unjudged at will.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from reward_sandboxes.types import Built, ExitReason, Job, Limits, Program, Run, RunResult
from reward_verifiers.code.files import encoded
from reward_verifiers.code.limits import of_runs
from reward_verifiers.code.outcomes import TestOutcome, stopped
from reward_verifiers.code.runs import Runs, of_inputs
from reward_verifiers.code.tally import Failure, Tally, not_built, shown
from reward_verifiers.code_spec import Checker, CheckerOrder, CheckerSays, CheckerTests, CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.trial import RunJob, Trial

MAX_KEPT_BYTES = 128 << 20
"""Outputs of one program that wait for the checker; those beyond count as over the output limit."""

_CPU_S = 10.0
_TOTAL_CPU_S = 300.0  # of one job, so that a checker without an end holds no sandbox for hours

_INPUT, _OUTPUT, _ANSWER = "input.txt", "output.txt", "answer.txt"

_ARGUMENTS = {
    CheckerOrder.INPUT_OUTPUT_ANSWER: (_INPUT, _OUTPUT, _ANSWER),
    CheckerOrder.INPUT_ANSWER_OUTPUT: (_INPUT, _ANSWER, _OUTPUT),
}

_ACCEPTED = 0
_REFUSED = (1, 2, 4)  # testlib: wrong answer, presentation error, unexpected end
_POINTS = 7
_POINTS_SAID = re.compile(r"points\s+([0-9]*\.?[0-9]+)")
_WORDS = {"true": 1.0, "false": 0.0}
_NUMBER = re.compile(r"[0-9]{1,20}(?:\.[0-9]{0,50})?|\.[0-9]{1,50}")


@dataclass(slots=True)
class _Test:
    """One test on its way: what the program did, then what the checker said."""

    outcome: TestOutcome
    output: bytes = b""
    message: str = ""
    score: float | None = None
    """None: the checker said nothing readable."""


def trial(source: str, spec: CodeSpec) -> Trial:
    """Run the program on each input, and the checker on each output."""
    tests = spec.tests
    assert isinstance(tests, CheckerTests)
    tally = Tally(len(tests.inputs), spec.reward)
    done: list[_Test] = []
    built = yield from _run_program(source, spec, tests, tally, done)
    if built is not None and not built.ok:
        return not_built(built, source, tally.n_tests)
    asked = [index for index, test in enumerate(done) if test.outcome is TestOutcome.PASSED]
    yield from _ask(tests, asked, [done[index].output for index in asked], done)
    unread = [index for index in asked if done[index].score is None]
    if unread:
        yield from _blame(tests, unread[0], done[unread[0]])
    for test in done:
        if not _count(test, tally):
            break
    return tally.verdict(source)


def _run_program(
    source: str, spec: CodeSpec, tests: CheckerTests, tally: Tally, done: list[_Test]
) -> Generator[RunJob, None, Built | None]:
    builts: list[Built] = []
    kept = 0

    def take(result: Built | RunResult) -> bool:
        nonlocal kept
        if isinstance(result, Built):
            builts.append(result)
            return result.ok
        if len(done) >= tally.n_tests:
            return False
        tally.ran(result)
        kept += len(result.stdout)
        outcome = stopped(result) or TestOutcome.PASSED
        if kept > MAX_KEPT_BYTES:
            outcome = TestOutcome.OUTPUT
        passed = outcome is TestOutcome.PASSED
        done.append(_Test(outcome, result.stdout if passed else b"", result.stderr[-2000:]))
        return kept <= MAX_KEPT_BYTES

    program = Program(language=spec.language, source=source, files=encoded(spec.files))
    runs = of_inputs(tests.inputs)
    yield RunJob(Job(program=program, runs=runs, limits=of_runs(spec.limits)), take)
    return builts[0] if builts else None


def _ask(
    tests: CheckerTests, indices: Sequence[int], outputs: Sequence[bytes], told: Sequence[_Test]
) -> Generator[RunJob, None, None]:
    """Run the checker on ``outputs`` of the tests ``indices``; note in ``told`` what it said.

    Raises:
        BadSpecError: it does not compile.
    """
    n_told = 0
    while n_told < len(indices):
        told_now = yield from _ask_some(tests, indices[n_told:], outputs[n_told:], told)
        if not told_now:
            break
        n_told += told_now


def _ask_some(
    tests: CheckerTests, indices: Sequence[int], outputs: Sequence[bytes], told: Sequence[_Test]
) -> Generator[RunJob, None, int]:
    """Ask as many as there is time for in one job; return how many, one at least where it can be.

    That a slow checker has judged many outputs is no fault of the next one.
    """
    builts: list[Built] = []
    n_told = 0
    out_of_time = False

    def take(result: Built | RunResult) -> bool:
        nonlocal n_told, out_of_time
        if isinstance(result, Built):
            builts.append(result)
            return result.ok
        out_of_time = out_of_time or (n_told > 0 and _was_cut_short(result))
        if out_of_time or n_told == len(indices):
            return False
        test = told[indices[n_told]]
        test.score, test.message = _said(result, tests.checker.says)
        n_told += 1
        return True

    runs = Runs(lambda at: _check_run(tests, indices[at], outputs[at]), range(len(indices)))
    yield RunJob(Job(program=_program(tests.checker), runs=runs, limits=_limits(len(runs))), take)
    if builts and not builts[0].ok:
        raise BadSpecError(f"the checker does not compile: {builts[0].message[-400:]}")
    return n_told


def _was_cut_short(result: RunResult) -> bool:
    """Whether it had less than one run may take, because of those before it."""
    return result.reason is ExitReason.TIME and result.cpu_s < _CPU_S


def _blame(tests: CheckerTests, index: int, test: _Test) -> Generator[RunJob, None, None]:
    """Find out whose fault it is that the checker did not judge an output.

    Raises:
        BadSpecError: it does not judge the reference answer either.
    """
    said = test.message
    alone = [_Test(TestOutcome.PASSED) for _ in range(index + 1)]
    yield from _ask(tests, [index], [tests.outputs[index].encode("utf-8")], alone)
    if alone[index].score is None:
        raise BadSpecError(
            f"the checker is broken: on the reference answer of test {index} too, "
            f"it gives no judgement: {alone[index].message[-300:] or said[-300:]!r}"
        )


def _check_run(tests: CheckerTests, index: int, output: bytes) -> Run:
    return Run(
        arguments=_ARGUMENTS[tests.checker.order],
        files={
            _INPUT: tests.inputs[index].encode("utf-8"),
            _OUTPUT: output,
            _ANSWER: tests.outputs[index].encode("utf-8"),
        },
    )


def _program(checker: Checker) -> Program:
    return Program(language=checker.language, source=checker.source, files=encoded(checker.files))


def _limits(n_runs: int) -> Limits:
    return Limits(cpu_s=_CPU_S, total_cpu_s=min(_CPU_S * n_runs, _TOTAL_CPU_S), output_kb=1024)


_TRACEBACK = "Traceback (most recent call last):"
"""A checker in Python that breaks exits with 1 as well, which is no refusal then."""


def _said(result: RunResult, says: CheckerSays) -> tuple[float | None, str]:
    """Return the score that the checker gave, and its words; None where it gave none."""
    stdout = result.stdout[:2000].decode("utf-8", "replace")
    words = (result.stderr.strip() or stdout.strip())[-1000:]
    if result.reason is not ExitReason.EXITED:
        return None, f"it ran into its {result.reason.value} limit; {words}"
    return _READ[says](result, stdout), words or f"exit code {result.exit_code}"


def _by_exit_code(result: RunResult, stdout: str) -> float | None:
    if result.exit_code == _ACCEPTED:
        return 1.0
    if result.exit_code in _REFUSED:
        return None if _TRACEBACK in result.stderr else 0.0
    if result.exit_code == _POINTS:
        points = _POINTS_SAID.search(result.stderr) or _POINTS_SAID.search(stdout)
        return None if points is None else _fraction(points[1])
    return None


def _by_stdout(_result: RunResult, stdout: str) -> float | None:
    word = next(iter(stdout.split()), "").lower()
    return _WORDS[word] if word in _WORDS else _fraction(word)


def _fraction(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if value <= 1.0 else None


_READ: dict[CheckerSays, Callable[[RunResult, str], float | None]] = {
    CheckerSays.EXIT_CODE: _by_exit_code,
    CheckerSays.STDOUT: _by_stdout,
}


def _count(test: _Test, tally: Tally) -> bool:
    def failure() -> Failure:
        return Failure(got=shown(test.output.decode("utf-8", "replace")), message=test.message)

    if test.outcome is not TestOutcome.PASSED:
        return tally.add(test.outcome, failure)
    if test.score == 1.0:
        return tally.add(TestOutcome.PASSED)
    return tally.add(TestOutcome.WRONG, failure, score=test.score or 0.0)
