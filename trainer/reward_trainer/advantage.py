"""How much better a rollout was than could be expected.

Tensor names end in their dimensions: P prompts, G rollouts of each.

Rewards that are unknown (``scored_PG`` False) neither move a mean or a deviation nor get an
advantage: an unreachable sandbox must not look like a wrong answer. A prompt with fewer than two
scored rollouts has no advantages at all: there is nothing to compare with.
"""

from __future__ import annotations

import torch
from torch import Tensor

GRPO_EPS = 1e-6


def grpo(
    rewards_PG: Tensor, scored_PG: Tensor, *, eps: float = GRPO_EPS, correction: int = 0
) -> Tensor:
    """Return ``(r - mean) / (std + eps)`` within each group, as (P, G).

    Args:
        rewards_PG: what each rollout earned; ignored where it is unknown.
        scored_PG: whether the reward is known.
        eps: keeps groups of equal rewards at zero.
        correction: 0 for the deviation of the group as it is, 1 for Bessel's, which verl and TRL
            take.

    Source: GRPO, Shao et al. 2024, https://arxiv.org/abs/2402.03300, section 4.1.1.
    """
    centred_PG = dr_grpo(rewards_PG, scored_PG)
    n_P1 = _counts(scored_PG)
    variance_P1 = centred_PG.square().sum(dim=1, keepdim=True) / (n_P1 - correction).clamp(min=1)
    return centred_PG / (variance_P1.sqrt() + eps)


def dr_grpo(rewards_PG: Tensor, scored_PG: Tensor) -> Tensor:
    """Return ``r - mean`` within each group, as (P, G): no deviation, so no bias to easy prompts.

    Source: Dr. GRPO, Liu et al. 2025, https://arxiv.org/abs/2503.20783, section 3.2.
    """
    comparable_PG = scored_PG & (scored_PG.sum(dim=1, keepdim=True) >= 2)
    known_PG = torch.where(scored_PG, rewards_PG, 0.0)
    mean_P1 = known_PG.sum(dim=1, keepdim=True) / _counts(scored_PG)
    return torch.where(comparable_PG, known_PG - mean_P1, 0.0)


def rloo(rewards_PG: Tensor, scored_PG: Tensor) -> Tensor:
    """Return each reward less the mean of the group's others, as (P, G).

    Source: RLOO, Ahmadian et al. 2024, https://arxiv.org/abs/2402.14740, section 3.
    """
    n_P1 = _counts(scored_PG)
    return dr_grpo(rewards_PG, scored_PG) * n_P1 / (n_P1 - 1).clamp(min=1)


def reinforce_baseline(rewards_PG: Tensor, scored_PG: Tensor, *, eps: float = GRPO_EPS) -> Tensor:
    """Return ``r - mean`` within each group, normalised over the whole batch, as (P, G).

    The batch's deviation is that of the scored rollouts; their mean is zero already.

    Source: REINFORCE++-baseline, Hu et al. 2025, https://arxiv.org/abs/2501.03262; ProRL v2.
    """
    centred_PG = dr_grpo(rewards_PG, scored_PG)
    comparable_PG = scored_PG & (scored_PG.sum(dim=1, keepdim=True) >= 2)
    variance = centred_PG.square().sum() / comparable_PG.sum().clamp(min=1)
    return centred_PG / (variance.sqrt() + eps)


def _counts(scored_PG: Tensor) -> Tensor:
    """Return how many rollouts of each group are scored, at least 1, as (P, 1)."""
    return scored_PG.sum(dim=1, keepdim=True).clamp(min=1)
