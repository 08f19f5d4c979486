"""Running calls of a program, one process each, and holding what they return to expectations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from reward_sandboxes.types import Built, Call, Job, Program, Run, RunResult
from reward_verifiers.code.call_result import NoValue, Value, read_call
from reward_verifiers.code.files import encoded
from reward_verifiers.code.limits import of_runs
from reward_verifiers.code.outcomes import TestOutcome
from reward_verifiers.code.tally import Failure, Tally, not_built
from reward_verifiers.code.values import in_json
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.trial import RunJob
from reward_verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a call has to return."""

    holds: Callable[[Any], bool]
    shown: Callable[[], str]
    """What that is, for a person to read."""
    looks_at: Callable[[Value], Any] = attrgetter("value")
    """What of the call is held to it."""


def run_calls(
    source: str,
    spec: CodeSpec,
    calls: Sequence[Call],
    expectations: Sequence[Expectation],
    tally: Tally,
    *,
    prelude: bool = False,
) -> Generator[RunJob, None, Verdict | None]:
    """Make ``calls`` and count each in ``tally``.

    Returns:
        The verdict where the program does not compile, else None.
    """
    builts: list[Built] = []
    waiting = iter(expectations)

    def take(result: Built | RunResult) -> bool:
        if isinstance(result, Built):
            builts.append(result)
            return result.ok
        expectation = None if tally.done else next(waiting, None)
        if expectation is None:
            return False
        tally.ran(result)
        return _count(result, expectation, tally)

    program = Program(
        language=spec.language, source=source, files=encoded(spec.files), prelude=prelude
    )
    runs = [Run(call=call) for call in calls]
    yield RunJob(Job(program=program, runs=runs, limits=of_runs(spec.limits)), take)
    if builts and not builts[0].ok:
        return not_built(builts[0], source, tally.n_tests)
    for _ in () if tally.done else waiting:
        if not tally.add(TestOutcome.NOT_RUN):
            break
    return None


def _count(result: RunResult, expectation: Expectation, tally: Tally) -> bool:
    called = read_call(result)
    if isinstance(called, NoValue):
        # An object is true, and not None: what a claim asks of it that 1 would do as well, it does.
        if called.outcome is TestOutcome.NOT_PLAIN and expectation.holds(object()):
            return tally.add(TestOutcome.PASSED)
        return tally.add(called.outcome, lambda: called.failure)
    value = expectation.looks_at(called)
    if expectation.holds(value):
        return tally.add(TestOutcome.PASSED)
    return tally.add(TestOutcome.WRONG, partial(_failure, expectation, value))


def _failure(expectation: Expectation, value: Any) -> Failure:
    return Failure(expected=expectation.shown(), got=in_json(value))
