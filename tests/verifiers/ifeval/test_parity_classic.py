"""Google's 25 instructions: our verdicts are those of the published checkers, strict and loose."""

from __future__ import annotations

from collections import Counter

import pytest
from verifiers.ifeval import oracles
from verifiers.ifeval.classic_cases import MAKERS, Case, cases

from reward_verifiers.ifeval import judge
from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.specs import IfevalSpec

NAMES = tuple(MAKERS)


def ours(name: str, case: Case, mode: str) -> bool:
    spec = IfevalSpec.model_validate(
        {"instruction_id_list": [name], "kwargs": [case.kwargs], "mode": mode}
    )
    return judge(case.text, spec).score == 1.0


def test_every_instruction_has_cases() -> None:
    assert set(NAMES) == set(CLASSIC) == set(oracles.lm_eval())


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_are_those_of_lm_eval(name: str) -> None:
    judged: Counter[bool] = Counter()
    differing = []
    for case in cases(name):
        for mode in ("strict", "loose"):
            theirs = oracles.verdict(
                oracles.lm_eval(), name, case.kwargs, case.text, loose=mode == "loose"
            )
            judged[theirs] += 1
            if ours(name, case, mode) is not theirs:
                differing.append((mode, theirs, case))
    assert differing == []
    assert min(judged[True], judged[False]) >= 16, judged


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_are_those_of_if_verifiable(name: str) -> None:
    table = oracles.if_verifiable("ifeval")
    differing = [
        case
        for case in cases(name)[:40]
        if ours(name, case, "strict")
        is not oracles.verdict(table, name, case.kwargs, case.text, loose=False)
    ]
    assert differing == []
