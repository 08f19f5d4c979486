"""Losses, gradients and advantages are TRL's on the same tensors, wherever both mean the same.

TRL computes everything itself: it is given rollouts and rewards in place of its own, and its
trainer makes advantages, log-probabilities, corrections and the loss of them. Ours goes through the
learner, packs and all. docs/trainer.md lists where the two differ, and why.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from reward_trainer import advantage
from reward_trainer.batch import Batch
from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.packing import Written
from reward_trainer.presets import PRESETS
from reward_trainer.tiny import make_tiny

if find_spec("trl") is None:
    pytest.skip(
        "trl is not installed: `make .venv-trainer/.all` installs it, pinned",
        allow_module_level=True,
    )

# What TRL and the packages below it warn of is no business of ours.
pytestmark = pytest.mark.filterwarnings("ignore")

LENGTHS = (9, 3, 1, 6, 5, 9, 2, 7)
PROMPTS = ((5, 6, 7, 8), (9, 10))
REWARDS = (1.0, 0.0, 0.0, 0.5, 1.0, 1.0, 0.0, -1.0)
MAX_TOKENS = 9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny"))


@dataclass(frozen=True, kw_only=True)
class Rollouts:
    """What was sampled: two prompts, four completions of each."""

    written: list[Written]
    mask_BT: Tensor
    sampler_noise_BT: Tensor
    """What the sampler's log-probabilities differ by from the policy's."""
    reference_noise_BT: Tensor
    """What the reference's differ by."""


