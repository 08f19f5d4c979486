"""Functional tests: calls of one function, each in a process of its own.

The arguments go in and what the function returns, or has made of them, comes out as plain data;
what it should have returned stays here.
"""

from __future__ import annotations

from typing import Any

from reward_verifiers.code.call_result import Value
from reward_verifiers.code.call_runs import Expectation, run_calls
from reward_verifiers.code.tally import Tally
from reward_verifiers.code.values import in_json, same_value
from reward_verifiers.code_cases import Case
from reward_verifiers.code_spec import CodeSpec, FunctionalTests
from reward_verifiers.trial import Trial


def trial(source: str, spec: CodeSpec) -> Trial:
    """Call the function once for each test, and compare as the values come."""
    tests = spec.tests
    assert isinstance(tests, FunctionalTests)
    tally = Tally(len(tests.calls), spec.reward)
    expectations = [_expectation(case, spec, in_place=tests.in_place) for case in tests.cases]
    built = yield from run_calls(source, spec, tests.calls, expectations, tally, prelude=True)
    return built or tally.verdict(source)


def _expectation(case: Case, spec: CodeSpec, *, in_place: bool) -> Expectation:
    def holds(value: Any) -> bool:
        return any(
            same_value(value, each, spec.comparison, any_order=spec.any_order)
            for each in case.accepted
        )

    def changed(called: Value) -> Any:
        if called.value is not None:
            return called.value
        left = case.arguments if called.arguments is None else called.arguments
        return next(iter(left), None)  # a program may say that it has left none

    def shown() -> str:
        return in_json(case.accepted[0])

    return Expectation(holds, shown, changed) if in_place else Expectation(holds, shown)
