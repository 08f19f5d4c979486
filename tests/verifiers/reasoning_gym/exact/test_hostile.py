"""No answer is run, none breaks a scorer, and none earns what an honest one has to work for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from verifiers.reasoning_gym.exact.frozen import frozen
from verifiers.reasoning_gym.payloads import CODE, MARKER, PAYLOADS

from reward_verifiers.reasoning_gym.exact.errors import OverLimitError
from reward_verifiers.reasoning_gym.exact.table import EXACT, ExactScorer

DATASETS = sorted(EXACT)
# What the package itself pays for nothing: its floors, and two answers that are always right.
FLOOR = 0.05
ALWAYS_RIGHT = {("puzzle24", "6*4*1*1"), ("number_sorting", "[NaN, NaN, NaN, NaN]")}


def score(scorer: ExactScorer, answer: str, entry: dict[str, Any], *, fixed: bool) -> float:
    try:
        return scorer.score(answer, entry, fixed=fixed)
    except OverLimitError:
        return 0.0


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    assert sum(MARKER in payload for payload in CODE) >= 40


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_payload_is_run_or_paid_for(
    dataset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for row in frozen()[dataset][:2]:
        for payload in PAYLOADS:
            assert score(EXACT[dataset], payload, row.entry, fixed=True) == 0.0, payload[:80]
            paid = score(EXACT[dataset], payload, row.entry, fixed=False)
            assert paid <= FLOOR or (dataset, payload) in ALWAYS_RIGHT, payload[:80]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_payload_behind_a_right_answer_spoils_it(dataset: str) -> None:
    entry = frozen()[dataset][0].entry
    answer = EXACT[dataset].oracle(entry)
    for payload in CODE:
        for joint in (" ", ", ", "; ", " or ", " + "):
            paid = score(EXACT[dataset], answer + joint + payload, entry, fixed=True)
            assert paid == 0.0, (joint, payload)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("filling", ["(", "[", "-", "1+", "x*", "sin(", "1, ", "'", "\n"])
def test_a_right_answer_with_a_flood_behind_it_is_over_limit(dataset: str, filling: str) -> None:
    entry = frozen()[dataset][0].entry
    with pytest.raises(OverLimitError):
        EXACT[dataset].score(EXACT[dataset].oracle(entry) + filling * 100_000, entry, fixed=True)
