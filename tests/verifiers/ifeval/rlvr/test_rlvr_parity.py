"""RLVR-IFeval's 25 functions: our verdicts are those of the official code."""

from __future__ import annotations

from collections import Counter

import pytest
from verifiers.ifeval.stored_verdicts import followed, stored

from reward_verifiers.ifeval.rlvr import RLVR


def test_every_function_has_verdicts_of_both_kinds() -> None:
    assert set(stored("rlvr")) == set(RLVR)
    assert len(RLVR) == 25
    for name, cases in stored("rlvr").items():
        counted = Counter(case.followed for case in cases)
        assert min(counted[True], counted[False]) >= 20, name
        assert counted.total() >= 80, name


@pytest.mark.parametrize("name", RLVR)
def test_verdicts_are_the_official_ones(name: str) -> None:
    differing = [
        case
        for case in stored("rlvr")[name]
        if followed("rlvr", name, case.kwargs, case.text) is not case.followed
    ]
    assert differing == []
