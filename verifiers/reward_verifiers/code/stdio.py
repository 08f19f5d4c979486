"""Stdio tests: a program reads stdin and writes stdout.

A test is passed by a run that ended by itself and whose stdout is right. Its exit code says nothing
about the output, and the tests are of the output: programs that end in ``exit(1)`` by habit, or
that read on into the end of their input after the answer, have solved the task. A run that a signal
or a limit ended passes nothing, whatever it had printed.
"""

from __future__ import annotations

from functools import partial

from reward_sandboxes.types import Built, Job, Program, RunResult
from reward_verifiers.code.compare import first_difference, same_output
from reward_verifiers.code.files import encoded
from reward_verifiers.code.limits import of_runs
from reward_verifiers.code.outcomes import TestOutcome, stopped
from reward_verifiers.code.runs import of_inputs
from reward_verifiers.code.tally import MAX_SHOWN_CHARS, Failure, Tally, not_built
from reward_verifiers.code_spec import CodeSpec, StdioTests
from reward_verifiers.trial import RunJob, Trial


def trial(source: str, spec: CodeSpec) -> Trial:
    """Run the program once for each input, and compare as the outputs come."""
    tests = spec.tests
    assert isinstance(tests, StdioTests)
    tally = Tally(len(tests.inputs), spec.reward)
    builts: list[Built] = []

    def take(result: Built | RunResult) -> bool:
        if isinstance(result, Built):
            builts.append(result)
            return result.ok
        index = len(tally.outcomes)
        if tally.done or index >= tally.n_tests:
            return False
        tally.ran(result)
        expected = tests.outputs[index]
        return tally.add(
            _outcome(result, expected, spec),
            partial(_failure, result, expected),
            exit_code=result.exit_code,
        )

    program = Program(language=spec.language, source=source, files=encoded(spec.files))
    runs = of_inputs(tests.inputs)
    yield RunJob(Job(program=program, runs=runs, limits=of_runs(spec.limits)), take)
    if builts and not builts[0].ok:
        return not_built(builts[0], source, tally.n_tests)
    return tally.verdict(source)


def _outcome(result: RunResult, expected: str, spec: CodeSpec) -> TestOutcome:
    outcome = stopped(result)
    if outcome is not None:
        return outcome
    if same_output(result.stdout, expected, spec.comparison, any_order=spec.any_order):
        return TestOutcome.PASSED
    return TestOutcome.ERROR if result.exit_code else TestOutcome.WRONG


def _failure(result: RunResult, expected: str) -> Failure:
    got, wanted = first_difference(result.stdout, expected, MAX_SHOWN_CHARS)
    return Failure(expected=wanted, got=got, message=result.stderr[-2000:])