def rollouts() -> Rollouts:
    drawn = torch.Generator().manual_seed(3)
    mask_BT = torch.arange(MAX_TOKENS) < torch.tensor(LENGTHS).unsqueeze(1)
    noise = [0.5 * torch.randn(mask_BT.shape, generator=drawn) * mask_BT for _ in range(2)]
    return Rollouts(
        written=[
            Written(
                prompt=PROMPTS[row // 4],
                completion=torch.randint(2, 90, (length,), generator=drawn).tolist(),
            )
            for row, length in enumerate(LENGTHS)
        ],
        mask_BT=mask_BT,
        sampler_noise_BT=noise[0],
        reference_noise_BT=noise[1],
    )


def network(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def learn_a_little(model: nn.Module) -> None:
    """Move the weights, so far that some ratios leave the bounds on either side."""
    drawn = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for weights in model.parameters():
            weights += 0.02 * torch.randn(weights.shape, generator=drawn)


def trl_trainer(folder: Path, rewards: Sequence[float | None], **options: Any) -> Any:
    """Return TRL's trainer; its sampler writes our rollouts, and they earn ``rewards``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from datasets import Dataset
        from transformers import AutoTokenizer
        from trl import GRPOConfig, GRPOTrainer

        trainer = GRPOTrainer(
            model=network(folder),
            processing_class=AutoTokenizer.from_pretrained(folder),
            reward_funcs=lambda completions, **_: list(rewards),
            train_dataset=Dataset.from_list([{"prompt": "1+1="}] * 2),
            args=GRPOConfig(
                output_dir=str(folder / "trl"),
                use_cpu=True,
                bf16=False,
                gradient_checkpointing=False,
                report_to="none",
                per_device_train_batch_size=8,
                num_generations=4,
                max_completion_length=MAX_TOKENS,
                # What is sampled serves two updates: the second needs old log-probabilities.
                num_iterations=2,
                **options,
            ),
        )
    trainer.model.train()
    trainer.current_gradient_accumulation_steps = 1
    return trainer


def scored(trainer: Any, seen: Rollouts) -> dict[str, Tensor]:
    """Return what TRL makes of the rollouts and their rewards before it learns."""
    prompts = [list(one.prompt) for one in seen.written]
    completions = [list(one.completion) for one in seen.written]
    sampler = [[0.0] * length for length in LENGTHS] if trainer.use_vllm else None
    if sampler is not None:
        policy_BT = logprobs(trainer, seen) + seen.sampler_noise_BT
        sampler = [row[:n].tolist() for row, n in zip(policy_BT, LENGTHS, strict=True)]
    texts = [""] * len(prompts)
    trainer._generate = lambda _: (prompts, completions, None, texts, sampler, {}, None, None)
    found: dict[str, Tensor] = trainer._generate_and_score_completions(
        [{"prompt": ""} for _ in prompts]
    )
    return found


def logprobs(trainer: Any, seen: Rollouts) -> Tensor:
    """Return the log-probabilities of our policy, which TRL's has the weights of."""
    config = PRESETS["smoke-cpu"].config
    learner = Learner(trainer.model, config, device="cpu")
    found_BT = learner.logprobs(seen.written, config)[0]
    trainer.model.train()
    return found_BT


def theirs(folder: Path, seen: Rollouts, **options: Any) -> tuple[float, dict[str, Tensor], Any]:
    """Return TRL's loss, its gradient, and what it made of the rollouts."""
    corrected = "vllm_importance_sampling_mode" in options
    trainer = trl_trainer(folder, REWARDS, **options)
    # Only now: there is no engine to start, and what it would have sampled is there.
    trainer.use_vllm = corrected
    inputs = scored(trainer, seen)
    if "ref_per_token_logps" in inputs:
        inputs["ref_per_token_logps"] += seen.reference_noise_BT
    learn_a_little(trainer.model)
    loss = trainer._compute_loss(trainer.model, inputs)
    loss.backward()
    return float(loss), gradient(trainer.model), inputs


def ours(
    folder: Path, seen: Rollouts, advantages_B: Tensor, **changes: Any
) -> tuple[dict[str, float], dict[str, Tensor], Tensor]:
    """Return our numbers, our gradient, and the old log-probabilities."""
    config = config_of(**changes)
    learner = Learner(network(folder), config, device="cpu")
    old_BT = learner.logprobs(seen.written, config)[0]
    learn_a_little(learner.policy.model)
    batch = Batch(
        written=seen.written,
        mask_BT=seen.mask_BT,
        sampler_logprobs_BT=old_BT + seen.sampler_noise_BT,
        advantages_B=advantages_B,
        old_logprobs_BT=old_BT,
        reference_logprobs_BT=old_BT + seen.reference_noise_BT if config.kl.beta else None,
    )
    numbers = learner.learn(batch, config, step=1)
    return numbers, gradient(learner.policy.model), old_BT


def config_of(**changes: Any) -> Config:
    return PRESETS["smoke-cpu"].config.having(
        {
            "sampling.max_tokens": MAX_TOKENS,
            "algorithm.clip_high": 0.2,
            "algorithm.microbatch_tokens": 24,
            "kl.beta": 0.0,
            "optimizer.lr": 1e-12,
            "optimizer.max_grad_norm": 1e9,
            **changes,
        }
    )


def gradient(model: nn.Module) -> dict[str, Tensor]:
    return {
        name: weights.grad.clone()
        for name, weights in model.named_parameters()
        if weights.grad is not None
    }


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "GRPO, every completion the same": (
        {"algorithm.reduction": "sequence_mean"},
        {"loss_type": "grpo"},
    ),
    "every token of the batch the same": (
        {"algorithm.reduction": "token_mean"},
        {"loss_type": "bnpo"},
    ),
    "DAPO, clip-higher": (
        {"algorithm.reduction": "token_mean", "algorithm.clip_high": 0.28},
        {"loss_type": "dapo", "epsilon_high": 0.28},
    ),
    "Dr. GRPO": ({"algorithm.reduction": "sequence_sum"}, {"loss_type": "dr_grpo"}),
    "KL to the reference, k3": (
        {"kl.beta": 0.1, "kl.estimator": "k3"},
        {"loss_type": "dapo", "beta": 0.1, "use_bias_correction_kl": False},
    ),
    "KL to the reference, k3, by completion": (
        {"kl.beta": 0.1, "kl.estimator": "k3", "algorithm.reduction": "sequence_mean"},
        {"loss_type": "grpo", "beta": 0.1, "use_bias_correction_kl": False},
    ),
    "GSPO": (
        {
            "algorithm.loss": "gspo",
            "algorithm.reduction": "sequence_mean",
            "algorithm.clip_low": 0.03,
            "algorithm.clip_high": 0.04,
        },
        {
            "loss_type": "grpo",
            "importance_sampling_level": "sequence",
            "epsilon": 0.03,
            "epsilon_high": 0.04,
        },
    ),
    # TRL's bound is the ratio itself, and there is none below.
    "CISPO": (
        {"algorithm.loss": "cispo", "algorithm.clip_low": 1.0, "algorithm.clip_high": 0.1},
        {"loss_type": "cispo", "epsilon_high": 1.1},
    ),
    "entropy bonus": (
        {"algorithm.entropy_bonus": 0.05},
        {"loss_type": "dapo", "entropy_coef": 0.05},
    ),
    "truncated importance sampling": (
        {"algorithm.correction": "truncate", "algorithm.correction_high": 1.2},
        {
            "loss_type": "dapo",
            "vllm_importance_sampling_mode": "token_truncate",
            "vllm_importance_sampling_clip_max": 1.2,
        },
    ),
    "icepop": (
        {
            "algorithm.correction": "icepop",
            "algorithm.correction_low": 0.7,
            "algorithm.correction_high": 1.5,
        },
        {
            "loss_type": "dapo",
            "vllm_importance_sampling_mode": "token_mask",
            "vllm_importance_sampling_clip_min": 0.7,
            "vllm_importance_sampling_clip_max": 1.5,
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradient_are_those_of_trl(case: str, folder: Path) -> None:
    changes, options = CASES[case]
    seen = rollouts()
    loss, gradients, inputs = theirs(folder, seen, **options)
    numbers, found, old_BT = ours(folder, seen, inputs["advantages"], **changes)

    old = inputs["old_per_token_logps"] * seen.mask_BT
    torch.testing.assert_close(old_BT, old, atol=1e-5, rtol=0)
    assert numbers["loss"] == pytest.approx(loss, abs=1e-6)
    assert numbers["clip_low"] > 0 or case == "CISPO", "nothing to tell a clip by"
    assert numbers["clip_high"] > 0, "nothing to tell a clip by"
    assert found.keys() == gradients.keys()
    torch.testing.assert_close(found, gradients, atol=2e-6, rtol=1e-4)
    assert max(float(one.abs().max()) for one in found.values()) > 1e-3


@pytest.mark.parametrize(
    ("loss_type", "reduction"),
    [("grpo", "sequence_mean"), ("dr_grpo", "sequence_sum"), ("dapo", "token_mean")],
)
def test_one_update_from_several_passes_is_that_of_trl(
    loss_type: str, reduction: str, folder: Path
) -> None:
    seen = rollouts()
    trainer = trl_trainer(folder, REWARDS, loss_type=loss_type)
    inputs = scored(trainer, seen)
    learn_a_little(trainer.model)
    trainer.current_gradient_accumulation_steps = trainer.args.steps_per_generation = 2
    whole = inputs.pop("num_items_in_batch")
    for half in (slice(0, 8, 2), slice(1, 8, 2)):
        part = {name: value[half] for name, value in inputs.items()}
        trainer._compute_loss(trainer.model, {**part, "num_items_in_batch": whole}).backward()

    changes = {"algorithm.reduction": reduction}
    _, found, _ = ours(folder, seen, inputs["advantages"], **changes)
    torch.testing.assert_close(found, gradient(trainer.model), atol=2e-6, rtol=1e-4)


@pytest.mark.parametrize(
    ("scale", "rule"),
    [
        ("group", lambda r, s: advantage.grpo(r, s, eps=1e-4, correction=1)),
        ("none", advantage.dr_grpo),
    ],
)
@pytest.mark.parametrize(
    "rewards",
    [
        REWARDS,
        (1.0, 0.0, None, 0.5, 1.0, None, None, 0.25),
        (1.0, 1.0, 1.0, 1.0, 0.0, None, None, None),
        (None, None, None, None, 0.0, 1.0, 1.0, 1.0),
    ],
)
def test_advantages_are_those_of_trl(
    rewards: tuple[float | None, ...], scale: str, rule: Any, folder: Path
) -> None:
    found = scored(trl_trainer(folder, rewards, scale_rewards=scale), rollouts())
    rewards_PG, scored_PG = as_tensors(rewards)
    expected_B = rule(rewards_PG, scored_PG).flatten()
    torch.testing.assert_close(found["advantages"], expected_B, atol=1e-5, rtol=1e-4)


def test_advantages_over_the_batch_are_those_of_trl_but_for_one_factor(folder: Path) -> None:
    found = scored(trl_trainer(folder, REWARDS, scale_rewards="batch"), rollouts())["advantages"]
    ours_B = advantage.reinforce_baseline(*as_tensors(REWARDS)).flatten()
    factor = found.norm() / ours_B.norm()
    torch.testing.assert_close(found, factor * ours_B, atol=1e-5, rtol=1e-4)
    # TRL divides by how all rewards differ, ours by how they differ from those of their prompt.
    assert factor < 1


def as_tensors(rewards: Sequence[float | None]) -> tuple[Tensor, Tensor]:
    values = torch.tensor([0.0 if one is None else one for one in rewards]).view(2, 4)
    return values, torch.tensor([one is not None for one in rewards]).view(2, 4)
