"""What length does to a reward: penalties that are switched on when completions run away.

All functions are of plain numbers: a completion's length, its bound, its reward. An unknown reward
is never shaped; callers leave it out.
"""

from __future__ import annotations

import math


def overlong(n_tokens: int, *, max_tokens: int, buffer: int) -> float:
    """Return what is added to the reward for length: 0, falling to -1 over the last ``buffer``.

    Source: soft overlong punishment, DAPO, https://arxiv.org/abs/2503.14476, equation 13.
    """
    excess = n_tokens - (max_tokens - buffer)
    return -min(max(excess / buffer, 0.0), 1.0)


def stop_properly(reward: float, *, stopped: bool, coefficient: float) -> float:
    """Return the reward of a completion that was cut off: multiplied, or replaced.

    Args:
        reward: what it earned.
        stopped: whether it ended by itself.
        coefficient: from 0 to 1, what the reward is multiplied by; below 0, what it becomes.

    Source: stop-properly penalty of NVIDIA's ProRL v2 configuration; the negative values are
    OpenRLHF's.
    """
    if stopped:
        return reward
    return coefficient if coefficient < 0 else reward * coefficient


def cosine_length(
    reward: float,
    n_tokens: int,
    *,
    max_tokens: int,
    right: tuple[float, float] = (2.0, 1.0),
    wrong: tuple[float, float] = (-10.0, 0.0),
    threshold: float = 0.5,
) -> float:
    """Return a reward that goes from one value to another along half a cosine of the length.

    A right answer (reward above ``threshold``) earns less the longer it is, a wrong one loses less.

    Args:
        reward: what the completion earned.
        n_tokens: its length.
        max_tokens: the longest it could have been.
        right: value of a right answer at length 0 and at ``max_tokens``.
        wrong: the same of a wrong one.
        threshold: above it an answer counts as right.

    Source: cosine reward, Yeo et al. 2025, https://arxiv.org/abs/2502.03373, appendix; ProRL v2
    switches such a penalty on and off by schedule.
    """
    start, end = right if reward > threshold else wrong
    share = min(n_tokens / max_tokens, 1.0)
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
