"""Several engines are as one: each prompt is answered once, by weights that all of them have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_runs
import torch
from companions import Engine
from loop_parts import small_config
from own_service import OwnService

from reward_trainer.errors import LostError, TrainerError
from reward_trainer.samplers.gpus import places
from reward_trainer.samplers.sampler import Request
from reward_trainer.samplers.several import SeveralSamplers


def requests(n: int, *, max_tokens: int = 1) -> list[Request]:
    return [
        Request(token_ids=(at,), n=2, max_tokens=max_tokens, temperature=1.0) for at in range(n)
    ]


@pytest.fixture(scope="module")
def two() -> Iterator[SeveralSamplers]:
    several = SeveralSamplers(["0,1", "2,3"], Engine, 2.0, dtype=torch.bfloat16)
    yield several
    several.close()


def test_every_prompt_is_answered_once_by_engines_in_turn(two: SeveralSamplers) -> None:
    answers = dict(two.sample(requests(5)))
    assert sorted(answers) == [0, 1, 2, 3, 4]
    for at, completions in answers.items():
        assert [one.token_ids for one in completions] == [(at,), (at,)]
        assert completions[0].text.split()[0] == ("0,1", "2,3")[at % 2]


def test_fewer_prompts_than_engines_are_answered_too(two: SeveralSamplers) -> None:
    assert [at for at, _ in two.sample(requests(1))] == [0]
    assert list(two.sample([])) == []


def test_all_have_the_weights_that_were_pushed_last(two: SeveralSamplers) -> None:
    tied = torch.full((2, 3), 0.5)
    for scale in (1.0, 3.0):
        two.push_weights(iter([("embeddings", scale * tied), ("head", scale * tied)]))
        found = {completions[0].logprobs[0] for _, completions in two.sample(requests(4))}
        assert found == {2.0 * scale * 6.0}
    head = torch.ones(2, 2)[:, :1]  # of another's storage
    two.push_weights([("embeddings", head), ("head", head)])
    assert {found[0].logprobs[0] for _, found in two.sample(requests(2))} == {8.0}


def test_they_sleep_and_wake_together(two: SeveralSamplers) -> None:
    for name in ("sleep", "wake"):
        getattr(two, name)()
        states = {completions[0].text.split()[1] for _, completions in two.sample(requests(4))}
        assert states == {{"sleep": "asleep", "wake": "awake"}[name]}


def test_an_engine_that_fails_is_named() -> None:
    one = SeveralSamplers(["3"], Engine, 1.0, dtype=torch.float32)
    with pytest.raises(LostError, match=r"^the engine on GPU 3: the engine has no memory left$"):
        list(one.sample(requests(1, max_tokens=0)))
    one.close()


@pytest.mark.parametrize(
    ("values", "n_gpus", "env", "expected"),
    [
        ({}, 8, "", ["0"]),
        ({"run.gpus": 8}, 8, "", ["0", "1", "2", "3", "4", "5", "6", "7"]),
        ({"run.gpus": 4, "sampler.tensor_parallel": 2}, 8, "", ["0,1", "2,3"]),
        ({"run.gpus": 2, "sampler.gpus": 2}, 4, "", ["2", "3"]),
        ({"run.gpus": 1, "sampler.gpus": 2, "sampler.tensor_parallel": 2}, 8, "", ["1,2"]),
        ({"run.gpus": 1, "sampler.gpus": 1}, 2, "6,4", ["4"]),
        ({"run.gpus": 2}, 0, "", ["", ""]),
    ],
)
def test_engines_have_the_gpus_that_learn_or_those_behind_them(
    values: dict[str, int], n_gpus: int, env: str, expected: list[str], tmp_path: Path
) -> None:
    config = small_config(tmp_path, **values)
    assert places(config, n_gpus, {"CUDA_VISIBLE_DEVICES": env} if env else {}) == expected


@pytest.mark.parametrize(
    ("values", "n_gpus", "why"),
    [
        ({"run.gpus": 2}, 1, "2 GPUs are asked for .* and there are 1 here"),
        ({"run.gpus": 4, "sampler.gpus": 5}, 8, "9 GPUs are asked for .* and there are 8 here"),
        ({"run.gpus": 4, "sampler.tensor_parallel": 3}, 4, "engines of 3 GPUs .* 4 GPUs"),
    ],
)
def test_too_few_gpus_are_refused(
    values: dict[str, int], n_gpus: int, why: str, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match=why):
        places(small_config(tmp_path, **values), n_gpus, {})


@pytest.mark.slow
def test_two_that_learn_and_two_engines_of_vllm_hold_together(
    service: OwnService, world: Path, tmp_path: Path
) -> None:
    # Engines have the weights of now: each step changes log-probabilities by more than that.
    assert mismatch(world, service, tmp_path, **{"run.gpus": 2}) < 1e-4


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
@pytest.mark.parametrize("values", [{"run.gpus": 2}, {"run.gpus": 1, "sampler.gpus": 1}])
def test_they_do_on_gpus_too(
    values: dict[str, int], service: OwnService, world: Path, tmp_path: Path
) -> None:
    assert mismatch(world, service, tmp_path, **values, **{"model.dtype": "bfloat16"}) < 0.05


def mismatch(world: Path, service: OwnService, folder: Path, **values: Any) -> float:
    """Return how far engines of vLLM were from the policy in three steps, at the most."""
    brief = {"run.steps": 3, "sampler.kind": "vllm", "sampling.prompts": 8}
    run = {**brief, "run.folder": str(folder / "run"), **values}
    settings = tiny_runs.settings(world, service.url, **run)
    assert tiny_runs.run(settings) == 0
    steps = tiny_runs.steps(settings)
    assert len(steps) == 3
    return max(float(step["mismatch"]) for step in steps)
