from __future__ import annotations

import inspect
from typing import get_type_hints

import pytest

from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import DOMAINS, Lane, read_spec, verifier
from reward_verifiers.verdict import Outcome, Verdict


@pytest.mark.parametrize("name", DOMAINS)
def test_every_row_resolves_to_functions_over_its_own_spec(name: str) -> None:
    functions = verifier(name)
    in_its_lane = functions.judge if DOMAINS[name].lane is Lane.CPU else functions.trial
    assert in_its_lane is not None
    assert (functions.judge is None) != (functions.trial is None)
    named = {functions.extract: "completion", functions.shortcut: "answer", in_its_lane: "answer"}
    for function, first in named.items():
        parameters = list(inspect.signature(function).parameters)
        assert parameters == [first, "spec"], function
        assert get_type_hints(function)["spec"] is DOMAINS[name].spec


@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_is_named_alike_everywhere(name: str) -> None:
    domain = DOMAINS[name]
    assert domain.name == name
    assert domain.module == f"reward_verifiers.{name}"
    assert domain.spec.model_fields["domain"].default == name


def test_an_unknown_domain_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadSpecError, match=r"unknown domain 'maths'; known domains: .*math"):
        read_spec({"domain": "maths"})


def test_outcome_and_score_are_kept_in_step() -> None:
    made = [
        Verdict.correct("a"),
        Verdict.wrong("a"),
        Verdict.no_answer("why"),
        Verdict.over_limit("why"),
        Verdict.graded(0.5, "a"),
        Verdict.graded(1.0, "a"),
        Verdict.graded(0.0, "a"),
    ]
    assert [(verdict.outcome, verdict.score) for verdict in made] == [
        (Outcome.CORRECT, 1.0),
        (Outcome.WRONG, 0.0),
        (Outcome.NO_ANSWER, 0.0),
        (Outcome.OVER_LIMIT, 0.0),
        (Outcome.PARTIAL, 0.5),
        (Outcome.CORRECT, 1.0),
        (Outcome.WRONG, 0.0),
    ]


def test_a_verdict_quotes_a_bounded_part_of_a_huge_answer() -> None:
    verdict = Verdict.wrong("9" * 100_000, "r" * 100_000)
    assert verdict.extracted is not None
    assert len(verdict.extracted) == 1000
    assert len(verdict.reason) == 500
