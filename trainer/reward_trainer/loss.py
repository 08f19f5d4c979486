"""Policy-gradient losses: one number for every token, before any mean is taken.

Tensor names end in their dimensions: B rollouts in the batch, T tokens.

``policy`` is the weights being trained; ``old`` is the same network at the start of the step, whose
log-probabilities the ratios are taken to. What the sampler's differ from those is corrected
elsewhere (``mismatch.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_MAX_LOG_RATIO = 20.0  # exp(20) ~ 5e8: beyond that a ratio is noise, and exp would overflow


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """How far one step may move a token's probability: the ratio stays in [1 - low, 1 + high]."""

    low: float
    high: float


def clip_loss(
    policy_logprobs_BT: Tensor,
    old_logprobs_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    clip: Clip,
) -> Tensor:
    """Return ``-min(ratio * A, clipped ratio * A)`` for every token, as (B, T).

    Args:
        policy_logprobs_BT: under the weights being trained; carries the gradient.
        old_logprobs_BT: at the start of the step; no gradient.
        advantages_B: one number for each rollout, shared by its tokens.
        mask_BT: True on tokens that the policy wrote.
        clip: how far one step may go.

    Source: PPO, https://arxiv.org/abs/1707.06347; bounds of their own from DAPO,
    https://arxiv.org/abs/2503.14476, section 3.1.
    """
    ratio_BT = _log_ratio(policy_logprobs_BT, old_logprobs_BT, mask_BT).exp()
    return _clipped(ratio_BT, advantages_B.unsqueeze(1), clip)


def cispo_loss(
    policy_logprobs_BT: Tensor,
    old_logprobs_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    clip: Clip,
) -> Tensor:
    """Return ``-clipped ratio * A * log policy`` for every token, as (B, T).

    The clipped ratio is a weight and carries no gradient. Arguments as in ``clip_loss``.

    Source: MiniMax-M1, https://arxiv.org/abs/2506.13585, section 3.1.
    """
    ratio_BT = _log_ratio(policy_logprobs_BT, old_logprobs_BT, mask_BT).exp().detach()
    weight_BT = ratio_BT.clamp(1.0 - clip.low, 1.0 + clip.high)
    return -weight_BT * advantages_B.unsqueeze(1) * policy_logprobs_BT


def gspo_loss(
    policy_logprobs_BT: Tensor,
    old_logprobs_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    clip: Clip,
) -> Tensor:
    """Return the clipped surrogate of whole completions, the same at each of its tokens, as (B, T).

    A completion's ratio is the geometric mean of its tokens'. Arguments as in ``clip_loss``.

    Source: GSPO, https://arxiv.org/abs/2507.18071, section 4.
    """
    log_ratio_BT = _log_ratio(policy_logprobs_BT, old_logprobs_BT, mask_BT)
    n_tokens_B1 = mask_BT.sum(dim=1, keepdim=True).clamp(min=1)
    ratio_B1 = (log_ratio_BT.sum(dim=1, keepdim=True) / n_tokens_B1).exp()
    return _clipped(ratio_B1, advantages_B.unsqueeze(1), clip).expand_as(policy_logprobs_BT)


def mirror_descent_loss(
    policy_logprobs_BT: Tensor,
    old_logprobs_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    tau: float,
) -> Tensor:
    """Return ``(A - tau * log ratio of the completion)^2 / (2 tau)``, spread over it, as (B, T).

    Args:
        policy_logprobs_BT: as in ``clip_loss``.
        old_logprobs_BT: as in ``clip_loss``.
        advantages_B: the reward less the group's mean.
        mask_BT: as in ``clip_loss``.
        tau: how strongly the policy is held to the old one.

    Source: Kimi k1.5, https://arxiv.org/abs/2501.12599, section 2.3.2: the squared loss, divided
    by 2 tau so that its gradient is that of the policy gradient at the old policy.
    """
    log_ratio_B1 = _log_ratio(policy_logprobs_BT, old_logprobs_BT, mask_BT).sum(dim=1, keepdim=True)
    n_tokens_B1 = mask_BT.sum(dim=1, keepdim=True).clamp(min=1)
    loss_B1 = (advantages_B.unsqueeze(1) - tau * log_ratio_B1).square() / (2 * tau)
    return (loss_B1 / n_tokens_B1).expand_as(policy_logprobs_BT)


def clip_shares(
    policy_logprobs_BT: Tensor,
    old_logprobs_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    clip: Clip,
) -> tuple[Tensor, Tensor]:
    """Return how many tokens are held by the lower and by the upper bound (two counts)."""
    ratio_BT = _log_ratio(policy_logprobs_BT, old_logprobs_BT, mask_BT).exp()
    advantages_B1 = advantages_B.unsqueeze(1)
    low = (ratio_BT < 1.0 - clip.low) & (advantages_B1 < 0) & mask_BT
    high = (ratio_BT > 1.0 + clip.high) & (advantages_B1 > 0) & mask_BT
    return low.sum(), high.sum()


def _log_ratio(policy_logprobs_BT: Tensor, old_logprobs_BT: Tensor, mask_BT: Tensor) -> Tensor:
    """Return log(policy / old), bounded, and 0 where the mask is False."""
    log_ratio_BT = (policy_logprobs_BT - old_logprobs_BT).clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
    return torch.where(mask_BT, log_ratio_BT, 0.0)


def _clipped(ratio: Tensor, advantages: Tensor, clip: Clip) -> Tensor:
    clipped = ratio.clamp(1.0 - clip.low, 1.0 + clip.high)
    return -torch.minimum(ratio * advantages, clipped * advantages)
