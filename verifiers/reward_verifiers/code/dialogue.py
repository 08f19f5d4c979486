"""Test code that calls the program: held in sandboxes, counted here."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat

from reward_sandboxes.calls import NEEDS_SHARING
from reward_sandboxes.types import (
    Dialogue,
    DialogueResult,
    Program,
    Report,
    RunResult,
    Suite,
)
from reward_verifiers.code.files import encoded
from reward_verifiers.code.limits import of_dialogue
from reward_verifiers.code.outcomes import TestOutcome, stopped
from reward_verifiers.code.tally import Failure, Tally, not_built
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.trial import HoldDialogue
from reward_verifiers.verdict import Verdict

MAX_TESTS = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Test code, and whether it has to share a process with the program."""

    suite: Suite
    why_shared: str | None = None


def hold(
    source: str, spec: CodeSpec, plan: Plan, n_tests: int | None
) -> Generator[HoldDialogue, DialogueResult | None, Verdict]:
    """Let the test code of ``plan`` call the program.

    Args:
        source: the program.
        spec: what it is judged by.
        plan: the test code.
        n_tests: how many tests it has; None where only running it tells.
    """
    program = Program(language=spec.language, source=source, files=encoded(spec.files))
    dialogue = Dialogue(program=program, suite=plan.suite, limits=of_dialogue(spec.limits))
    shared = replace(dialogue, suite=replace(plan.suite, shared_process=True))
    result = yield HoldDialogue(dialogue if plan.why_shared is None else shared)
    assert result is not None, "a dialogue that was held has a result"
    if plan.why_shared is None and result.suite_error.startswith(NEEDS_SHARING):
        plan = replace(plan, why_shared=result.suite_error[len(NEEDS_SHARING) + 2 :][:200])
        result = yield HoldDialogue(shared)
        assert result is not None, "a dialogue that was held has a result"
    details = {} if plan.why_shared is None else {"shared_process": True, "why": plan.why_shared}
    if not result.built.ok:
        verdict = not_built(result.built, source, n_tests or 0)
        return verdict.model_copy(update={"details": verdict.details | details})
    report = _report(result, n_tests)
    tally = Tally(len(report.passed), spec.reward)
    if result.program is not None:
        tally.ran(result.program)
    _count(report, result.program, tally)
    return tally.verdict(source, **details)


def _report(result: DialogueResult, n_tests: int | None) -> Report:
    """Return what the test code found, with as many tests as there are.

    Raises:
        BadSpecError: the test code is broken, and it was not the program that broke it.
    """
    if result.report is None:
        raise BadSpecError(f"the tests are broken: {result.suite_error[-400:]}")
    found = result.report.passed
    n_tests = min(len(found), MAX_TESTS) if n_tests is None else n_tests
    if not n_tests:
        raise BadSpecError("the test files hold no tests")
    padded = chain(found, repeat(False))
    return replace(result.report, passed=list(islice(padded, n_tests)))


def _count(report: Report, ended: RunResult | None, tally: Tally) -> None:
    """Count the tests; those that fail behind the last one passed failed of the program's end."""
    passed = list(report.passed)
    last = max((index for index, passes in enumerate(passed) if passes), default=-1)
    end = (stopped(ended) if ended is not None else None) or TestOutcome.WRONG
    said = "\n".join(report.failures)
    if ended is not None and ended.stderr:
        said = f"{said}\n{ended.stderr[-500:]}".strip()
    for index, passes in enumerate(passed):
        failing = end if index > last else TestOutcome.WRONG
        outcome = TestOutcome.PASSED if passes else failing
        if not tally.add(outcome, lambda: Failure(message=said)):
            return
