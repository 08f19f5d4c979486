"""The corpora: golds as datasets have them, equal answers in other forms, and near misses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reward_verifiers.math import judge, perfect_completion, verify
from reward_verifiers.math.compare import equal
from reward_verifiers.math.gold import read_gold
from reward_verifiers.math.reader import read
from reward_verifiers.specs import MathSpec

ROWS = Path(__file__).parent / "rows"


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (ROWS / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("gold", [row["gold"] for row in rows("identity")])
def test_a_gold_verifies_itself(gold: str) -> None:
    spec = MathSpec(gold=gold)
    completion = perfect_completion(spec)
    assert completion is not None
    assert verify(completion, spec).score == 1.0


@pytest.mark.parametrize("gold", [row["gold"] for row in rows("identity")])
def test_a_gold_has_one_value_whatever_is_wrapped_around_it(gold: str) -> None:
    value = read_gold(gold).value
    for wrapped in (
        f"${gold}$",
        f"$$ {gold} $$",
        f"\\({gold}\\)",
        f"\\[{gold}\\]",
        f"\\boxed{{{gold}}}",
    ):
        assert read_gold(wrapped).value == value
        assert value is None or read(wrapped) == value


@pytest.mark.parametrize(
    ("gold", "answer"), [(row["gold"], row["answer"]) for row in rows("equal")]
)
def test_an_equal_form_is_right(gold: str, answer: str) -> None:
    comparison = equal(gold, answer)
    assert comparison.equal, comparison.reason


@pytest.mark.parametrize(
    ("gold", "answer"), [(row["gold"], row["answer"]) for row in rows("near_miss")]
)
def test_a_near_miss_is_wrong(gold: str, answer: str) -> None:
    comparison = equal(gold, answer)
    assert not comparison.equal, comparison.reason


def test_the_corpora_are_large_and_hold_no_row_twice() -> None:
    for name in ("identity", "equal", "near_miss"):
        found = [json.dumps(row) for row in rows(name)]
        assert len(found) == len(set(found)) >= 250


def test_no_gold_of_the_corpus_is_equal_to_one_far_from_it() -> None:
    # Neighbours may be the same in another form; these are not, but for some that are all 3.
    golds = [row["gold"] for row in rows("identity")]
    pairs = [
        (gold, golds[(at + step) % len(golds)])
        for step in (53, 97, 131)
        for at, gold in enumerate(golds)
    ]
    same = [pair for pair in pairs if judge(pair[1], MathSpec(gold=pair[0])).score]
    assert [pair for pair in same if not all(_is_three(gold) for gold in pair)] == []


def _is_three(gold: str) -> bool:
    return judge("3", MathSpec(gold=gold)).score == 1.0
