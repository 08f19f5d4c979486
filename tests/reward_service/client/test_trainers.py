"""The reward functions for trainers, called as the trainers call them, against a real service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
RIGHT, WRONG, UNDECIDED = "so \\boxed{42}", "so \\boxed{41}", "I give up."


@pytest.fixture
def load(
    url: str, example: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], ModuleType]:
    monkeypatch.setenv("REWARD_URL", url)
    return example


def test_each_recipe_fits_on_a_screen() -> None:
    lines = {p.name: len(p.read_text().splitlines()) for p in EXAMPLES.glob("*_reward.py")}
    assert len(lines) == 3
    assert max(lines.values()) < 60, lines


@pytest.fixture
def trl(load: Callable[[str], ModuleType]) -> Iterator[ModuleType]:
    module = load("trl_reward")
    yield module
    module.client().close()


def ask_trl(module: ModuleType, completions: list[Any], solution: list[Any], **more: Any) -> Any:
    n = len(completions)
    return module.math_reward(
        prompts=["6 times 7?"] * n,
        completions=completions,
        completion_ids=[[1, 2]] * n,
        solution=solution,
        level=[1] * n,
        trainer_state=object(),
        log_extra=lambda column, values: None,
        **more,
    )


def test_trl_gets_none_for_what_is_unknown_and_logs_how_much(trl: ModuleType) -> None:
    logged: dict[str, float] = {}

    rewards = ask_trl(
        trl,
        [RIGHT, WRONG, UNDECIDED, RIGHT],
        ["42", "6 times 7 is \\boxed{42}.", 42, ""],
        log_metric=logged.__setitem__,
    )

    assert rewards == [1.0, 0.0, 0.0, None]
    assert logged == {"reward_unknown": 0.25}


def test_trl_may_hand_over_conversations(trl: ModuleType) -> None:
    said = [[{"role": "assistant", "content": text}] for text in (RIGHT, WRONG)]
    assert ask_trl(trl, said, ["42", "42"]) == [1.0, 0.0]


def ask_verl(module: ModuleType, *asked: dict[str, Any]) -> list[Any]:
    async def main() -> list[Any]:
        try:
            return await asyncio.gather(*(module.compute_score(**call) for call in asked))
        finally:
            await module.client().aclose()

    return asyncio.run(main())


def verl_call(completion: str, gold: Any = "42", **more: Any) -> dict[str, Any]:
    given = {"data_source": "openai/gsm8k", "ground_truth": gold, "extra_info": {"index": 0}}
    return {"solution_str": completion, **given, **more}


def test_verl_gets_the_same_numbers_beside_every_score(load: Any) -> None:
    calls = [
        verl_call(RIGHT),
        verl_call(WRONG, ["42", "forty-two"]),
        verl_call(UNDECIDED, extra_info=None),
        verl_call(RIGHT, "", unknown=0.5),
    ]

    scores = ask_verl(load("verl_reward"), *calls)

    assert [score["score"] for score in scores] == [1.0, 0.0, 0.0, 0.5]
    assert [score["acc"] for score in scores] == [1.0, 0.0, 0.0, 0.0]
    assert [score["no_answer"] for score in scores] == [0.0, 0.0, 1.0, 0.0]
    assert [score["unknown"] for score in scores] == [0.0, 0.0, 0.0, 1.0]
    assert len({tuple(score) for score in scores}) == 1
    assert {type(number) for score in scores for number in score.values()} == {float}


def test_verl_is_told_of_a_spec_in_the_extra_info(load: Any) -> None:
    spec = {"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}}
    call = verl_call("The answer is B.", "B", data_source="quiz")
    call["extra_info"] = {"spec": json.dumps(spec)}

    [score] = ask_verl(load("verl_reward"), call)

    assert score["score"] == 1.0


def test_verl_stops_at_an_unknown_reward_unless_told_what_it_counts(load: Any) -> None:
    with pytest.raises(RuntimeError, match=r"no reward for a row of 'poems': .*bad_spec"):
        ask_verl(load("verl_reward"), verl_call(RIGHT, data_source="poems"))


@pytest.fixture
def openrlhf(load: Callable[[str], ModuleType]) -> Iterator[ModuleType]:
    module = load("openrlhf_reward")
    yield module
    module.client().close()


PROMPT = "<|im_start|>user\n6 times 7? Use \\boxed{}.<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(("said", "reward"), [(RIGHT, 1.0), (WRONG, 0.0), (UNDECIDED, 0.0)])
@pytest.mark.parametrize("lead", ["", "<s>"])
def test_openrlhf_gets_one_number_for_the_response_alone(
    openrlhf: ModuleType, said: str, reward: float, lead: str
) -> None:
    query = f"{lead}{PROMPT}{said}<|im_end|>"
    given = openrlhf.reward_func([query], [PROMPT], ["42"])
    assert given == {"rewards": reward, "scores": reward, "extra_logs": {}}


def test_openrlhf_may_cut_off_the_beginning_of_a_prompt(openrlhf: ModuleType) -> None:
    prompt = "x" * 1000 + PROMPT
    assert openrlhf.reward_func([prompt[500:] + RIGHT], [prompt], [42])["rewards"] == 1.0


def test_openrlhf_may_send_several_or_nothing(openrlhf: ModuleType) -> None:
    spec = '{"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}}'
    queries = [PROMPT + RIGHT, PROMPT + "The answer is A."]

    assert openrlhf.reward_func(queries, [PROMPT] * 2, ["42", spec])["rewards"] == [1.0, 0.0]
    assert openrlhf.reward_func([], [], [])["rewards"] == []


@pytest.mark.parametrize(
    "label",
    [
        '{"gold": "B", "domain": "stem", "options": {"A": "iron", "B": "gold"}}',
        '{ "domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}}',
    ],
)
def test_openrlhf_reads_a_spec_however_it_is_written(openrlhf: ModuleType, label: str) -> None:
    given = openrlhf.reward_func([PROMPT + "The answer is B."], [PROMPT], [label])
    assert given["rewards"] == 1.0


def test_openrlhf_stops_at_an_unknown_reward_or_a_foreign_prompt(openrlhf: ModuleType) -> None:
    with pytest.raises(RuntimeError, match=r"no reward: .*bad_spec"):
        openrlhf.reward_func([PROMPT + RIGHT], [PROMPT], [""])
    with pytest.raises(ValueError, match="does not hold its prompt"):
        openrlhf.reward_func([RIGHT], [PROMPT], ["42"])
