"""From a loss for every token to one number.

Tensor names end in their dimensions: B rollouts in the batch, T tokens.
"""

from __future__ import annotations

from torch import Tensor

from reward_trainer.choices import Reduction


def reduced(
    loss_BT: Tensor,
    mask_BT: Tensor,
    reduction: Reduction,
    *,
    n_tokens: Tensor | float,
    n_rollouts: float,
    max_tokens: int,
) -> Tensor:
    """Return this share of a batch's loss (scalar); the shares of its parts add up to the whole.

    The counts are those of the whole batch that one update is made from, not of the part at hand:
    else the parts of a batch, or its devices, would weigh as their sizes happen to fall.

    Args:
        loss_BT: each token's loss.
        mask_BT: True on tokens that count.
        reduction: what weighs the same.
        n_tokens: tokens that count in the whole batch.
        n_rollouts: completions in the whole batch that have any such token.
        max_tokens: the longest a completion could have been.

    Source: Liu et al. 2025, https://arxiv.org/abs/2503.20783, compares the three.
    """
    kept_BT = loss_BT * mask_BT
    if reduction is Reduction.TOKEN_MEAN:
        return kept_BT.sum() / max(float(n_tokens), 1.0)
    if reduction is Reduction.SEQUENCE_SUM:
        return kept_BT.sum() / (max(n_rollouts, 1.0) * max_tokens)
    mean_B = kept_BT.sum(dim=1) / mask_BT.sum(dim=1).clamp(min=1)
    return mean_B.sum() / max(n_rollouts, 1.0)
