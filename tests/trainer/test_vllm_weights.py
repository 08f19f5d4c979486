"""The real engine samples from what is pushed to it: adapters, tied heads and bfloat16 included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import small_config, tiny_tokenizer

from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.packing import Written
from reward_trainer.samplers.sampler import Request

# What the engine imports warns of what it imports.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("vllm")

GROUPS = [group(rewards) for rewards in REWARDS]
REQUESTS = [
    Request(token_ids=[3, at], n=4, max_tokens=16, temperature=0.8, seed=at) for at in (5, 6)
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model whose head is its embeddings."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer = tiny_tokenizer()
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=128,
            tie_word_embeddings=True,
            initializer_range=0.1,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    folder = tmp_path_factory.mktemp("tied")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def sampler(request: pytest.FixtureRequest, base: Path) -> Iterator[Any]:
    from reward_trainer.samplers.vllm_sampler import VllmSampler

    engine = VllmSampler(
        str(base),
        tokenizer=tiny_tokenizer(),
        max_model_len=64,
        dtype=request.param,
        gpu_memory_share=0.5,
        tensor_parallel=1,
        on_cpu=True,
        options={},
    )
    engine.dtype = request.param  # type: ignore[attr-defined] - for the tests
    yield engine
    engine.close()


def drift(sampler: Any, learner: Learner, config: Config) -> float:
    """Return the mean difference of log-probabilities of what the engine samples now."""
    differences = []
    for at, completions in sampler.sample(REQUESTS):
        written = [
            Written(prompt=REQUESTS[at].token_ids, completion=one.token_ids) for one in completions
        ]
        found, _ = learner.logprobs(written, config)
        for row, one in zip(found.tolist(), completions, strict=True):
            differences += [abs(a - b) for a, b in zip(one.logprobs, row, strict=False)]
    return fmean(differences)


@pytest.mark.parametrize("rank", [0, 8])
def test_what_was_learned_is_sampled_from(
    rank: int, sampler: Any, base: Path, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM

    config = small_config(
        tmp_path,
        **{
            "model.dtype": sampler.dtype,
            "lora.rank": rank,
            "optimizer.lr": 2e-2,
            "sampling.temperature": 0.8,
        },
    )
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    learner = Learner(model, config, device="cpu")
    sampler.push_weights(learner.weights())
    near = {"float32": 1e-4, "bfloat16": 0.05}[sampler.dtype]
    assert drift(sampler, learner, config) < near

    for step in range(1, 4):
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
    assert drift(sampler, learner, config) > 0.1
    sampler.push_weights(learner.weights())
    assert drift(sampler, learner, config) < near
