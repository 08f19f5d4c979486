"""Functional tests: calls of one function, each in a process of its own.

The arguments go in and what the function returns comes out, as plain data; what it should have
returned stays here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reward_verifiers.code.call_runs import Expectation, run_calls
from reward_verifiers.code.tally import Tally
from reward_verifiers.code.values import in_json, same_value
from reward_verifiers.code_spec import CodeSpec, FunctionalTests
from reward_verifiers.trial import Trial


def trial(source: str, spec: CodeSpec) -> Trial:
    """Call the function once for each test, and compare as the values come."""
    tests = spec.tests
    assert isinstance(tests, FunctionalTests)
    tally = Tally(len(tests.calls), spec.reward)
    expectations = [_expectation(case.accepted, spec) for case in tests.cases]
    built = yield from run_calls(source, spec, tests.calls, expectations, tally, prelude=True)
    return built or tally.verdict(source)


def _expectation(accepted: Sequence[Any], spec: CodeSpec) -> Expectation:
    def holds(value: Any) -> bool:
        return any(
            same_value(value, each, spec.comparison, any_order=spec.any_order) for each in accepted
        )

    return Expectation(holds, lambda: in_json(accepted[0]))
