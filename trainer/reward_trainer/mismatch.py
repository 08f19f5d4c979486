"""The sampler is not quite the policy: weights for what it wrote.

The engine that samples computes the same network with other kernels, so its log-probabilities
differ a little from those of the trainer at the same weights, and sometimes much. The expectation
is over what the sampler writes; ``w = old / sampler`` corrects for it.

Tensor names end in their dimensions: B rollouts in the batch, T tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from reward_trainer.choices import Correction

_MAX_LOG_RATIO = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Between which ratios a token, or a completion, is trusted."""

    low: float
    high: float


def weights(
    old_logprobs_BT: Tensor,
    sampler_logprobs_BT: Tensor,
    mask_BT: Tensor,
    correction: Correction,
    bounds: Bounds,
) -> Tensor:
    """Return a weight for every token, as (B, T), without gradient; 0 where the mask is False.

    Args:
        old_logprobs_BT: of the trainer's network at the weights that were sampled from.
        sampler_logprobs_BT: of the engine that sampled.
        mask_BT: True on tokens that the policy wrote.
        correction: what to do about the difference.
        bounds: see ``Correction``.

    Source: truncated importance sampling, https://fengyao.notion.site/off-policy-rl (2025);
    icepop, Ring-1T, https://arxiv.org/abs/2510.18855; ProRL v2 uses icepop with [0.5, 5].
    """
    log_ratio_BT = (old_logprobs_BT - sampler_logprobs_BT).detach()
    log_ratio_BT = torch.where(mask_BT, log_ratio_BT, 0.0).clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
    ratio_BT = log_ratio_BT.exp()
    match correction:
        case Correction.NONE:
            weight_BT = torch.ones_like(ratio_BT)
        case Correction.TRUNCATE:
            weight_BT = ratio_BT.clamp(max=bounds.high)
        case Correction.ICEPOP:
            trusted_BT = (ratio_BT >= bounds.low) & (ratio_BT <= bounds.high)
            weight_BT = ratio_BT * trusted_BT
        case Correction.SEQUENCE_MASK:
            n_tokens_B1 = mask_BT.sum(dim=1, keepdim=True).clamp(min=1)
            mean_B1 = (log_ratio_BT.sum(dim=1, keepdim=True) / n_tokens_B1).exp()
            trusted_B1 = (mean_B1 >= bounds.low) & (mean_B1 <= bounds.high)
            weight_BT = ratio_BT.clamp(max=bounds.high) * trusted_B1
    return weight_BT * mask_BT
