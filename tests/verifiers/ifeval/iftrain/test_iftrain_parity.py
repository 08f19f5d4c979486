"""open-instruct's 29 training instructions: our verdicts are those of the official code."""

from __future__ import annotations

from collections import Counter

import pytest
from verifiers.ifeval.stored_verdicts import followed, stored

from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval.families import FAMILIES
from reward_verifiers.ifeval.iftrain import IFTRAIN
from reward_verifiers.ifeval_spec import Family


def test_every_instruction_has_verdicts_of_both_kinds() -> None:
    assert set(stored("iftrain")) == set(IFTRAIN)
    assert len(IFTRAIN) == 29
    for name, cases in stored("iftrain").items():
        counted = Counter(case.followed for case in cases)
        assert min(counted[True], counted[False]) >= 20, name
        assert counted.total() >= 80, name


@pytest.mark.parametrize("name", IFTRAIN)
def test_verdicts_are_the_official_ones(name: str) -> None:
    differing = [
        case
        for case in stored("iftrain")[name]
        if followed("iftrain", name, case.kwargs, case.text) is not case.followed
    ]
    assert differing == []


def test_the_family_has_ifevals_instructions_too() -> None:
    table = FAMILIES[Family.IFTRAIN]["1"]
    assert len(table) == 54
    assert all(table[name] is row for name, row in CLASSIC.items())
