"""Both profiles on seven hundred entries: right answers are right, and the package's own scores."""

from __future__ import annotations

from typing import Any

import pytest
from verifiers.reasoning_gym.exact import freezing
from verifiers.reasoning_gym.exact.frozen import frozen
from verifiers.reasoning_gym.exact.variants import VARIANTS

from reward_verifiers.reasoning_gym.exact.table import EXACT

DATASETS = sorted(EXACT)

# Where the package reads what we do not, or reads it otherwise; its score is another one.
DIFFERENT = {
    ("binary_matrix", "called"): "a call that is evaluated",
    ("n_queens", "called"): "a call that is evaluated",
    ("polynomial_multiplication", "times and over"): "SymPy cancels a common factor",
}


def test_every_dataset_has_rows() -> None:
    assert set(frozen()) == set(EXACT) == set(VARIANTS)
    assert all(len(rows) >= 60 for rows in frozen().values())


@pytest.mark.parametrize("dataset", DATASETS)
def test_fixed_pays_for_right_answers_in_any_notation_and_for_nothing_else(dataset: str) -> None:
    scorer = EXACT[dataset]
    offences = [
        (variant.name, answer)
        for row in frozen()[dataset]
        for variant in VARIANTS[dataset]
        if (answer := variant.answer(row.entry)) is not None
        and scorer.score(answer, row.entry, fixed=True) != float(variant.right)
    ]
    assert offences == []


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_other_profile_pays_what_the_package_pays(dataset: str) -> None:
    scorer = EXACT[dataset]
    offences = set()
    for row in frozen()[dataset][::2]:
        for variant, paid in zip(VARIANTS[dataset], row.paid, strict=True):
            answer = variant.answer(row.entry)
            if answer is not None and scorer.score(answer, row.entry, fixed=False) != paid:
                offences.add((dataset, variant.name))
    assert offences == {pair for pair in DIFFERENT if pair[0] == dataset}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_oracle_is_right_in_both_profiles(dataset: str) -> None:
    scorer = EXACT[dataset]
    for row in frozen()[dataset]:
        answer = scorer.oracle(row.entry)
        assert scorer.score(answer, row.entry, fixed=True) == 1.0
        assert scorer.score(answer, row.entry, fixed=False) == 1.0


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_answer_to_another_entry_is_wrong(dataset: str) -> None:
    scorer, rows = EXACT[dataset], frozen()[dataset]
    for row, other in zip(rows, rows[1:] + rows[:1], strict=True):
        if not same_task(row.entry, other.entry):
            assert scorer.score(scorer.oracle(other.entry), row.entry, fixed=True) == 0.0


def same_task(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether an answer to one may be right for the other."""
    if left["answer"] == right["answer"]:
        return True
    ours, others = left["metadata"], right["metadata"]
    if "valid_answers" in ours:
        return right["answer"] in ours["valid_answers"]
    numbers = ours.get("numbers"), others.get("numbers")
    return (
        None not in numbers and "direction" not in ours and sorted(numbers[0]) == sorted(numbers[1])
    )


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_rows_are_what_the_installed_package_pays(dataset: str) -> None:
    scorer = freezing.package_scorer(dataset)
    row = frozen()[dataset][0]
    some = slice(0, None, 3)  # the package takes its time over some
    paid = [freezing.pays(scorer, variant, row.entry) for variant in VARIANTS[dataset][some]]
    assert paid == row.paid[some]


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_oracle_of_a_new_entry_is_right_in_both_profiles(dataset: str) -> None:
    scorer = EXACT[dataset]
    for entry in freezing.entries(dataset, 4):
        assert scorer.score(scorer.oracle(entry), entry, fixed=True) == 1.0
        assert scorer.score(scorer.oracle(entry), entry, fixed=False) == 1.0
