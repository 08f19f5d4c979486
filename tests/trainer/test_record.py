"""What a run writes down can be read again, whatever completions hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reward_trainer.errors import TrainerError
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group, Prompt, Said
from reward_trainer.summary import of_groups

PROMPT = Prompt(
    id="1",
    source="sums",
    domain="math",
    token_ids=(1,),
    judged_by={"spec": {}},
    where="sums.jsonl:1",
)


def group(text: str, *rewards: float | None) -> Group:
    completion = Completion(token_ids=(1, 2), logprobs=(-0.1, -0.2), text=text, stopped=True)
    return Group(prompt=PROMPT, completions=(completion,) * len(rewards), rewards=rewards)


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "a\x0bb", "\ud800", "\n", "\x00"])
def test_a_sample_is_one_line_and_survives_a_cut(tmp_path: Path, text: str) -> None:
    record = Record(tmp_path)
    record.sample(1, [group(text, 1.0)])
    record.sample(2, [group("later", 1.0)])
    record.cut(1)
    (line,) = (tmp_path / "samples.jsonl").read_text(encoding="utf-8").strip("\n").split("\n")
    assert json.loads(line)["completion"] == text


def test_a_line_that_a_kill_cut_off_is_dropped(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.write({"step": 1})
    with (tmp_path / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"step": 2, "rew')
    record.cut(5)
    assert (tmp_path / "metrics.jsonl").read_text(encoding="utf-8") == '{"step": 1}\n'


def test_a_mean_of_nothing_known_is_unknown() -> None:
    found = of_groups([group("x", None, None)])
    assert found["reward"] is None
    assert found["reward/sums"] is None
    assert found["unscored"] == 1.0


def test_what_is_unknown_moves_no_mean() -> None:
    found = of_groups([group("x", 1.0, None, 0.0, 0.0)])
    assert found["reward"] == pytest.approx(1 / 3)
    assert found["unscored"] == 0.25


def test_deviations_are_of_all_rewards_and_of_those_of_each_group() -> None:
    found = of_groups([group("x", 1.0, 1.0), group("x", 1.0, 0.0), group("x", 0.0, 0.0, None)])
    assert found["reward_std"] == 0.5  # three of six are 1
    assert found["group_std"] == pytest.approx(0.5 / 3)  # those of the groups: 0, 0.5, 0
    parts = of_groups([group("x", 0.0, 0.5, 1.0), group("x", 0.5)])
    assert parts["reward_std"] == pytest.approx((0.5 / 4) ** 0.5)
    assert parts["group_std"] == pytest.approx((0.5 / 3) ** 0.5)


def test_solved_groups_are_a_share_of_those_with_rewards_to_compare() -> None:
    groups = [
        group("right", 1.0, 1.0, None),
        group("wrong", 0.0, 0.0),
        group("wrong", -0.5, 0.0),
        group("partly", 0.5, 0.5),
        group("one reward", 1.0, None),
        group("none", None, None),
    ]
    found = of_groups(groups)
    assert (found["solve_all"], found["solve_none"]) == (0.25, 0.5)
    unknown = of_groups(groups[-2:])
    assert unknown["solve_all"] is unknown["solve_none"] is unknown["group_std"] is None
    assert unknown["reward_std"] == 0.0
    assert of_groups(groups[-1:])["reward_std"] is None


def test_a_sample_says_what_became_of_it_and_why(tmp_path: Path) -> None:
    judged = replace(
        group("7", 0.0, 1.0),
        said=(Said(outcome="wrong", extracted="7", why="not equal"), Said(outcome="correct")),
    )
    record = Record(tmp_path)
    record.sample(1, [judged, judged], [-1.0, 1.0, -0.5, 0.5])
    record.sample(2, [group("8", None)])
    lines = (tmp_path / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    first, second, unlearned = map(json.loads, lines)
    assert (first["id"], first["where"]) == ("1", "sums.jsonl:1")
    assert (first["outcome"], first["extracted"], first["why"]) == ("wrong", "7", "not equal")
    assert (first["advantage"], second["advantage"]) == (-1.0, -0.5)
    assert unlearned["advantage"] is unlearned["outcome"] is None


def test_what_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    record = Record(tmp_path)
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(TrainerError, match=r"metrics\.jsonl cannot be written: .*goes on"):
        record.write({"step": 1})
