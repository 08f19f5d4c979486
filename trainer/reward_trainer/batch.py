"""What one step learns from, as tensors.

Tensor names end in their dimensions: P prompts, G rollouts of each, B = P * G rollouts, T tokens of
the longest completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from reward_trainer import advantage, shaping
from reward_trainer.choices import AdvantageKind
from reward_trainer.config import Config
from reward_trainer.packing import Written
from reward_trainer.rollout import Completion, Group

_ADVANTAGES = {
    AdvantageKind.GRPO: advantage.grpo,
    AdvantageKind.DR_GRPO: advantage.dr_grpo,
    AdvantageKind.RLOO: advantage.rloo,
    AdvantageKind.REINFORCE_BASELINE: advantage.reinforce_baseline,
}


@dataclass(kw_only=True, slots=True)
class Batch:
    """Rollouts of one step, those of a prompt side by side."""

    written: list[Written]
    mask_BT: Tensor
    """True on tokens that are learned from."""
    sampler_logprobs_BT: Tensor
    advantages_B: Tensor
    old_logprobs_BT: Tensor
    reference_logprobs_BT: Tensor | None


def written(group: Group) -> list[Written]:
    """Return the group's sequences."""
    return [
        Written(prompt=group.prompt.token_ids, completion=completion.token_ids)
        for completion in group.completions
    ]


def mask(groups: Sequence[Group], config: Config) -> Tensor:
    """Return which tokens are learned from, as (B, T).

    Not those of completions without a reward, nor, where the overlong filter is on, of those that
    were cut off.
    """
    completions = [one for group in groups for one in group.completions]
    rewards = [reward for group in groups for reward in group.rewards]
    lengths_B = torch.tensor(
        [
            len(one.token_ids)
            if reward is not None and (one.stopped or not config.shaping.overlong_filter)
            else 0
            for one, reward in zip(completions, rewards, strict=True)
        ]
    )
    longest = max(len(one.token_ids) for one in completions)
    return torch.arange(longest).unsqueeze(0) < lengths_B.unsqueeze(1)


def sampler_logprobs(groups: Sequence[Group]) -> Tensor:
    """Return the sampler's log-probabilities, as (B, T), 0 behind each completion."""
    rows = [torch.tensor(one.logprobs) for group in groups for one in group.completions]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def advantages(groups: Sequence[Group], config: Config, *, step: int) -> Tensor:
    """Return the advantage of each rollout, as (B,), from shaped rewards."""
    rewards_PG = torch.tensor(
        [
            [
                0.0 if reward is None else shaped(reward, completion, config, step=step)
                for reward, completion in zip(group.rewards, group.completions, strict=True)
            ]
            for group in groups
        ]
    )
    scored_PG = torch.tensor(
        [[reward is not None for reward in group.rewards] for group in groups], dtype=torch.bool
    )
    return _ADVANTAGES[config.algorithm.advantage](rewards_PG, scored_PG).flatten()


def shaped(reward: float, completion: Completion, config: Config, *, step: int) -> float:
    """Return ``reward`` with what the completion's length does to it at ``step``."""
    rules, max_tokens = config.shaping, config.sampling.max_tokens
    n_tokens = len(completion.token_ids)
    if rules.stop_properly is not None:
        reward = shaping.stop_properly(
            reward, stopped=completion.stopped, coefficient=rules.stop_properly
        )
    if rules.cosine_on and (step - 1) % (rules.cosine_on + rules.cosine_off) < rules.cosine_on:
        reward = shaping.cosine_length(reward, n_tokens, max_tokens=max_tokens)
    if rules.overlong_buffer:
        reward += shaping.overlong(n_tokens, max_tokens=max_tokens, buffer=rules.overlong_buffer)
    return reward
